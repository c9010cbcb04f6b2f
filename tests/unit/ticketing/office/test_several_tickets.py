"""Several tickets of one contact in the book: each is opened once, wrapped up, told and listed."""

from typing import Any

import pytest

from callcenter.events import FollowUp, InteractionCompleted, PolicyDecided, TicketOpened
from callcenter.storage.book import Leaf, MemoryBook, TicketFilters
from tests.dossier import completed
from tests.unit.ticketing.conftest import MONDAY_NOON, make_decision, make_event, make_reason
from tests.unit.ticketing.office.conftest import Desk, with_tickets

CANCEL = make_reason("order_cancel", "/orders/cancel", title="Cancel an order", queue="orders")
CHARGE = make_reason("double_charge", "/payments/double-charge", title="Report a double charge", queue="payments")
IDS = ("RET-7", "RET-7-2", "RET-7-3")


def three(number: int = 7, **changes: Any) -> PolicyDecided:
    """A contact in which three teams have to act."""
    known = make_event().contact.model_copy(update={"number": number, "customer_id": "C-1001"})
    decisions = (
        make_decision(),
        make_decision("allow", "order_cancel"),
        make_decision("needs_review", "double_charge"),
    )
    facts: dict[str, Any] = {"contact": known, "secondary_reasons": (CANCEL, CHARGE), "interaction_id": f"i-{number}"}
    return make_event(*decisions, **{**facts, **changes})


class Dying(MemoryBook):
    """A book whose writer dies after so many writes."""

    def __init__(self, writes: int) -> None:
        super().__init__()
        self.writes = writes

    async def write(self, leaf: Leaf) -> bool:
        if self.writes == 0:
            raise ConnectionError
        self.writes -= 1
        return await super().write(leaf)


async def opened(office: Desk, event: PolicyDecided) -> TicketOpened:
    dossier = with_tickets(event, office.desk("retail"), await office.history(event))
    filed = await office.open(dossier)
    return dossier.model_copy(update={"ticket": filed[0], "tickets": filed})


async def test_each_is_in_the_book_with_what_is_its_own(office: Desk) -> None:
    await opened(office, three())
    main, cancel, charge = [await office.ticket(ticket_id) for ticket_id in IDS]
    assert [one.queue for one in (main, cancel, charge)] == ["returns", "orders", "payments"]
    assert [one.reason for one in (main, cancel, charge)] == ["refund_request", "order_cancel", "double_charge"]
    assert [one.escalation for one in (main, cancel, charge)] == [None, None, "payment_review"]
    assert [(one.number, one.place) for one in (main, cancel, charge)] == [(7, 1), (7, 2), (7, 3)]
    assert charge.related == ("RET-7", "RET-7-2")


async def test_other_systems_are_told_of_each(desk: Any) -> None:
    office = Desk({"retail": desk}, ("desk.example",))
    await opened(office, three())
    claimed = await office.book.claim(MONDAY_NOON, 60, 10)
    assert sorted(one.ticket_id for one in claimed) == sorted(IDS)
    assert [await office.told(ticket_id) for ticket_id in IDS] == [["opened"]] * 3


@pytest.mark.parametrize("writes", [0, 1, 2])
async def test_where_it_was_cut_in_the_middle_the_rest_is_opened_and_nothing_twice(office: Desk, writes: int) -> None:
    office.book = book = Dying(writes)
    with pytest.raises(ConnectionError):
        await opened(office, three())
    book.writes = -1
    again = await opened(office, three())
    assert [one.ticket_id for one in again.tickets] == list(IDS)
    assert [await office.told(ticket_id) for ticket_id in IDS] == [["opened"]] * 3


async def test_a_repeat_answers_with_those_that_were_opened(office: Desk) -> None:
    first = await opened(office, three())
    await office.update("RET-7-2", {"priority": "P1"}, "dana")
    await opened(office, three(8))  # by now there is a history
    assert (await opened(office, three())).tickets == first.tickets


def task(title: str, ticket_id: str | None) -> FollowUp:
    return FollowUp(title=title, description="", due_at=MONDAY_NOON, owner="orders", ticket_id=ticket_id)


async def wrapped_up(office: Desk) -> InteractionCompleted:
    record = completed(await opened(office, three()))
    tasks = (task("Refund", "RET-7"), task("Cancel", "RET-7-2"))
    return record.model_copy(update={"follow_ups": tasks})


async def test_the_wrap_up_comes_to_each_once_with_its_own_tasks(office: Desk) -> None:
    record = await wrapped_up(office)
    for _ in range(2):
        await office.wrap_up(record)
    assert [await office.told(ticket_id) for ticket_id in IDS] == [["opened", "wrapped_up"]] * 3
    tasks = [[one.title for one in (await office.ticket(ticket_id)).follow_ups] for ticket_id in IDS]
    assert tasks == [["Refund"], ["Cancel"], []]


async def test_tickets_that_the_book_lost_come_back_with_the_wrap_up(office: Desk) -> None:
    record = await wrapped_up(office)
    office.book = MemoryBook()
    await office.wrap_up(record)
    assert [await office.told(ticket_id) for ticket_id in IDS] == [["opened", "wrapped_up"]] * 3


async def test_in_lists_they_stand_one_below_the_other(office: Desk) -> None:
    for number in (6, 7, 8):
        await opened(office, three(number))
    shown: list[str] = []
    cursor: float | None = None
    for _ in range(9):
        page = await office.book.page(TicketFilters(), cursor, 1)
        shown += [card.ticket_id for card in page.cards]
        cursor = page.cursor
    assert shown == [f"RET-{number}{place}" for number in (8, 7, 6) for place in ("", "-2", "-3")]


async def test_the_tickets_of_one_contact_are_no_repeats_of_each_other(office: Desk) -> None:
    record = await opened(office, three())
    assert [one.raised_for for one in record.tickets] == [None] * 3
    again = await opened(office, three(8))
    assert [one.related[0] for one in again.tickets] == list(IDS)
    assert [one.duplicate_of for one in again.tickets] == list(IDS)
