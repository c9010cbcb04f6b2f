"""What can be set for the terminal."""

from pydantic import Field

from callcenter.settings import Address, Settings

ADDRESS = r"^https?://[^/]"


class CliSettings(Settings):
    """Where the API answers."""

    callcenter_url: Address = Field("http://localhost:8000", pattern=ADDRESS)
