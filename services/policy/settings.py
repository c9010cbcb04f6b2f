"""Settings of the policy service."""

from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from callcenter.http.signing import FRESH, PREFIX, key_of, readable
from callcenter.settings import Address, DemoSettings, Secret, reachable

PATIENCE = 30
"""Seconds: the retry ladder comes back after 6 and after 36, and goes on for much longer."""


class PolicySettings(DemoSettings):
    """Where accounts come from; all the rest is in the business folders."""

    # Compose passes on a variable that is not set as an empty one.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    accounts_url: Annotated[str | None, Secret] = Field(None, pattern=r"^(postgres(ql)?|https?)://[^/]")
    """None: `accounts.yaml` of the business. Else PostgreSQL, or the address of a CRM."""

    accounts_token: SecretStr | None = None
    """Sent to the CRM as `Authorization: Bearer ...`."""

    accounts_timeout: float = Field(3, gt=0)
    """Seconds that one lookup may take, tries included; a contact needs a few, within HANDLER_TIMEOUT."""

    actions_url: Address | None = Field(None, pattern=r"^https?://[^/]")
    """The company's system that carries out agreed actions. None: whatever holds the accounts, if it can."""

    actions_secret: SecretStr | None = Field(None, validate_default=True)
    """`whsec_` and a key in base64, by which that system verifies the signature; needed where it has an address."""

    actions_timeout: float = Field(3, gt=0)
    """Seconds that carrying out one action may take, tries included."""

    actions_patience: float = Field(PATIENCE, gt=0)
    """Seconds after the decision from which on an action that cannot be carried out is given to a person."""

    identity_tries_per_account: int = Field(6, ge=0)
    """Wrong tries in 24 hours to prove to be the owner of one account; then a person has to look. 0: no limit.

    Two a contact make three contacts. A guess at a zip code in a known town hits once in some dozens; NIST SP 800-63B
    allows 100 in a row for a secret, and these facts are none.
    """

    identity_tries_per_client: int = Field(30, ge=0)
    """The same of one client, whatever the accounts: many customers may share an address. 0: no limit."""

    @property
    def actions_key(self) -> bytes:
        """The key in the secret; empty where there is none."""
        return key_of(self.actions_secret.get_secret_value()) if self.actions_secret else b""

    @field_validator("actions_secret")
    @classmethod
    def _a_key(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("actions_url") and secret is None:
            raise ValueError(f"the system needs one to know that it was us; write {PREFIX} and what `{FRESH}` prints")
        if secret:
            readable(secret.get_secret_value())
        return secret

    @field_validator("accounts_url", "actions_url")
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
