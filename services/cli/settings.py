"""What can be set for the terminal."""

from pydantic import Field

from callcenter.settings import Settings

ADDRESS = r"^https?://[^/]"


class CliSettings(Settings):
    """Where the API answers."""

    callcenter_url: str = Field("http://localhost:8000", pattern=ADDRESS)
