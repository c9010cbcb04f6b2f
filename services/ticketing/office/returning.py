"""A customer comes back to an earlier ticket: what they said is noted there, and what was over is reopened."""

from collections.abc import Iterator
from datetime import datetime

from callcenter.conditions import reason_of
from callcenter.events import Ticket, TicketOpened
from callcenter.privacy import is_personal, mask
from services.ticketing.office.lifecycle import come_back_to, happened
from services.ticketing.office.ticket import ASSISTANT, Comment, FiledTicket, TicketEvent
from services.ticketing.repeats import comes_back
from services.ticketing.tickets import TicketDesk

LONGEST = 2000
"""Characters of the customer's words that are noted; all of them are in the contact."""


def is_meant(earlier: FiledTicket, event: TicketOpened, ticket: Ticket) -> bool:
    """Whether the customer came back to the earlier ticket with what the new one is about."""
    decided = [event.policy.decisions[place] for place in ticket.decisions]
    reason = reason_of(event, decided[0]) if decided else event.contact_reason
    return comes_back(event, reason, earlier.ticket_id, earlier.interaction_id)


def noted(
    earlier: FiledTicket, event: TicketOpened, ticket: Ticket, desk: TicketDesk, now: datetime
) -> tuple[FiledTicket, TicketEvent] | None:
    """The earlier ticket with the customer's words and, where somebody has to act again, reopened; one revision.

    None where it is done. No client can use such a key: it holds a line break.
    """
    words = Comment(at=now, by=ASSISTANT, text=_words(event, ticket), key=f"contact\n{event.interaction_id}")
    after = come_back_to(earlier, words, desk, again=ticket.status != "resolved")
    if after is None:
        return None
    if after.status == earlier.status:
        return after, happened("ticket.commented", earlier, after, ASSISTANT, comment=words)
    why = f"The customer came back to it in {ticket.ticket_id}."
    return after, happened("ticket.updated", earlier, after, ASSISTANT, comment=words, note=why)


def _words(event: TicketOpened, ticket: Ticket) -> str:
    """What they said, without personal data and proofs: those are kept in the contact alone."""
    said = "\n".join(turn.text for turn in event.transcript if turn.speaker == "customer") or event.request.text
    shown = mask(said, known=tuple(dict.fromkeys(_personal(event))))
    cut = shown if len(shown) <= LONGEST else f"{shown[:LONGEST].rsplit(' ', 1)[0]}…"
    return f"The customer came back in {ticket.ticket_id} and said: “{cut}”"


def _personal(event: TicketOpened) -> Iterator[str]:
    """Personal facts, and those that proved who they are, in their normal form and as they were written."""
    turns = {turn.turn: turn.text for turn in event.transcript}
    proofs = (event.contact.verified.method or "").split("+")
    for fact in event.entities:
        if fact.name in proofs or is_personal(fact.name, fact.type, fact.value):
            yield from (fact.value, turns.get(fact.evidence.turn, "")[fact.evidence.start : fact.evidence.end])
