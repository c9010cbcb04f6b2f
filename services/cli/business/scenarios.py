"""`scenarios.yaml`: what customers write and what must come out, and how a record compares with it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, NamedTuple, Self

from pydantic import Field, field_validator, model_validator

from callcenter.business import Sheet, alternatives
from callcenter.events import InteractionCompleted, Mode, Persona
from services.policy.agreement import Agreement

PLACES = {
    "reason": "contact_reason.code",
    "also": "also",
    "entities": "entities",
    "verified": "contact.verified.verified",
    "language": "contact.language",
    "verdict": "policy.verdict",
    "rule": "main.rule_id",
    "action": "main.action.name",
    "amount": "main.action.amount",
    "carried_out": "main.carried_out.state",
    "missing": "main.missing",
    "queue": "ticket.queue",
    "priority": "ticket.priority",
    "type": "ticket.type",
    "status": "ticket.status",
    "escalation": "escalation.reason_code",
    "disposition": "disposition.code",
}
"""What can be expected by a short name, and where it is in a record; all else by its dotted place (`ticket.title`)."""


class AgreedBefore(Sheet):
    """What an earlier contact of the same customer agreed to, `about` which thing, and how it stands by now."""

    action: str
    about: dict[str, str] = {}
    amount: Decimal | None = None
    days_ago: int = Field(default=1, ge=1, le=365)
    stands: Literal["in_time", "late", "done"] = "in_time"

    def agreement(self, ticket: str, now: datetime) -> Agreement:
        """As it is remembered `now`."""
        at, day = now - timedelta(days=self.days_ago), timedelta(days=1)
        known = self.model_dump(include={"action", "about", "amount"}) | {"own": self.about, "title": self.action}
        due = now - day / 2 if self.stands == "late" else now + day
        done = at if self.stands == "done" else None
        return Agreement(**known, interaction_id="before", at=at, until=now + day, ticket=ticket, due=due, done=done)


class Scenario(Sheet):
    """One request and what must come out. Without a `seed` it must come out for any.

    In the `mode` `simulated` the agent makes up the customer, in one shot; else somebody calls from outside.
    """

    id: str
    sample: str | None = None
    text: str
    customer_id: str | None = None
    agreed: tuple[AgreedBefore, ...] = ()
    persona: Persona | None = None
    mode: Mode = "live"
    seed: int | None = None
    expect: dict[str, Any] = Field(min_length=1)

    @property
    def request(self) -> dict[str, Any]:
        """What is sent, without business and seed."""
        return self.model_dump(include={"text", "customer_id", "persona"}, exclude_none=True)

    def agreements(self, now: datetime) -> list[Agreement]:
        """What was agreed with the customer before."""
        return [one.agreement(f"TICKET-{number}", now) for number, one in enumerate(self.agreed, 1)]

    @model_validator(mode="after")
    def _agreed_with_somebody(self) -> Self:
        if self.agreed and self.customer_id is None:
            raise ValueError("agreed: say with whom, in customer_id")
        return self

    @field_validator("expect")
    @classmethod
    def _can_be_found(cls, expect: dict[str, Any]) -> dict[str, Any]:
        known = {*PLACES, *InteractionCompleted.model_fields}
        for name in expect:
            if name not in PLACES and name.partition(".")[0] not in known:
                raise ValueError(f"a record has no {name}; {alternatives(name, known)}")
        return expect


class Scenarios(Sheet):
    """The whole file."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1)

    @field_validator("scenarios")
    @classmethod
    def _each_once(cls, scenarios: tuple[Scenario, ...]) -> tuple[Scenario, ...]:
        twice = [name for name, times in Counter(one.id for one in scenarios).items() if times > 1]
        if twice:
            raise ValueError(f"{', '.join(twice)} is there more than once")
        return scenarios


class Difference(NamedTuple):
    """One expectation that was not met."""

    field: str
    expected: Any
    got: Any


def differences(expect: Mapping[str, Any], record: Mapping[str, Any]) -> Iterator[Difference]:
    """What came out otherwise than expected; of `entities`, only those that are named are compared."""
    facets = _facets(record)
    for name, expected in expect.items():
        got = _at(facets, PLACES.get(name, name))
        if name == "entities":
            got = {entity: got.get(entity) for entity in expected}
        if not _same(name, expected, got):
            yield Difference(name, expected, got)


def decided_by_policy(expect: Mapping[str, Any]) -> dict[str, Any]:
    """The expectations that the rules alone decide."""
    return {
        name: expected
        for name, expected in expect.items()
        if PLACES.get(name, name).partition(".")[0] in ("policy", "main")
    }


def main_decision(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """The decision about the main reason."""
    code = _at(record, "contact_reason.code")
    decisions: list[Mapping[str, Any]] = record["policy"]["decisions"]
    return next((decision for decision in decisions if decision["contact_reason"] == code), decisions[0])


def _facets(record: Mapping[str, Any]) -> dict[str, Any]:
    stated = sorted(record["entities"], key=lambda entity: (entity["evidence"]["turn"], entity["evidence"]["start"]))
    return {
        **record,
        "main": main_decision(record),
        "also": [reason["code"] for reason in record["secondary_reasons"]],
        "entities": {entity["name"]: entity["value"] for entity in stated},
    }


def _at(value: Any, place: str) -> Any:
    for part in place.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _same(name: str, expected: Any, got: Any) -> bool:
    if name == "amount" and None not in (expected, got):
        return _money(expected) == _money(got)
    return bool(_plain(expected) == _plain(got))


def _plain(value: Any) -> Any:
    """As text, so that an unquoted number or date in YAML is what it looks like."""
    if isinstance(value, Mapping):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool) else str(value)


def _money(amount: Any) -> Decimal | None:
    try:
        return Decimal(str(amount))
    except InvalidOperation:
        return None
