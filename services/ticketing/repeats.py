"""Repeat contacts: who comes again for the same reason was not helped the first time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import get_args

from callcenter.events import PolicyDecided, Priority
from callcenter.storage.book import TicketCard

UNFINISHED = ("new", "open", "pending", "reopened")
MOST_RELATED = 10
"""Earlier tickets that a ticket names, the newest."""


@dataclass(frozen=True)
class Repeats:
    """Earlier tickets about the same reason, newest first, and the one of them that is the very same matter."""

    related: tuple[str, ...] = ()
    duplicate_of: str | None = None

    def __bool__(self) -> bool:
        return bool(self.related)


def repeats(event: PolicyDecided, history: Sequence[TicketCard], days: int, subject: str) -> Repeats:
    """What of a customer's history, newest first, this contact repeats: the same reason within so many days.

    A duplicate is also about the same subject (an order, a line), and still being worked on.
    """
    since = event.occurred_at - timedelta(days=days)
    same = [
        card
        for card in history
        if event.contact_reason
        and card.reason == event.contact_reason.code
        and card.interaction_id != event.interaction_id
        and not card.merged_into
        and since <= datetime.fromisoformat(card.opened_at)
    ]
    duplicates = (card.ticket_id for card in same if card.subject == subject and card.status in UNFINISHED)
    return Repeats(tuple(card.ticket_id for card in same[:MOST_RELATED]), next(duplicates, None))


def raised(priority: Priority) -> Priority:
    """One step higher; P1 is the highest."""
    priorities: tuple[Priority, ...] = get_args(Priority)
    return priorities[max(0, priorities.index(priority) - 1)]
