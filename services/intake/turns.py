"""The turns of a conversation so far, and the room that is left for more."""

from callcenter.events import InteractionRequested, Turn
from callcenter.http.problems import Problem

MAX_SAID = 128 * 1024
"""Bytes of all turns of one conversation, in UTF-8: hours of speech, and far from the limit of an event."""

NEW_ONE = "open a new one with POST /v1/interactions"


def turns_of(event: InteractionRequested) -> tuple[Turn, ...]:
    """The conversation so far; the first words of a request count as its first turn."""
    turns: tuple[Turn, ...] = getattr(event, "transcript", ())
    if turns or not event.request.text:
        return turns
    return (Turn(turn=0, at=event.contact.initiated_at, speaker="customer", text=event.request.text),)


def with_room(turns: tuple[Turn, ...], text: str) -> None:
    """A dossier travels whole, so that a conversation has to end somewhere: a Problem where this is too much."""
    left = MAX_SAID - sum(len(turn.text.encode()) for turn in turns)
    if len(text.encode()) > left:
        room = f"This conversation has room for {max(0, left)} more bytes of text"
        raise Problem(413, f"{room}; please send a shorter message, or {NEW_ONE}.")
