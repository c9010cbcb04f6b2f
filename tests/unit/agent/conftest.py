"""The agent as it is built for the shop, and requests to give it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest

from callcenter.account_book import AccountBook
from callcenter.events import Contact, ConversationHeld, InteractionRequested, Request
from services.agent import build
from services.agent.conversation import Desk
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
from tests.standing import settled

NOW = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
Talk = Callable[..., Awaitable[ConversationHeld]]


@pytest.fixture(scope="session")
def worker() -> AgentWorker:
    return build(AgentSettings(demo=True))


@pytest.fixture(scope="session")
def desk(worker: AgentWorker) -> Desk:
    return worker.desks["retail"]


def requested(
    text: str, *, business: str = "retail", customer_id: str | None = None, seed: int = 7, persona: str | None = None
):
    return InteractionRequested(
        event_id=UUID(int=1),
        interaction_id="interaction-1",
        rev=1,
        occurred_at=NOW,
        contact=Contact(number=1, customer_id=customer_id, initiated_at=NOW),
        request=Request(business=business, text=text, seed=seed, persona=persona),
    )


@pytest.fixture(scope="session")
def talk(worker: AgentWorker) -> Talk:
    async def talk(text: str, **more: object) -> ConversationHeld:
        held = await settled(worker, await worker.open(requested(text, **more)))
        assert isinstance(held, ConversationHeld)
        return held

    return talk


@pytest.fixture
def book() -> AccountBook:
    return AccountBook.model_validate(
        {
            "version": "1",
            "customers": [
                {
                    "customer_id": "C-1",
                    "email": "ann@example.com",
                    "phone": "+1 555 010 0001",
                    "postcode": "10001",
                    "date_of_birth": "1980-02-03",
                    "orders": [
                        {
                            "order_id": "11111",
                            "status": "delivered",
                            "items": [{"product": "Desk lamp"}],
                            "total": "30.00",
                        },
                        {
                            "order_id": "22222",
                            "status": "processing",
                            "items": [{"product": "Wool rug"}],
                            "total": "80.00",
                        },
                    ],
                },
                {
                    "customer_id": "C-2",
                    "email": "bob@example.com",
                    "postcode": "20002",
                    "date_of_birth": "1990-05-06",
                    "gift_cards": [{"code": "GC-AAAA-1111", "balance": "5.00"}],
                    "orders": [
                        {
                            "order_id": "33333",
                            "status": "delivered",
                            "items": [{"product": "Kettle"}],
                            "charges": [
                                {"amount": "40.00", "at": "2 days ago"},
                                {"amount": "40.00", "at": "2 days ago"},
                            ],
                        }
                    ],
                },
            ],
        }
    )
