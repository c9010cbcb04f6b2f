"""Settings of the ticketing service."""

import re
from typing import Annotated

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from callcenter.http.signing import FRESH, PREFIX, key_of, readable
from callcenter.settings import BusinessSettings, Secret, reachable


class TicketingSettings(BusinessSettings):
    """Where the business folders are, how often the clock looks, and which systems are told of every ticket event."""

    # Compose passes on a variable that is not set as an empty one.
    model_config = SettingsConfigDict(env_ignore_empty=True)

    sla_check_every: float = Field(1, gt=0)
    """Seconds between two looks of the SLA clock."""

    webhook_urls: Annotated[str | None, Secret] = None
    """Addresses, separated by spaces or commas, that every ticket event is posted to."""

    webhook_secret: SecretStr | None = Field(None, validate_default=True)
    """`whsec_` and a key in base64, by which receivers verify the signature; needed where there are addresses."""

    webhook_timeout: float = Field(10, gt=0)
    """Seconds that a receiver may take."""

    webhook_retries: tuple[float, ...] = (5, 30, 120, 600, 1800, 7200, 18000, 36000)
    """Seconds before the second, third, ... attempt; after the last an event is given up, and the next one told."""

    webhook_check_every: float = Field(0.5, gt=0)
    """Seconds between two looks for what has to be told."""

    @property
    def webhook_addresses(self) -> tuple[str, ...]:
        """The addresses one by one, each once."""
        return _addresses(self.webhook_urls)

    @property
    def webhook_key(self) -> bytes:
        """The key in the secret; empty where nobody is told."""
        return key_of(self.webhook_secret.get_secret_value()) if self.webhook_secret else b""

    @field_validator("webhook_urls")
    @classmethod
    def _can_be_read(cls, urls: str | None) -> str | None:
        for url in _addresses(urls):
            if not re.match("https?://", url):
                raise ValueError("each has to be an address like https://desk.example/hooks")
            reachable(url)
        return urls

    @field_validator("webhook_secret")
    @classmethod
    def _a_key(cls, secret: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if info.data.get("webhook_urls") and secret is None:
            raise ValueError(f"receivers need one to know that it was us; write {PREFIX} and what `{FRESH}` prints")
        if secret:
            readable(secret.get_secret_value())
        return secret


def _addresses(urls: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, re.split(r"[\s,]+", urls or ""))))
