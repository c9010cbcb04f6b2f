"""The steps of a live contact in which a person is awaited, or is there: the agent takes none but the last ones."""

from typing import ClassVar

from callcenter.events.conversation import Dialogue, Turn
from callcenter.events.envelope import InteractionRequested
from callcenter.events.words import Status


class HandoffOffered(InteractionRequested):
    """A person is awaited: the customer was told who, and for how long."""

    status: ClassVar[Status] = "waiting"

    transcript: tuple[Turn, ...]
    dialogue: Dialogue


class HandoffAccepted(InteractionRequested):
    """A person has the contact, and the assistant is mute."""

    status: ClassVar[Status] = "waiting"

    transcript: tuple[Turn, ...] = ()
    dialogue: Dialogue = Dialogue()


class TurnAdded(InteractionRequested):
    """The person or the customer said something to the other."""

    status: ClassVar[Status] = "waiting"

    transcript: tuple[Turn, ...]
    dialogue: Dialogue = Dialogue()


class HandoffReturned(InteractionRequested):
    """The person handed the contact back, and the agent goes on."""

    status: ClassVar[Status] = "running"

    transcript: tuple[Turn, ...] = ()
    dialogue: Dialogue = Dialogue()


class HandoffClosed(InteractionRequested):
    """The person has ended the conversation; the agent writes down what it came to."""

    status: ClassVar[Status] = "running"

    transcript: tuple[Turn, ...] = ()
    dialogue: Dialogue = Dialogue()


class HandoffLapsed(InteractionRequested):
    """Nobody came in time, or nobody spoke any more: the conversation ends with a ticket."""

    status: ClassVar[Status] = "running"

    transcript: tuple[Turn, ...] = ()
    dialogue: Dialogue = Dialogue()


IN_HANDS = (HandoffOffered, HandoffAccepted, TurnAdded)
"""What stays as it is until somebody says something, or the wait is over."""
HANDOFF: tuple[type[InteractionRequested], ...] = (*IN_HANDS, HandoffReturned, HandoffClosed, HandoffLapsed)
