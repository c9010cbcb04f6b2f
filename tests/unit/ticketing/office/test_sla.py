"""The clocks of a ticket: P3 wants a first response in 4 opening hours and a resolution in 2 business days of 8."""

from callcenter.storage.book import TicketFilters
from services.ticketing.office import sla
from tests.unit.ticketing.office.conftest import Desk, at, contact

# Monday 12:00 in New York is 17:00 UTC; it is open until 23:00 UTC. 16 opening hours end on Wednesday at 10:00 there.
FIRST_DUE = at("2026-03-02T21:00:00+00:00")
RESOLUTION_DUE = at("2026-03-04T15:00:00+00:00")


async def test_targets_are_those_of_the_record(office: Desk) -> None:
    ticket = await office.ticket(await office.opened())
    assert ticket.priority == "P3"
    assert (ticket.sla.first_response.due, ticket.sla.resolution.due) == (FIRST_DUE, RESOLUTION_DUE)
    assert ticket.as_opened.sla.first_response_due == FIRST_DUE
    assert ticket.sla.first_response.warn_at == at("2026-03-02T20:00:00+00:00")
    assert sla.state(ticket) == "running"


async def test_the_clock_warns_then_tells_the_breach_each_once(office: Desk) -> None:
    ticket_id = await office.opened()
    assert sla.state(await office.at(ticket_id, hours=2, minutes=59)) == "running"
    assert sla.state(await office.at(ticket_id, minutes=1)) == "warning"
    assert sla.state(await office.at(ticket_id, minutes=59)) == "warning"
    late = await office.at(ticket_id, minutes=1)
    assert (sla.state(late), late.sla.first_response.breached_at) == ("breached", FIRST_DUE)
    await office.at(ticket_id, minutes=1)
    assert await office.told(ticket_id) == ["opened", "sla_warning", "sla_breached"]
    events = await office.events(ticket_id)
    assert [(event.target, event.by) for event in events[1:]] == [("first_response", "system")] * 2


async def test_a_clock_that_stood_still_tells_the_breach_alone(office: Desk) -> None:
    ticket_id = await office.opened()
    await office.at(ticket_id, days=3)
    assert await office.told(ticket_id) == ["opened", "sla_breached", "sla_breached"]
    assert {event.target for event in await office.events(ticket_id)} == {None, "first_response", "resolution"}


async def test_a_late_answer_is_told_as_late_before_it_is_told(office: Desk) -> None:
    ticket_id = await office.opened()
    office.pass_time(hours=5)
    await office.comment(ticket_id, "Sorry for the wait.", "dana", public=True)
    assert await office.told(ticket_id) == ["opened", "sla_breached", "commented"]


async def test_a_public_answer_is_the_first_response_and_a_note_is_not(office: Desk) -> None:
    ticket_id = await office.opened()
    noted = await office.comment(ticket_id, "Who knows this?", "dana", public=False)
    assert noted.sla.first_response.met_at is None
    office.pass_time(minutes=10)
    answered = await office.comment(ticket_id, "We are on it.", "dana", public=True)
    assert answered.sla.first_response.met_at == office.time
    office.pass_time(hours=20)
    again = await office.comment(ticket_id, "Still.", "dana", public=True)
    assert again.sla.first_response.met_at == answered.sla.first_response.met_at


async def test_while_the_customer_has_the_word_the_clock_stands(office: Desk) -> None:
    ticket_id = await office.opened()
    office.pass_time(hours=1)
    waiting = await office.update(ticket_id, {"status": "pending"}, "dana")
    assert (sla.state(waiting), waiting.sla.first_response.met_at) == ("paused", office.time)
    assert sla.state(await office.at(ticket_id, days=14)) == "paused"
    await office.update(ticket_id, {"status": "open"}, "dana")
    resumed = await office.ticket(ticket_id)
    # One hour of sixteen was used. The other 15 begin two weeks later at 14:00 and end on Wednesday at 11:00, which in
    # New York is by then four hours behind UTC.
    assert resumed.sla.resolution.due == at("2026-03-18T15:00:00+00:00")
    assert await office.told(ticket_id) == ["opened", "updated", "updated"]


async def test_solving_ends_the_clocks_and_reopening_starts_the_second_anew(office: Desk) -> None:
    ticket_id = await office.opened()
    office.pass_time(hours=1)
    solved = await office.update(ticket_id, {"status": "resolved"}, "dana")
    assert (sla.state(solved), solved.resolved_at) == ("met", office.time)
    office.pass_time(hours=1)
    again = await office.update(ticket_id, {"status": "reopened"}, "dana")
    assert (sla.state(again), again.resolved_at) == ("running", None)
    assert again.sla.resolution.due == at("2026-03-04T17:00:00+00:00")
    assert again.sla.first_response.met_at == solved.sla.first_response.met_at


async def test_another_priority_gives_other_times_from_the_same_start(office: Desk) -> None:
    ticket_id = await office.opened()
    await office.at(ticket_id, hours=3)
    urgent = await office.update(ticket_id, {"priority": "P1"}, "dana")
    assert urgent.sla.first_response.due == at("2026-03-02T17:30:00+00:00")
    await office.at(ticket_id)
    calm = await office.update(ticket_id, {"priority": "P4"}, "dana")
    assert calm.sla.first_response.breached_at
    assert await office.told(ticket_id) == [
        "opened",
        "sla_warning",
        "updated",
        "sla_breached",
        "sla_warning",
        "updated",
    ]


async def test_a_ticket_that_is_answered_from_the_start_has_met_both(office: Desk) -> None:
    ticket = await office.ticket(await office.opened(contact(1, "deny")))
    assert (ticket.status, sla.state(ticket), ticket.resolved_at) == ("resolved", "met", office.time)
    waiting = await office.ticket(await office.opened(contact(2, "needs_info")))
    assert (waiting.status, sla.state(waiting)) == ("pending", "paused")


async def test_a_resolved_ticket_closes_by_itself_and_its_contact_can_come_back(office: Desk) -> None:
    ticket_id = await office.opened(contact(1, "deny"))
    assert (await office.at(ticket_id, days=4)).status == "resolved"
    closed = await office.at(ticket_id, days=1)
    assert (closed.status, closed.closed_at) == ("closed", office.time)
    assert await office.told(ticket_id) == ["opened", "updated"]
    assert (await office.update(ticket_id, {"status": "reopened"}, "dana")).closed_at is None


async def test_lists_can_be_asked_for_what_is_late(office: Desk) -> None:
    ticket_id = await office.opened()
    await office.at(ticket_id, days=3)
    late = await office.book.page(TicketFilters(sla="breached"), None, 10)
    assert [card.ticket_id for card in late.cards] == [ticket_id]


async def test_a_ticket_whose_business_is_gone_does_not_stop_the_clock(office: Desk) -> None:
    lost = await office.opened()
    kept = await office.opened(contact(7))
    desks, office.desks = office.desks, {}
    await office.at(lost, days=3)
    office.desks = desks
    assert await office.told(kept) == ["opened"]
    await office.at(lost, hours=2)
    assert await office.told(lost) == await office.told(kept) == ["opened", "sla_breached", "sla_breached"]
