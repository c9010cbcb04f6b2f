"""Repeat contacts: who comes again for the same reason was not helped the first time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import get_args

from callcenter.events import ContactReason, PolicyDecided, Priority
from callcenter.storage.book import TicketCard
from callcenter.ticket_numbers import is_said, main_of
from services.ticketing.shares import Share

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


def repeats(share: Share, history: Sequence[TicketCard], days: int, subject: str) -> Repeats:
    """What of a customer's history, newest first, they come again for: the same reason within so many days.

    A duplicate is also about the same subject (an order, a line). It is still being worked on; or the customer comes
    back to it by its number or in its conversation, and it was resolved no longer ago.
    """
    event, since = share.event, share.event.occurred_at - timedelta(days=days)
    same = list(_same(share, history))
    lately = [card for card in same if since <= datetime.fromisoformat(card.opened_at)]
    addressed = (
        card
        for card in same
        if card.subject == subject
        and (card.status in UNFINISHED or since <= datetime.fromisoformat(card.resolved_at or card.updated_at))
        and comes_back(event, share.reason, card.ticket_id, card.interaction_id)
    )
    unfinished = (card for card in lately if card.subject == subject and card.status in UNFINISHED)
    found = next(chain(addressed, unfinished), None)
    earlier = [card.ticket_id for card in same if card in lately or card is found]
    return Repeats(tuple(earlier[:MOST_RELATED]), found.ticket_id if found else None)


def comes_back(event: PolicyDecided, reason: ContactReason | None, ticket_id: str, interaction_id: str) -> bool:
    """Whether the customer goes on in the conversation of an earlier ticket, or says its number.

    They have to be known for it: by number to nobody else's ticket, nor without the proof that their matter needs.
    """
    proved = event.contact.verified.verified
    if event.contact.follows == interaction_id:
        return proved or not (reason and reason.identity_required)
    said = (turn.text for turn in event.transcript if turn.speaker == "customer")
    return proved and any(is_said(number, text) for text in said for number in (ticket_id, main_of(ticket_id)))


def _same(share: Share, history: Sequence[TicketCard]) -> Iterator[TicketCard]:
    """Of other contacts, about the same reason, and not given up for another ticket."""
    code = share.reason and share.reason.code
    for card in history:
        if code == card.reason and not card.merged_into and card.interaction_id != share.event.interaction_id:
            yield card


def raised(priority: Priority) -> Priority:
    """One step higher; P1 is the highest."""
    priorities: tuple[Priority, ...] = get_args(Priority)
    return priorities[max(0, priorities.index(priority) - 1)]
