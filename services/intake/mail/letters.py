"""What is said to a customer who wrote a mail goes to the post: each turn is a letter, once, whoever said it."""

from collections.abc import Callable
from datetime import datetime
from itertools import takewhile

from callcenter.events import InteractionCompleted, InteractionRequested, Turn, utc_now
from callcenter.storage.post import Letter, Post


class Letters:
    """Writes the letters of a contact."""

    def __init__(self, post: Post, now: Callable[[], datetime] = utc_now) -> None:
        self.post, self.now = post, now

    async def write(self, event: InteractionRequested) -> None:
        """All that was said since the customer spoke last; what is in the post already is not put there twice."""
        for letter in letters_of(event):
            await self.post.put(letter, self.now())


def letters_of(event: InteractionRequested) -> tuple[Letter, ...]:
    """The letters of what was said since the customer spoke last, with the number of the ticket once there is one."""
    mail = event.contact.mail
    turns: tuple[Turn, ...] = getattr(event, "transcript", ())
    if mail is None or not all(isinstance(turn, Turn) for turn in turns):
        return ()
    said = tuple(takewhile(lambda turn: turn.speaker != "customer", reversed(turns)))[::-1]
    ticket_id = event.ticket.ticket_id if isinstance(event, InteractionCompleted) else ""
    return tuple(
        Letter.answering(
            mail,
            turn.text,
            ticket_id=ticket_id,
            interaction_id=event.interaction_id,
            name=f"turn-{turn.turn}",
            business=event.request.business,
            by=turn.by or "",
        )
        for turn in said
    )
