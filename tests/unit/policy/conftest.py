"""The retail business, and events as the agent publishes them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import yaml

from callcenter.events import (
    Contact,
    ContactReason,
    ConversationHeld,
    Decision,
    Entity,
    Evidence,
    PolicyDecided,
    Request,
    Sentiment,
    Turn,
    Understanding,
)
from callcenter.settings import PROJECT
from services.policy import build
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.hands import by_people

MONDAY_NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # 12:00 in New York
RETAIL = PROJECT / "businesses" / "retail"
VOCABULARY = {
    reason["code"]: reason for reason in yaml.safe_load((RETAIL / "contact_reasons.yaml").read_text())["reasons"]
}
CUSTOMERS = {
    customer["customer_id"]: customer
    for customer in yaml.safe_load((RETAIL / "accounts.yaml").read_text())["customers"]
}
DANA = {"email": "dana.lopez@example.com", "postcode": "94107", "date_of_birth": "1988-04-12"}
TOM = {"email": "tom.okafor@example.com", "postcode": "77006", "date_of_birth": "1985-01-19"}


def proof_of(customer_id: str) -> dict[str, str]:
    """Everything that this customer can state to prove who they are."""
    known = CUSTOMERS[customer_id]
    return {fact: str(known[fact]) for fact in ("email", "postcode", "date_of_birth") if fact in known}


def reason(code: str) -> ContactReason:
    entry = VOCABULARY[code]
    return ContactReason(
        code=code,
        title=entry["title"],
        path=entry["path"],
        confidence=0.9,
        queue=entry["queue"],
        impact=entry["impact"],
        identity_required=entry.get("identity", False),
    )


def held(
    code: str | None = "refund_request",
    *also: str,
    customer_id: str | None = None,
    outcome: str = "understood",
    at: datetime = MONDAY_NOON,
    business: str = "retail",
    **said: str,
) -> ConversationHeld:
    """A conversation about `code` and `also`, in which the customer stated the facts `said`, in this order."""
    entities = tuple(
        Entity(
            name=name,
            value=value,
            type="text",
            evidence=Evidence(turn=turn, start=0, end=len(value)),
            confidence=1,
            extractor="test",
        )
        for turn, (name, value) in enumerate(said.items())
    )
    return ConversationHeld(
        event_id=UUID(int=1),
        interaction_id="0190a000-0000-7000-8000-000000000001",
        rev=2,
        occurred_at=at,
        contact=Contact(number=1, initiated_at=at, customer_id=customer_id),
        request=Request(business=business, text="Hello"),
        transcript=(Turn(turn=0, at=at, speaker="customer", text="Hello"),),
        outcome=outcome,
        contact_reason=reason(code) if code else None,
        secondary_reasons=tuple(reason(other) for other in also),
        entities=entities,
        sentiment=Sentiment(start=0, end=0),
        understanding=Understanding(engine="test", business_version="1"),
    )


@pytest.fixture(scope="session")
def worker() -> PolicyWorker:
    return PolicyWorker(by_people(build(PolicySettings(businesses_dir=RETAIL.parent)).desks))


@pytest.fixture
def decide(worker: PolicyWorker) -> Any:
    """The main decision about a conversation, given like `held`."""

    async def main_decision(*args: Any, **said: Any) -> Decision:
        return (await worker.decide(held(*args, **said))).policy.decisions[0]

    return main_decision


@pytest.fixture
def published(worker: PolicyWorker) -> Any:
    async def event(*args: Any, **said: Any) -> PolicyDecided:
        return await worker.decide(held(*args, **said))

    return event
