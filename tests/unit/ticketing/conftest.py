"""A small business, and events as the policy desk publishes them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from callcenter.business import Holidays, Profile, Voice, load
from callcenter.calendar import Calendar
from callcenter.events import (
    Action,
    Contact,
    ContactReason,
    Decision,
    Entity,
    Evidence,
    Policy,
    PolicyDecided,
    Request,
    Sentiment,
    Turn,
    Understanding,
)
from callcenter.settings import PROJECT
from services.ticketing.desks import Desks
from services.ticketing.tickets import TicketDesk

MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York
RETAIL = PROJECT / "businesses" / "retail"
WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00") | {"sat": "10:00-14:00"}


def make_profile(**changes: Any) -> Profile:
    facts: dict[str, Any] = {
        "name": "retail",
        "title": "Harbor & Pine",
        "version": "1",
        "currency": "USD",
        "time_zone": "America/New_York",
        "opening_hours": WEEK,
        "holidays": Holidays(country="US"),
        "voice": Voice(agent_name="Ava", greeting="Hello!", farewell="Goodbye!"),
    }
    return Profile(**{**facts, **changes})


def make_reason(code: str = "refund_request", path: str = "/returns/refund", **changes: Any) -> ContactReason:
    facts = {
        "title": "Refund request",
        "confidence": 0.9,
        "queue": "returns",
        "impact": "medium",
        "identity_required": True,
    }
    return ContactReason(**{**facts, "code": code, "path": path, **changes})


def make_decision(verdict: str = "allow", reason: str | None = "refund_request", **changes: Any) -> Decision:
    action = Action(name="refund", amount=Decimal("129"), currency="USD") if verdict == "allow" else None
    facts: dict[str, Any] = {
        "contact_reason": reason,
        "verdict": verdict,
        "rule_id": "refund.window",
        "action": action,
        "reason_customer": "We looked at your order.",
        "reason_internal": "Delivered 15 days ago; limit 30.",
    }
    return Decision(**{**facts, **changes})


def make_entity(name: str, value: str) -> Entity:
    said = Evidence(turn=0, start=0, end=len(value))
    return Entity(name=name, value=value, type="text", evidence=said, confidence=1, extractor="pattern")


def make_event(*decisions: Decision, **changes: Any) -> PolicyDecided:
    decided = decisions or (make_decision(),)
    text = "I want my money back for 48213"
    facts: dict[str, Any] = {
        "event_id": UUID(int=7),
        "interaction_id": "i-1",
        "rev": 3,
        "occurred_at": MONDAY_NOON,
        "contact": Contact(number=1042, initiated_at=MONDAY_NOON),
        "request": Request(business="retail", text=text),
        "transcript": (Turn(turn=0, at=MONDAY_NOON, speaker="customer", text=text),),
        "outcome": "understood",
        "contact_reason": make_reason(),
        "entities": (make_entity("order_id", "48213"),),
        "sentiment": Sentiment(start=0, end=0),
        "understanding": Understanding(engine="classic", business_version="1"),
        "policy": Policy(verdict=decided[0].verdict, decisions=decided, policy_version="1", policy_hash="abc"),
    }
    return PolicyDecided(**{**facts, **changes})


@pytest.fixture(scope="session")
def desks() -> Desks:
    return load(RETAIL, "ticketing.yaml", Desks)


@pytest.fixture(scope="session")
def desk(desks: Desks) -> TicketDesk:
    return TicketDesk(desks, Calendar(make_profile()))


@pytest.fixture
def businesses(tmp_path: Path) -> Path:
    folder = tmp_path / "retail"
    folder.mkdir()
    (folder / "business.yaml").write_text(make_profile().model_dump_json(), encoding="utf-8")
    (folder / "ticketing.yaml").write_text((RETAIL / "ticketing.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path
