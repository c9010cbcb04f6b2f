"""What is said to a customer who wrote a mail goes to the post: each turn once, whoever said it.

A letter is named by its last turn (`turn-3`), and tells all turns that no letter before it has told.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import groupby, takewhile

from callcenter.events import InteractionCompleted, InteractionFailed, InteractionRequested, Turn, utc_now
from callcenter.storage.post import Letter, Post

_TURN = "turn-"


class Letters:
    """Writes the letters of a contact."""

    def __init__(self, post: Post, now: Callable[[], datetime] = utc_now) -> None:
        self.post, self.now = post, now

    async def write(self, event: InteractionRequested) -> None:
        """All that was said since the customer spoke last; what is in the post already is not put there twice."""
        if event.contact.mail and not isinstance(event, InteractionFailed):
            told = _told([posted.name for posted in await self.post.of(event.interaction_id)])
            for letter in letters_of(event, told):
                await self.post.put(letter, self.now())


def letters_of(event: InteractionRequested, told: int = -1) -> tuple[Letter, ...]:
    """What was said since the customer spoke last, after the turn that was `told`: a letter for each who speaks.

    Once there is a ticket, its number is in the subject.
    """
    mail = event.contact.mail
    if mail is None:
        return ()
    ticket_id = event.ticket.ticket_id if isinstance(event, InteractionCompleted) else ""
    known = {"interaction_id": event.interaction_id, "business": event.request.business, "ticket_id": ticket_id}
    return tuple(
        Letter.answering(mail, text, name=f"{_TURN}{last}", by=by, **known)
        for by, text, last in _speeches(turn for turn in _newest(event) if turn.turn > told)
    )


def _newest(event: InteractionRequested) -> Sequence[Turn]:
    turns: tuple[Turn, ...] = getattr(event, "transcript", ())
    return tuple(takewhile(lambda turn: turn.speaker != "customer", reversed(turns)))[::-1]


def _speeches(turns: Iterable[Turn]) -> Iterable[tuple[str, str, int]]:
    """Who says what, up to which turn."""
    for by, said in groupby(turns, lambda turn: turn.by or ""):
        whole = list(said)
        yield by, "\n\n".join(turn.text for turn in whole), whole[-1].turn


def _told(names: Iterable[str]) -> int:
    """The last turn that a letter tells."""
    return max((int(name.removeprefix(_TURN)) for name in names if name.startswith(_TURN)), default=-1)
