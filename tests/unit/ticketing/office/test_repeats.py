"""Customers who come again, and tickets that are one matter."""

from typing import Any

import pytest

from callcenter.events import PolicyDecided
from callcenter.http.problems import Problem
from tests.unit.ticketing.conftest import make_entity, make_reason
from tests.unit.ticketing.office.conftest import Desk, contact


async def test_who_comes_again_is_linked_and_more_urgent(office: Desk) -> None:
    first = await office.opened(contact(1))
    office.pass_time(days=2)
    second = await office.ticket(await office.opened(contact(2)))
    office.pass_time(days=2)
    third = await office.ticket(await office.opened(contact(3)))
    assert (await office.ticket(first)).as_opened.raised_for is None
    assert (second.related, second.priority, second.as_opened.raised_for) == (("RET-1",), "P2", "repeat_contact")
    assert (third.related, third.priority) == (("RET-2", "RET-1"), "P2")
    assert second.as_opened.sla.resolution_due == second.sla.resolution.due


@pytest.mark.parametrize(
    "other",
    [
        contact(2, customer_id="C-1002"),
        contact(2, customer_id=None),
        contact(2, contact_reason=make_reason("order_status", "/orders/status")),
        contact(2, contact_reason=None),
    ],
    ids=["another customer", "nobody known", "another reason", "no reason"],
)
async def test_other_contacts_are_no_repeats(office: Desk, other: PolicyDecided) -> None:
    await office.opened(contact(1))
    ticket = await office.ticket(await office.opened(other))
    assert (ticket.related, ticket.duplicate_of, ticket.as_opened.raised_for) == ((), None, None)


async def test_after_the_window_a_contact_is_a_first_one(office: Desk) -> None:
    await office.opened(contact(1))
    office.pass_time(days=7)
    assert (await office.ticket(await office.opened(contact(2)))).related == ("RET-1",)
    office.pass_time(days=7, seconds=1)
    assert (await office.ticket(await office.opened(contact(3)))).related == ()


async def test_the_same_matter_still_open_is_a_duplicate(office: Desk) -> None:
    await office.opened(contact(1))
    same = await office.ticket(await office.opened(contact(2)))
    other_order = await office.ticket(await office.opened(contact(3, entities=(make_entity("order_id", "48260"),))))
    assert (same.duplicate_of, other_order.duplicate_of) == ("RET-1", None)
    for ticket_id in ("RET-1", "RET-2"):
        await office.update(ticket_id, {"status": "resolved"}, "dana")
    assert (await office.ticket(await office.opened(contact(4)))).duplicate_of is None


async def test_the_same_contact_taken_twice_is_no_repeat_of_itself(office: Desk) -> None:
    event = contact(1)
    await office.opened(event)
    desk = office.desk("retail")
    again = event.model_copy(update={"interaction_id": "i-1"})
    (ticket,) = desk.tickets(again, await office.history(again))
    assert ticket.related == ()


async def test_merging_closes_one_and_tells_the_other(office: Desk) -> None:
    kept, other = await office.opened(contact(1)), await office.opened(contact(2))
    office.pass_time(minutes=5)
    target = await office.merge(other, kept, "dana")
    source = await office.ticket(other)
    assert (source.status, source.merged_into, source.closed_at) == ("closed", kept, office.time)
    assert (target.priority, target.related, target.absorbed) == ("P2", (other,), (other,))
    assert target.sla.resolution.due < (await office.ticket(kept)).as_opened.sla.resolution_due
    assert await office.told(other) == ["opened", "merged"]
    assert await office.told(kept) == ["opened", "absorbed"]
    assert (await office.events(kept))[-1].note.startswith("RET-2 was merged into this ticket: Refund request")
    with pytest.raises(Problem, match="RET-2 was merged into RET-1, which is where its matter goes on"):
        await office.update(other, {"status": "reopened"}, "dana")
    assert (await office.ticket(await office.opened(contact(3)))).related == ("RET-1",)


async def test_a_merge_that_was_cut_in_the_middle_is_finished_by_doing_it_again(office: Desk) -> None:
    kept, other = await office.opened(contact(1)), await office.opened(contact(2))
    write, office.book.write = office.book.write, None  # type: ignore[method-assign, assignment]

    async def first_only(leaf: Any) -> bool:
        if leaf.card.ticket_id == other:
            raise ConnectionError
        return await write(leaf)

    office.book.write = first_only  # type: ignore[method-assign]
    with pytest.raises(ConnectionError):
        await office.merge(other, kept, "dana")
    office.book.write = write  # type: ignore[method-assign]
    await office.merge(other, kept, "dana")
    assert await office.told(kept) == ["opened", "absorbed"]
    assert await office.told(other) == ["opened", "merged"]


async def test_what_is_not_one_matter_is_not_merged(office: Desk) -> None:
    first, second = await office.opened(contact(1)), await office.opened(contact(2, customer_id="C-1002"))
    for into, told in ((first, "into itself"), (second, "of different customers"), ("RET-9", "no ticket 'RET-9'")):
        with pytest.raises(Problem, match=told):
            await office.merge(first, into, "dana")
    third = await office.opened(contact(3))
    await office.update(first, {"status": "resolved"}, "dana")
    with pytest.raises(Problem, match="RET-1 is resolved; reopen it first, or merge it into RET-3"):
        await office.merge(third, first, "dana")
    assert await office.told(third) == ["opened"]
