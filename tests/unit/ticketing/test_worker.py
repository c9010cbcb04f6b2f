from pathlib import Path

import pytest

from callcenter.errors import BusinessError, Permanent
from callcenter.events import PolicyDecided, Request, TicketOpened
from services.ticketing import TicketingSettings, TicketingWorker, build

from .conftest import make_event


@pytest.fixture
def worker(businesses: Path) -> TicketingWorker:
    return build(TicketingSettings(businesses_dir=businesses))


async def test_the_dossier_is_kept_and_the_ticket_added(worker: TicketingWorker) -> None:
    decided = make_event()
    opened = await worker.open(decided)
    assert isinstance(opened, TicketOpened)
    assert (opened.rev, opened.causation_id) == (decided.rev + 1, decided.event_id)
    assert (opened.policy, opened.transcript) == (decided.policy, decided.transcript)
    assert opened.ticket.ticket_id == "RET-1042"


async def test_the_same_event_opens_the_same_ticket(worker: TicketingWorker) -> None:
    once, again = await worker.open(make_event()), await worker.open(make_event())
    assert once.encoded() == again.encoded()


async def test_an_unknown_business_is_permanent(worker: TicketingWorker) -> None:
    with pytest.raises(Permanent, match=r"no business named 'bakery'. It has loaded: retail\."):
        await worker.open(make_event(request=Request(business="bakery", text="hi")))


def test_it_consumes_decisions_and_publishes_tickets() -> None:
    subscription = TicketingWorker.subscriptions[PolicyDecided]
    assert subscription.publishes == (TicketOpened,)
    assert TicketingWorker.name == "ticketing"


def test_a_business_without_ticketing_is_refused_at_boot(businesses: Path) -> None:
    (businesses / "retail" / "ticketing.yaml").unlink()
    with pytest.raises(BusinessError, match=r"retail/ticketing.yaml is missing"):
        build(TicketingSettings(businesses_dir=businesses))
