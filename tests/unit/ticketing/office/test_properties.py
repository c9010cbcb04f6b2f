"""Whatever people do with a ticket, and whenever: its clocks fit its status, and its history has no gap."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.http.problems import Problem
from services.ticketing.office import lifecycle, sla
from services.ticketing.office.ticket import Comment, FiledTicket
from services.ticketing.tickets import TicketDesk
from tests.unit.ticketing.conftest import MONDAY_NOON
from tests.unit.ticketing.office.conftest import contact, first_revision

wishes = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from([*lifecycle.NEXT]),
        "priority": st.sampled_from(["P1", "P2", "P3", "P4"]),
        "assignee": st.sampled_from([None, "dana", "lee"]),
    },
)
returns = st.sampled_from(["asked again", "to act on again"])
steps = st.tuples(st.timedeltas(timedelta(0), timedelta(days=4)), st.one_of(wishes, st.booleans(), returns))
verdicts = st.sampled_from(["allow", "deny", "needs_review", "needs_info"])


@given(verdicts, st.lists(steps, max_size=12))
def test_the_clocks_fit_the_status_and_the_history_has_no_gap(
    desk: TicketDesk, verdict: str, taken: list[tuple[timedelta, dict[str, str | None] | bool | str]]
) -> None:
    event = contact(1, verdict)
    ticket = first_revision(event, desk)
    _sound(ticket)
    now, revs = MONDAY_NOON, [ticket.rev]
    for pause, step in taken:
        now += pause
        while late := lifecycle.noticed(ticket, desk, now):
            ticket = late[0]
            revs.append(ticket.rev)
            _sound(ticket)
        try:
            after = _taken(ticket, step, desk, now)
        except Problem:  # a step that the lifecycle forbids
            continue
        if after:
            ticket = after
            revs.append(ticket.rev)
            _sound(ticket)
    assert revs == list(range(1, len(revs) + 1))


def _taken(
    ticket: FiledTicket, step: dict[str, str | None] | bool | str, desk: TicketDesk, now: datetime
) -> FiledTicket | None:
    """A comment of a person, a customer who comes back, or other values."""
    if isinstance(step, dict):
        return lifecycle.updated(ticket, dict(step), desk, now)
    if isinstance(step, bool):
        return lifecycle.commented(ticket, Comment(at=now, by="dana", text="Hm.", public=step))
    words = Comment(at=now, by="assistant", text="Again.", key=f"contact {ticket.rev}")
    return lifecycle.come_back_to(ticket, words, desk, again=step == "to act on again")


def _sound(ticket: FiledTicket) -> None:
    first, resolution = ticket.sla.first_response, ticket.sla.resolution
    for target in (first, resolution):
        assert target.started_at < target.warn_at < target.due
        assert target.paused_for >= timedelta()
    assert bool(resolution.met_at) is (ticket.status in lifecycle.OVER)
    assert bool(resolution.paused_at) is (ticket.status == "pending")
    assert first.met_at or ticket.status not in ("pending", *lifecycle.OVER)
    assert bool(ticket.resolved_at) is (ticket.status in lifecycle.OVER)
    assert bool(ticket.closed_at) is (ticket.status == "closed")
    watched = {name for _, name, _ in sla.alarms(ticket)}
    assert "resolution" not in watched or ticket.status not in ("pending", *lifecycle.OVER)


def test_the_properties_are_looked_at(desk: TicketDesk) -> None:
    """A ticket that is wrong in each of these ways would be noticed."""
    event = contact(1)
    ticket = first_revision(event, desk)
    for wrong in ({"status": "resolved"}, {"status": "pending"}, {"closed_at": MONDAY_NOON}):
        with pytest.raises(AssertionError):
            _sound(ticket.model_copy(update=wrong))
