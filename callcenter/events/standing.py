"""What policy says of a case: how it stands before anything is agreed, and what was decided."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from pydantic import AwareDatetime, Field, JsonValue

from callcenter.events.words import Section, Verdict


class Action(Section):
    """What an allowed request sets in motion. Money comes from rules and account facts, never from a language model.

    `parameters` are what else who does it has to know, as the rules compute it; amounts are exact text (`55.00`).
    """

    name: str
    amount: Decimal | None = None
    currency: str | None = None
    parameters: dict[str, JsonValue] = {}


class RuleCheck(Section):
    """One rule that was looked at: the facts it read and how it came out."""

    rule_id: str
    title: str
    result: Literal["applied", "not_applicable", "lacks_facts"]
    facts: dict[str, JsonValue] = Field(default_factory=dict)
    note: str = ""


class CarriedOut(Section):
    """What came of an action that was for a machine; of one that is `not_done` a person takes over.

    `by` is what carried it out, `reference` its own name for it, `key` the key under which it was asked to.
    """

    state: Literal["done", "not_done"]
    at: AwareDatetime
    by: str
    key: str
    reference: str | None = None
    reason: str = ""


class Decision(Section):
    """What may be done about one contact reason, and why. `rule_id` is None where no rule applied.

    `about` are the facts that are this request's own, beside others of the same contact: `{"order_id": "48402"}`.
    Without `carried_out` an action is left to a team. `escalation` is why a person has to look at it, whatever the
    verdict; the customer is told nothing of it.
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
    carried_out: CarriedOut | None = None
    escalation: str | None = None


class Thing(Section):
    """An entry of the customer's own account that they may point at.

    `slot` and `value` name it as a fact, `label` is how it is said, `known` what else it may be called by: words,
    amounts (`129.00`) and days (ISO 8601). `within` are the facts that name the entry that it lies in.
    """

    slot: str
    value: str
    label: str
    known: tuple[str, ...] = ()
    within: dict[str, str] = {}

    def may_lie_in(self, facts: Mapping[str, str]) -> bool:
        """Whether it lies in what these facts name, as far as they say."""
        return all(_plain(facts.get(slot, value)) == _plain(value) for slot, value in self.within.items())


class Proposal(Section):
    """What would be done about one request of the contact, if the customer says yes; `words` say an action.

    `about` as in `Decision`. `told` is what the customer hears of an action after their yes.
    """

    contact_reason: str | None
    verdict: Verdict
    about: dict[str, str] = {}
    action: Action | None = None
    words: str = ""
    told: str = ""


class Question(Section):
    """What policy still has to know: the fact, how the business asks for it, and of which `request` (as in `Act`).

    `things` are what there is to choose among, where nothing else would be an answer.
    """

    slot: str
    text: str
    request: int | None = None
    things: tuple[Thing, ...] = ()


class Standing(Section):
    """What policy says of a `case` that is not agreed yet; the key of the case changes with what was stated.

    `things` of the account are there once the customer is `verified`, and none of them before. `question`: what they
    had better be asked once more, or which of its things they want.
    """

    case: str
    verified: bool = False
    things: tuple[Thing, ...] = ()
    proposals: tuple[Proposal, ...] = ()
    question: Question | None = None

    def things_of(self, slot: str, facts: Mapping[str, str] = {}) -> tuple[Thing, ...]:
        """What a fact may name, in the light of these others: where it is asked for, what there is to choose among."""
        if self.question and self.question.slot == slot and self.question.things:
            return self.question.things
        return tuple(thing for thing in self.things if thing.slot == slot and thing.may_lie_in(facts))

    def named(self, slot: str, value: str, facts: Mapping[str, str] = {}) -> Thing | None:
        """The thing that a fact names in the light of these others, however it is written."""
        there = self.things_of(slot, facts)
        return next((thing for thing in there if _plain(thing.value) == _plain(value)), None)


def _plain(value: str) -> str:
    return "".join(filter(str.isalnum, value)).casefold()
