"""An answer of a person on a ticket goes out by mail, where the customer wrote one: it is put into the post.

It gets there by the outbox of the book, like what other systems are told: written down in one step with the comment.
"""

from callcenter.events import utc_now
from callcenter.storage.post import Letter, Post
from services.ticketing.office.hooks import Answer
from services.ticketing.office.ticket import Comment, FiledTicket, TicketEvent

MAIL = "mail"
"""What the post is called in the outbox; names of webhooks have a colon."""


def goes_out(ticket: FiledTicket, comment: Comment | None) -> bool:
    """Whether the customer has to be sent it."""
    return comment is not None and comment.public and ticket.mail is not None


def letter_of(ticket: FiledTicket, event: TicketEvent) -> Letter | None:
    """What this event says to the customer; the same letter whenever it is asked for."""
    if ticket.mail is None or event.comment is None or not event.comment.public:
        return None
    return Letter.answering(
        ticket.mail,
        event.comment.text,
        ticket_id=ticket.ticket_id,
        interaction_id=ticket.interaction_id,
        name=f"{ticket.ticket_id}-r{event.rev}",
        business=ticket.business,
        by=event.comment.by,
    )


class Outgoing:
    """Puts answers into the post, for the courier."""

    def __init__(self, post: Post) -> None:
        self.post = post

    async def put(self, ticket: FiledTicket, event: TicketEvent) -> Answer:
        """As an attempt of the courier; what is no answer is done. Raises Unavailable, and is tried again then."""
        if letter := letter_of(ticket, event):
            await self.post.put(letter, utc_now())
        return Answer(200)
