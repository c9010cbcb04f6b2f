"""The two clocks of a ticket, counted in the opening hours of its business."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

from callcenter.events import Priority
from services.ticketing.desks import Span
from services.ticketing.office.ticket import FiledTicket, Target, TargetName, Targets
from services.ticketing.tickets import TicketDesk

NAMES: tuple[TargetName, ...] = ("first_response", "resolution")
State = Literal["running", "warning", "breached", "paused", "met"]


def targets(desk: TicketDesk, priority: Priority, start: datetime) -> Targets:
    """Both clocks, started."""
    fresh = Target(started_at=start, due=start, warn_at=start)
    return scheduled(desk, priority, Targets(first_response=fresh, resolution=fresh))


def scheduled(desk: TicketDesk, priority: Priority, both: Targets) -> Targets:
    """Both clocks with the times that this priority gives them."""
    wanted = desk.desks.sla[priority]
    return Targets(
        first_response=_scheduled(desk, both.first_response, wanted.first_response),
        resolution=_scheduled(desk, both.resolution, wanted.resolution),
    )


def paused(target: Target, now: datetime) -> Target:
    """Standing still from now on: the customer has the word."""
    return target if target.met_at or target.paused_at else target.model_copy(update={"paused_at": now})


def resumed(desk: TicketDesk, target: Target, now: datetime) -> Target:
    """Running again; the opening time of the pause does not count."""
    if target.paused_at is None:
        return target
    pause = desk.calendar.between(target.paused_at, now)
    return target.model_copy(update={"paused_at": None, "paused_for": target.paused_for + pause})


def met(target: Target, now: datetime) -> Target:
    """Reached now, unless it was before."""
    return target if target.met_at else target.model_copy(update={"met_at": now, "paused_at": None})


def restarted(target: Target, now: datetime) -> Target:
    """From the beginning: what counted as done was not."""
    return Target(started_at=now, due=target.due, warn_at=target.warn_at)


def state(ticket: FiledTicket) -> State:
    """How it stands with the SLA: the worst of both targets."""
    both = (ticket.sla.first_response, ticket.sla.resolution)
    if any(target.breached_at for target in both):
        return "breached"
    open_ones = [target for target in both if not target.met_at]
    if not open_ones:
        return "met"
    if any(target.warned_at for target in open_ones):
        return "warning"
    return "paused" if all(target.paused_at for target in open_ones) else "running"


def next_due(ticket: FiledTicket) -> datetime | None:
    """When the nearer of the targets that are running is due, or was; None while none runs."""
    both = (ticket.sla.first_response, ticket.sla.resolution)
    return min((target.due for target in both if not target.met_at and not target.paused_at), default=None)


def alarms(ticket: FiledTicket) -> Iterator[tuple[datetime, TargetName, Literal["warn", "breach"]]]:
    """What the clock still has to notice, and when."""
    for name in NAMES:
        target: Target = getattr(ticket.sla, name)
        if target.met_at or target.paused_at or target.breached_at:
            continue
        yield target.due, name, "breach"
        if target.warned_at is None:
            yield target.warn_at, name, "warn"


def _scheduled(desk: TicketDesk, target: Target, span: Span) -> Target:
    """Due when the span has passed since the start, pauses left out; where that is later than it was, warned anew."""
    whole = timedelta(minutes=desk.desks.minutes(span))
    due, warn_at = (
        desk.calendar.after(target.started_at, share + target.paused_for)
        for share in (whole, whole * desk.desks.warn_after / 100)
    )
    warned_at = None if due > target.due else target.warned_at
    return target.model_copy(update={"due": due, "warn_at": warn_at, "warned_at": warned_at})
