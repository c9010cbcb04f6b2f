"""What can be set for the terminal."""

from pydantic import Field, SecretStr

from callcenter.settings import Address, Settings

ADDRESS = r"^https?://[^/]"


class CliSettings(Settings):
    """Where the API answers, and by which key."""

    callcenter_url: Address = Field("http://localhost:8000", pattern=ADDRESS)

    callcenter_key: SecretStr | None = None
    """Made by `callcenter keys add`; needed where AUTH is on."""

    @property
    def key(self) -> str | None:
        """As it is sent."""
        return self.callcenter_key.get_secret_value() if self.callcenter_key else None
