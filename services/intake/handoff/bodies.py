"""What a person may ask. Each body names who is asking."""

from pydantic import ConfigDict, Field, field_validator

from callcenter.access.acting import Acting
from callcenter.http.bodies import Text
from callcenter.privacy import CARDS, mask
from services.intake.requests import MAX_TEXT


class Duty(Acting):
    """For which queues of a business a person is there; for none: not any more."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"by": "dana", "business": "retail", "queues": ["payments", "returns"]}]}
    )

    business: str = Field(max_length=64)
    queues: list[str] = Field(max_length=100)


class Words(Acting):
    """What a person says to the customer."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"by": "dana", "text": "Hello, I'm Dana. Let me see."}]})

    text: Text = Field(max_length=MAX_TEXT)

    @field_validator("text")
    @classmethod
    def _without_cards(cls, text: str) -> str:
        return mask(text, only=CARDS)


class Ending(Acting):
    """How a person leaves a contact: whether the customer has what they wanted, and a note about it."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"by": "dana", "done": True, "note": "Found the order by its address."}]}
    )

    done: bool = False
    note: str = Field("", max_length=MAX_TEXT)

    @field_validator("note")
    @classmethod
    def _without_cards(cls, note: str) -> str:
        return mask(note.strip(), only=CARDS)
