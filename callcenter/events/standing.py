"""What policy says of a case: how it stands before anything is agreed, and what was decided."""

from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue

from callcenter.events.words import Section, Verdict


class Action(Section):
    """What an allowed request sets in motion. Money comes from rules and account facts, never from a language model."""

    name: str
    amount: Decimal | None = None
    currency: str | None = None


class RuleCheck(Section):
    """One rule that was looked at: the facts it read and how it came out."""

    rule_id: str
    title: str
    result: Literal["applied", "not_applicable", "lacks_facts"]
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    note: str = ""


class Decision(Section):
    """What may be done about one contact reason, and why. `rule_id` is None where no rule applied.

    `about` are the facts that are this request's own, beside others of the same contact: `{"order_id": "48402"}`.
    """

    contact_reason: str | None
    verdict: Verdict
    rule_id: str | None
    action: Action | None = None
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    reason_customer: str
    reason_internal: str
    missing: tuple[str, ...] = ()
    checks: tuple[RuleCheck, ...] = ()
    about: dict[str, str] = Field(default_factory=dict)


class Thing(Section):
    """An entry of the customer's own account that they may point at.

    `slot` and `value` name it as a fact, `label` is how it is said, `known` what else it may be called by: words,
    amounts (`129.00`) and days (ISO 8601).
    """

    slot: str
    value: str
    label: str
    known: tuple[str, ...] = ()


class Proposal(Section):
    """What would be done about one request of the contact, if the customer says yes; `words` say an action.

    `about` as in `Decision`.
    """

    contact_reason: str | None
    verdict: Verdict
    about: dict[str, str] = {}
    action: Action | None = None
    words: str = ""


class Question(Section):
    """What policy still has to know: the fact, how the business asks for it, and of which `request` (as in `Act`)."""

    slot: str
    text: str
    request: int | None = None


class Standing(Section):
    """What policy says of a `case` that is not agreed yet; the key of the case changes with what was stated.

    `things` are there once the customer is `verified`, and none of them before. `question`: what they had better be
    asked once more.
    """

    case: str
    verified: bool = False
    things: tuple[Thing, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    question: Question | None = None

    def things_of(self, slot: str) -> tuple[Thing, ...]:
        """What a fact may name."""
        return tuple(thing for thing in self.things if thing.slot == slot)

    def named(self, slot: str, value: str) -> Thing | None:
        """The thing that a fact names, however it is written."""
        return next((thing for thing in self.things_of(slot) if _plain(thing.value) == _plain(value)), None)


def _plain(value: str) -> str:
    return "".join(filter(str.isalnum, value)).casefold()
