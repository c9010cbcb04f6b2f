"""Settings of the policy service."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from callcenter.settings import DemoSettings, reachable


class PolicySettings(DemoSettings):
    """Where accounts come from; all the rest is in the business folders."""

    # Compose passes on a variable that is not set as an empty one.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    accounts_url: str | None = Field(None, pattern=r"^(postgres(ql)?|https?)://[^/]")
    """None: `accounts.yaml` of the business. Else PostgreSQL, or the address of a CRM."""

    accounts_token: SecretStr | None = None
    """Sent to the CRM as `Authorization: Bearer ...`."""

    accounts_timeout: float = Field(3, gt=0)
    """Seconds that one lookup may take, tries included; a contact needs a few, within HANDLER_TIMEOUT."""

    @field_validator("accounts_url")
    @classmethod
    def _not_in_a_demo(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url and info.data.get("demo"):
            raise ValueError("a demo shows its customers to anybody; set DEMO=off, or leave this out for the samples")
        return url

    @field_validator("accounts_url")
    @classmethod
    def _can_be_read(cls, url: str | None) -> str | None:
        if url is None:
            return None
        try:
            return reachable(url)
        except ValueError:
            form = "postgresql://user:password@host:5432/name or https://host:8443/path"
            raise ValueError(f"write it like {form}") from None
