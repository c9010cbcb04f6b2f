"""What people may do with a ticket, and what its history says of it."""

from datetime import timedelta
from itertools import product

import pytest

from callcenter.errors import Permanent
from callcenter.events import FollowUp
from callcenter.http.problems import Problem
from services.ticketing.office.lifecycle import NEXT
from services.ticketing.tickets import TicketDesk
from tests.unit.ticketing.conftest import MONDAY_NOON, make_decision, make_event
from tests.unit.ticketing.office.conftest import Desk, with_tickets

TASK = FollowUp(title="Refund", description="Pay it back.", due_at=MONDAY_NOON, owner="returns")


WAYS = {"new": [], "reopened": ["resolved", "reopened"]}
"""To each status from `new`; to the others it is one step."""


@pytest.fixture
def fresh_office(desk: TicketDesk) -> Desk:
    """Where every ticket is opened as new."""
    last = desk.desks.statuses[-1].model_copy(update={"use": "new"})
    return Desk({"retail": TicketDesk(desk.desks.model_copy(update={"statuses": (last,)}), desk.calendar)})


@pytest.mark.parametrize(("before", "after"), list(product(NEXT, NEXT)))
async def test_only_the_steps_of_the_lifecycle_can_be_taken(fresh_office: Desk, before: str, after: str) -> None:
    ticket_id = await fresh_office.opened()
    for step in WAYS.get(before, [before]):
        await fresh_office.update(ticket_id, {"status": step}, "dana")
    assert (await fresh_office.ticket(ticket_id)).status == before
    if after == before or after in NEXT[before]:  # type: ignore[index]
        assert (await fresh_office.update(ticket_id, {"status": after}, "dana")).status == after
        return
    with pytest.raises(Problem, match=f"is {before}; from there it can become") as refused:
        await fresh_office.update(ticket_id, {"status": after}, "dana")
    assert refused.value.status == 409
    assert (await fresh_office.ticket(ticket_id)).status == before


async def test_every_change_is_an_event_with_who_and_when(office: Desk) -> None:
    ticket_id = await office.opened()
    office.pass_time(minutes=5)
    await office.update(ticket_id, {"status": "pending", "assignee": "dana", "queue": "returns"}, "lee")
    office.pass_time(minutes=5)
    await office.comment(ticket_id, "They will send a photo.", "dana", public=False)
    opened, updated, commented = await office.events(ticket_id)
    assert (opened.by, opened.at, opened.changes) == ("system", MONDAY_NOON, {})
    assert (updated.by, updated.at) == ("lee", MONDAY_NOON + timedelta(minutes=5))
    assert updated.changes == {"status": ("open", "pending"), "assignee": (None, "dana")}
    assert commented.comment
    assert (commented.comment.by, commented.comment.text) == ("dana", "They will send a photo.")
    assert [event.rev for event in (opened, updated, commented)] == [1, 2, 3]
    assert commented.ticket.status == "pending"


async def test_what_is_so_already_is_no_change(office: Desk) -> None:
    ticket_id = await office.opened()
    assert (await office.update(ticket_id, {"status": "open", "assignee": None}, "dana")).rev == 1
    assert await office.told(ticket_id) == ["opened"]


async def test_a_new_ticket_that_somebody_takes_is_open(fresh_office: Desk) -> None:
    ticket_id = await fresh_office.opened()
    assert (await fresh_office.update(ticket_id, {"assignee": "dana"}, "dana")).status == "open"


async def test_a_queue_has_to_be_one_of_the_business(office: Desk) -> None:
    ticket_id = await office.opened()
    with pytest.raises(Problem, match="there is no 'refunds'; choose one of orders, delivery, returns"):
        await office.update(ticket_id, {"queue": "refunds"}, "dana")


async def test_who_read_an_older_revision_is_told(office: Desk) -> None:
    ticket_id = await office.opened()
    await office.update(ticket_id, {"assignee": "dana"}, "dana", rev=1)
    with pytest.raises(Problem, match="at revision 2 by now") as refused:
        await office.update(ticket_id, {"assignee": "lee"}, "lee", rev=1)
    assert refused.value.status == 412


async def test_opening_again_finds_the_ticket_that_was_opened(office: Desk) -> None:
    event = make_event(make_decision("needs_review"))
    ticket_id = await office.opened(event)
    first = (await office.ticket(ticket_id)).as_opened
    await office.update(ticket_id, {"priority": "P1"}, "dana")
    office.pass_time(hours=3)
    assert await office.opened(event) == ticket_id
    assert (await office.ticket(ticket_id)).as_opened == first
    assert await office.told(ticket_id) == ["opened", "updated"]


async def test_a_number_that_was_given_twice_does_not_make_two_contacts_one(office: Desk) -> None:
    ticket_id = await office.opened()
    dossier = make_event(make_decision("needs_review"), interaction_id="another")
    with pytest.raises(Permanent, match="is the ticket of another contact"):
        await office.open(with_tickets(dossier, office.desk("retail")))
    assert await office.told(ticket_id) == ["opened"]


async def test_the_wrap_up_comes_to_the_ticket_once(office: Desk) -> None:
    record = await office.finished((TASK,))
    ticket_id = await office.opened()
    await office.wrap_up(record)
    await office.wrap_up(record)
    ticket = await office.ticket(ticket_id)
    assert ticket.wrap_up
    assert (ticket.wrap_up.next_step, ticket.wrap_up.disposition) == ("Done.", "done")
    assert [task.title for task in ticket.follow_ups] == ["Refund"]
    assert await office.told(ticket_id) == ["opened", "wrapped_up"]


async def test_a_ticket_that_the_book_lost_comes_back_with_its_wrap_up(office: Desk) -> None:
    record = await office.finished()
    await office.wrap_up(record)
    assert (await office.ticket(record.ticket.ticket_id)).as_opened == record.ticket
    assert await office.told(record.ticket.ticket_id) == ["opened", "wrapped_up"]


async def test_a_follow_up_gets_done_and_undone(office: Desk) -> None:
    record = await office.finished((TASK,))
    ticket_id = await office.opened()
    await office.wrap_up(record)
    done = (await office.work(ticket_id, 1, {"done": True}, "dana")).follow_ups[0]
    assert (done.done_by, done.done_at) == ("dana", MONDAY_NOON)
    assert (await office.work(ticket_id, 1, {"done": True}, "lee")).follow_ups[0].done_by == "dana"
    moved = (await office.work(ticket_id, 1, {"done": False, "owner": "lee"}, "lee")).follow_ups[0]
    assert (moved.done_at, moved.owner) == (None, "lee")
    await office.work(ticket_id, 1, {"owner": "dana"}, "lee")
    notes = [event.note for event in await office.events(ticket_id)][2:]
    assert notes == [f"Follow-up 1 {became}: Refund" for became in ("done", "not done after all", "changed")]
    with pytest.raises(Problem, match="has 1 follow-ups; there is no number 2"):
        await office.work(ticket_id, 2, {"done": True}, "dana")


async def test_a_ticket_that_is_not_there_is_told(office: Desk) -> None:
    with pytest.raises(Problem, match="no ticket 'RET-9'") as refused:
        await office.update("RET-9", {"status": "closed"}, "dana")
    assert refused.value.status == 404
