"""Tickets on the real Redis: what one process promised, the next one keeps, and several at once do not do twice."""

import asyncio
from datetime import timedelta

import pytest

from callcenter.business import Profile, load
from callcenter.calendar import Calendar
from callcenter.events import utc_now
from callcenter.settings import PROJECT
from callcenter.storage.book import RedisBook
from services.ticketing.desks import Desks
from services.ticketing.office.clock import Clock
from services.ticketing.office.office import Office
from services.ticketing.tickets import TicketDesk
from tests.dossier import decided, held, opened, requested

BANKING = PROJECT / "businesses" / "banking"  # always open, so that every night is working time
TICKETS = [f"BNK-{number}" for number in range(1, 21)]


class Process:
    """What a process of ticketing has of its own: connections, and the time."""

    def __init__(self, redis_url: str, namespace: str, later: timedelta = timedelta()) -> None:
        desk = TicketDesk(load(BANKING, "ticketing.yaml", Desks), Calendar(load(BANKING, "business.yaml", Profile)))
        self.book = RedisBook(redis_url, namespace)
        self.office = Office(self.book, {"retail": desk}, now=lambda: utc_now() + later)
        self.clock = Clock(self.office, 1)


@pytest.fixture
def started(redis_url: str, namespace: str) -> Process:
    return Process(redis_url, namespace)


async def _open(office: Office) -> None:
    for ticket_id in TICKETS:
        event = decided(held(requested()))
        contact = event.contact.model_copy(update={"number": int(ticket_id.split("-")[1])})
        await office.open(opened(event.model_copy(update={"contact": contact}), ticket_id))


async def test_a_deadline_outlives_the_process_and_is_told_once(
    started: Process, redis_url: str, namespace: str
) -> None:
    await _open(started.office)
    await started.clock.round()
    await started.book.close()
    later = [Process(redis_url, namespace, timedelta(days=30)) for _ in range(3)]
    await asyncio.gather(*(process.clock.round() for process in later))
    office = later[0].office
    for ticket_id in TICKETS:
        told = [(event.type, event.target) for event in await office.events(ticket_id)]
        assert told[0] == ("ticket.opened", None)
        assert sorted(told[1:]) == [("ticket.sla_breached", "first_response"), ("ticket.sla_breached", "resolution")]
    assert await office.book.alarms(office.now(), 10) == []
    for process in later:
        await process.book.close()


async def test_many_who_change_one_ticket_all_find_their_change_in_its_history(redis_url: str, namespace: str) -> None:
    processes = [Process(redis_url, namespace) for _ in range(4)]
    await _open(processes[0].office)
    notes = [f"note {number}" for number in range(24)]
    changes = [
        processes[number % 4].office.comment(TICKETS[0], note, f"person {number}", public=False)
        for number, note in enumerate(notes)
    ]
    await asyncio.gather(*changes)
    ticket = await processes[1].office.ticket(TICKETS[0])
    events = await processes[2].office.events(TICKETS[0])
    assert sorted(comment.text for comment in ticket.comments) == sorted(notes)
    assert [event.rev for event in events] == list(range(1, 26))
    assert [event.comment for event in events[1:]] == list(ticket.comments)
    for process in processes:
        await process.book.close()
