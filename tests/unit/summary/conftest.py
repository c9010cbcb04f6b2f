"""A small business, and events as the ticketing desk publishes them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from callcenter.business import Profile, Voice, load
from callcenter.events import (
    Action,
    Contact,
    ContactReason,
    Decision,
    Entity,
    Escalation,
    Evidence,
    Policy,
    Request,
    Sentiment,
    ServiceLevel,
    StageTiming,
    Ticket,
    TicketOpened,
    Turn,
    Understanding,
    Verification,
)
from callcenter.settings import PROJECT
from services.summary.composer import Composer
from services.summary.wrap_up import WrapUp

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # a Monday, 12:00 in New York
RETAIL = PROJECT / "businesses" / "retail"
STATUSES = {"allow": "open", "deny": "resolved", "needs_review": "open", "needs_info": "pending"}
PROFILE = Profile(
    name="retail",
    title="Harbor & Pine",
    version="1",
    currency="USD",
    time_zone="America/New_York",
    opening_hours=dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "09:00-18:00"),
    voice=Voice(agent_name="Maya", greeting="Hello!", farewell="Goodbye!"),
)


def make_reason(code: str = "refund_request", path: str = "/returns/refund", **changes: Any) -> ContactReason:
    facts = {"title": "Request a refund", "confidence": 0.9, "queue": "returns"}
    return ContactReason(**{**facts, "code": code, "path": path, **changes})


def make_decision(verdict: str = "allow", reason: str | None = "refund_request", **changes: Any) -> Decision:
    words = {
        "allow": ("We'll refund 129.00 USD to your Visa ending 4242.", "Delivered 15 days ago; limit 30."),
        "deny": ("Refunds are allowed for 30 days, and those are over.", "Delivered 52 days ago; limit 30."),
        "needs_review": ("This needs a closer look.", "Amount 900.00 is above 500.00."),
        "needs_info": ("Could you give me the order number?", "Order unknown."),
    }
    facts: dict[str, Any] = {
        "contact_reason": reason,
        "verdict": verdict,
        "rule_id": "refund.window",
        "action": Action(name="refund", amount=Decimal("129"), currency="USD") if verdict == "allow" else None,
        "reason_customer": words[verdict][0],
        "reason_internal": words[verdict][1],
        "missing": ("order_id",) if verdict == "needs_info" else (),
    }
    return Decision(**{**facts, **changes})


def make_entity(name: str, value: str) -> Entity:
    said = Evidence(turn=0, start=0, end=len(value))
    return Entity(name=name, value=value, type="text", evidence=said, confidence=1, extractor="pattern")


def make_ticket(**changes: Any) -> Ticket:
    sla = ServiceLevel(first_response_due=NOON + timedelta(hours=4), resolution_due=NOON + timedelta(days=1, hours=3.5))
    facts: dict[str, Any] = {
        "ticket_id": "RET-1042",
        "type": "request",
        "title": "Request a refund for order 48213",
        "priority": "P3",
        "impact": "medium",
        "urgency": "medium",
        "status": "open",
        "queue": "returns",
        "sla": sla,
    }
    return Ticket(**{**facts, **changes})


def make_event(
    *decisions: Decision, text: str = "I want my money back for order 48213", **changes: Any
) -> TicketOpened:
    decided = decisions or (make_decision(),)
    verdict = decided[0].verdict
    resolved = verdict == "allow" and decided[0].action is None
    asks_person = verdict == "needs_review"
    facts: dict[str, Any] = {
        "event_id": UUID(int=7),
        "interaction_id": "i-1",
        "rev": 4,
        "occurred_at": NOON,
        "timings": (
            StageTiming(service="agent", queue_ms=2.5, work_ms=40),
            StageTiming(service="policy", queue_ms=1, work_ms=5),
        ),
        "contact": Contact(
            number=1042, initiated_at=NOON, verified=Verification(verified=True, method="email+postcode")
        ),
        "request": Request(business="retail", text=text),
        "transcript": (
            Turn(turn=0, at=NOON, speaker="customer", text=text),
            Turn(turn=1, at=NOON + timedelta(seconds=12), speaker="agent", text="Let me look."),
            Turn(turn=2, at=NOON + timedelta(seconds=30), speaker="customer", text="Thanks."),
        ),
        "outcome": "understood",
        "contact_reason": make_reason(),
        "entities": (make_entity("order_id", "48213"),),
        "sentiment": Sentiment(start=0, end=0.1),
        "understanding": Understanding(engine="classic", model="svm", business_version="3"),
        "policy": Policy(verdict=verdict, decisions=decided, policy_version="2", policy_hash="abc"),
        "ticket": make_ticket(status="resolved" if resolved else STATUSES[verdict]),
        "escalation": Escalation(state="requested", reason_code="no_rule") if asks_person else Escalation(),
    }
    return TicketOpened(**{**facts, **changes})


@pytest.fixture(scope="session")
def sheet() -> WrapUp:
    return load(RETAIL, "wrap_up.yaml", WrapUp)


@pytest.fixture(scope="session")
def composer(sheet: WrapUp) -> Composer:
    return Composer(sheet, PROFILE)


@pytest.fixture
def businesses(tmp_path: Path) -> Path:
    folder = tmp_path / "retail"
    folder.mkdir()
    (folder / "business.yaml").write_text(PROFILE.model_dump_json(), encoding="utf-8")
    (folder / "wrap_up.yaml").write_text((RETAIL / "wrap_up.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path
