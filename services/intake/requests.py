"""What a client may ask: the bodies that intake takes."""

import hashlib
from dataclasses import dataclass, replace
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from callcenter.events import MailThread, Mode, Persona
from callcenter.http.bodies import Text
from callcenter.privacy import CARDS, mask
from callcenter.storage.protocol import IdempotencyKey

MAX_TEXT = 4000
"""Characters of one request."""
MAX_MAIL = 32_000
"""Characters of a mail, with what it quotes."""


_NOBODY_SIMULATED = (
    "simulated customers know whole accounts, so only a demo has them; talk to the agent yourself with "
    '{"mode": "live"}, or start this deployment with DEMO=on'
)


@dataclass(frozen=True)
class House:
    """What a request has to know of the deployment that it comes to."""

    demo: bool = False

    @classmethod
    def of(cls, info: ValidationInfo) -> "House":
        """As it was given to the validation; no demo where nothing was."""
        return info.context if isinstance(info.context, House) else cls()


def _plain(value: str) -> str:
    if not value.isprintable():
        raise ValueError("contains control characters")
    return value.strip()


class NewMessage(BaseModel):
    """What the customer of a live conversation says next."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": "It's order 48213."}]})

    text: Text = Field(max_length=MAX_TEXT)

    def opening(self, **known: Any) -> "NewInteraction":
        """The same words as the first ones of an interaction of which more is `known`."""
        return NewInteraction(text=self.text, **known)

    def came_by(self) -> MailThread | None:
        """The mail that it is, if it is one."""
        return None

    def without_cards(self) -> Self:
        """As it may be kept: of a payment card only the last four digits, of its security code nothing."""
        return self.model_copy(update={"text": mask(self.text, only=CARDS)})


class NewInteraction(BaseModel):
    """A customer's request. Only `text` is needed, and not even that where a live conversation is opened.

    In a demo a simulated customer talks unless the request says otherwise; elsewhere nobody is simulated.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"text": "I was charged twice for order 48213, please refund one of the charges."},
                {"text": "Where is my order?", "business": "retail", "customer_id": "C-1001", "seed": 7},
                {"mode": "live", "text": "Hello, I have a question about my order."},
            ]
        },
    )

    mode: Mode = Field(
        "live",
        description="`live`: you are the customer, and go on with POST .../messages. "
        "`simulated`: somebody made up is the customer; only in a demo, where it is the default.",
    )
    text: Text | None = Field(None, max_length=MAX_TEXT, validate_default=True)
    business: str | None = Field(None, max_length=64, description="Name of a business folder.")
    customer_id: Annotated[str, AfterValidator(_plain)] | None = Field(None, min_length=1, max_length=64)
    channel: str = Field("web", pattern=r"^[a-z][a-z0-9_-]{0,31}$")
    seed: int = Field(0, ge=0, lt=2**31, description="Makes a simulated conversation repeatable; 0: another each time.")
    persona: Persona | None = Field(None, description="How the simulated customer behaves; default: by seed.")

    def came_by(self) -> MailThread | None:
        """The mail that it is, if it is one."""
        return None

    @model_validator(mode="before")
    @classmethod
    def _as_in_this_house(cls, body: Any, info: ValidationInfo) -> Any:
        return {"mode": "simulated", **body} if House.of(info).demo and isinstance(body, dict) else body

    @field_validator("mode")
    @classmethod
    def _simulated_in_a_demo(cls, mode: Mode, info: ValidationInfo) -> Mode:
        if mode == "simulated" and not House.of(info).demo:
            raise ValueError(_NOBODY_SIMULATED)
        return mode

    @field_validator("text", mode="before")
    @classmethod
    def _with_words(cls, text: object, info: ValidationInfo) -> object:
        if text is None and info.data.get("mode") != "live":
            raise ValueError("is missing; please write what you want in your own words")
        return text

    @field_validator("persona")
    @classmethod
    def _for_simulation(cls, persona: Persona | None, info: ValidationInfo) -> Persona | None:
        if persona and info.data.get("mode") == "live":
            raise ValueError("is for simulated customers; in a live conversation you are the customer")
        return persona

    def without_cards(self) -> Self:
        """As it may be kept: of a payment card only the last four digits, of its security code nothing."""
        customer_id = self.customer_id and mask(self.customer_id, only=CARDS)
        return self.model_copy(update={"text": self.text and mask(self.text, only=CARDS), "customer_id": customer_id})

    def known_by(self, key: str, secret: bytes, client: str | None = None) -> IdempotencyKey:
        """The key and what was asked, each as a BLAKE2 that is keyed by the `secret` of the deployment.

        A key is the `client`'s own: the same one of another client names something else.
        The client's key is in both and kept nowhere: not even with the secret can a card number be found by trial.
        """
        whose = (key,) if client is None else (client, key)
        return IdempotencyKey(_sealed(secret, *whose), _sealed(secret, key, self.model_dump_json()))


class MailedMessage(NewMessage):
    """What a customer says next by mail."""

    text: Text = Field(max_length=MAX_MAIL)
    mail: MailThread

    def opening(self, **known: Any) -> "MailedInteraction":
        """See NewMessage."""
        return MailedInteraction(text=self.text, mail=self.mail, **known)

    def came_by(self) -> MailThread:
        """See NewMessage."""
        return self.mail


class MailedInteraction(NewInteraction):
    """A mail that opens a contact. It may come again for days, so that its key is kept as long as the contact."""

    text: Text | None = Field(None, max_length=MAX_MAIL, validate_default=True)
    mail: MailThread

    def came_by(self) -> MailThread:
        """See NewInteraction."""
        return self.mail

    def known_by(self, key: str, secret: bytes, client: str | None = None) -> IdempotencyKey:
        """See NewInteraction."""
        return replace(super().known_by(key, secret, client), lasting=True)


def _sealed(secret: bytes, *parts: str) -> str:
    return hashlib.blake2b("\0".join(parts).encode(), key=secret, digest_size=32).hexdigest()
