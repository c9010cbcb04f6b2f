"""Customers who come back to a ticket: it hears of it, once, and is reopened where somebody has to act again."""

from typing import Any

import pytest

from callcenter.events import PolicyDecided, Turn, Verification
from services.ticketing.office.ticket import FiledTicket
from tests.unit.ticketing.conftest import MONDAY_NOON, make_decision, make_entity, make_event, make_reason
from tests.unit.ticketing.office.conftest import Desk, contact, with_tickets

PROVED = Verification(verified=True, method="email+postcode")
ASKED = "Nobody called me back about RET-1. Write to me at robert@example.com"


def again(number: int = 2, *, text: str = ASKED, verified: Verification = PROVED, **changes: Any) -> PolicyDecided:
    """A later contact of the same customer about the same."""
    facts = {name: changes.pop(name) for name in ("follows", "customer_id") if name in changes}
    known = {"number": number, "customer_id": "C-1001", "verified": verified, **facts}
    said = (Turn(turn=0, at=MONDAY_NOON, speaker="customer", text=text),)
    verdict = changes.pop("verdict", "needs_review")
    asked = make_event().contact.model_copy(update=known)
    return make_event(make_decision(verdict), contact=asked, transcript=said, **changes)


async def after(office: Desk, event: PolicyDecided, status: str = "") -> tuple[FiledTicket, FiledTicket]:
    """The first ticket, brought to a status, and the later one, once the later contact has ended."""
    first = await office.opened(contact(1))
    if status:
        await office.update(first, {"status": status}, "dana")
    office.pass_time(hours=1)
    second = await office.opened(event)
    return await office.ticket(first), await office.ticket(second)


async def test_whose_number_is_said_hears_what_was_said_without_personal_data(office: Desk) -> None:
    first, second = await after(office, again())
    assert (first.status, second.duplicate_of) == ("open", "RET-1")
    (comment,) = first.comments
    assert (comment.by, comment.public) == ("assistant", False)
    assert comment.text.startswith("The customer came back in RET-2 and said: “Nobody called me back about RET-1.")
    assert "robert" not in comment.text
    assert await office.told("RET-1") == ["opened", "commented"]


async def test_a_fact_that_proves_who_they_are_is_not_noted(office: Desk) -> None:
    said = (make_entity("order_id", "48213"), make_entity("postcode", "94107"))
    first, _ = await after(
        office, again(text="Still nothing about RET-1, order 48213. My zip is 94107.", entities=said)
    )
    assert "94107" not in first.comments[0].text
    assert "order 48213" in first.comments[0].text


@pytest.mark.parametrize("status", ["resolved", "closed"])
async def test_what_was_over_is_reopened_with_the_reason_in_one_revision(office: Desk, status: str) -> None:
    first, second = await after(office, again(), status)
    assert (first.status, first.resolved_at, first.closed_at) == ("reopened", None, None)
    assert first.sla.resolution.started_at == office.time
    assert (second.duplicate_of, second.related) == ("RET-1", ("RET-1",))
    told = (await office.events("RET-1"))[-1]
    assert (told.type, told.by, told.note) == ("ticket.updated", "assistant", "The customer came back to it in RET-2.")
    assert told.changes["status"] == (status, "reopened")
    assert told.comment == first.comments[0]


async def test_what_waited_for_the_customer_waits_no_longer(office: Desk) -> None:
    first, _ = await after(office, again(), "pending")
    assert (first.status, first.sla.resolution.paused_at) == ("open", None)


async def test_a_reply_to_the_ended_conversation_does_the_same(office: Desk) -> None:
    first, second = await after(office, again(text="it is still not here", follows="i-1"), "resolved")
    assert (first.status, second.duplicate_of) == ("reopened", "RET-1")


async def test_who_only_asks_and_is_answered_reopens_nothing(office: Desk) -> None:
    first, _ = await after(office, again(verdict="deny"), "resolved")
    assert (first.status, len(first.comments)) == ("resolved", 1)


async def test_the_same_contact_reopens_once_however_often_it_is_told(office: Desk) -> None:
    await after(office, again(), "resolved")
    await office.update("RET-1", {"status": "resolved"}, "dana")
    await office.opened(again())
    first = await office.ticket("RET-1")
    assert (first.status, len(first.comments)) == ("resolved", 1)
    assert await office.told("RET-1") == ["opened", "updated", "updated", "updated"]


async def test_a_reopened_ticket_hears_more_and_stays_reopened(office: Desk) -> None:
    await after(office, again(), "resolved")
    await office.opened(again(3))
    first = await office.ticket("RET-1")
    assert (first.status, len(first.comments)) == ("reopened", 2)


@pytest.mark.parametrize(
    "other",
    [
        again(text="Nobody called me back"),
        again(text="about RET-11"),
        again(text="about RET-1-2"),
        again(text="it is still not here", follows="i-9"),
        again(verified=Verification()),
        again(verified=Verification(), follows="i-1"),
        again(customer_id="C-1002"),
        again(customer_id=None),
        again(contact_reason=make_reason("order_status", "/orders/status")),
        again(entities=(make_entity("order_id", "48260"),)),
    ],
    ids=[
        "no number",
        "a longer number",
        "another ticket of the contact",
        "another conversation",
        "not proved",
        "not proved in the conversation",
        "another customer",
        "nobody known",
        "another reason",
        "another order",
    ],
)
async def test_all_else_leaves_the_ticket_alone(office: Desk, other: PolicyDecided) -> None:
    first, second = await after(office, other, "resolved")
    assert (first.status, first.comments, second.duplicate_of) == ("resolved", (), None)
    assert await office.told("RET-1") == ["opened", "updated"]


async def test_where_no_proof_is_needed_the_conversation_is_enough(office: Desk) -> None:
    easy = make_reason(identity_required=False)
    event = again(text="still not", follows="i-1", verified=Verification(), contact_reason=easy)
    first, _ = await after(office, event, "resolved")
    assert first.status == "reopened"


async def test_resolved_too_long_ago_is_a_new_matter(office: Desk) -> None:
    await office.opened(contact(1))
    await office.update("RET-1", {"status": "resolved"}, "dana")
    office.pass_time(days=7)
    assert (await office.ticket(await office.opened(again(2)))).duplicate_of == "RET-1"
    await office.update("RET-1", {"status": "resolved"}, "dana")
    office.pass_time(days=7, seconds=1)
    assert (await office.ticket(await office.opened(again(3, text=ASKED)))).duplicate_of != "RET-1"
    assert (await office.ticket("RET-1")).status != "reopened"


async def test_a_ticket_that_goes_on_in_another_is_left_to_those_who_merged_it(office: Desk) -> None:
    await office.opened(contact(1))
    await office.opened(contact(2))
    event = again(3).model_copy(update={"interaction_id": "i-3"})
    dossier = with_tickets(event, office.desk("retail"), await office.history(event))
    assert dossier.ticket.duplicate_of == "RET-1"
    await office.merge("RET-1", "RET-2", "dana")  # while the contact was being wrapped up
    await office.open(dossier)
    assert (await office.ticket("RET-1")).status == "closed"
    assert (await office.ticket("RET-1")).comments == ()
