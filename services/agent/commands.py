"""All that the agent can hear: what a customer turn means for the conversation, as a closed list of typed commands.

Understanding says nothing but these, and the dialogue acts on nothing else. `Understander` is the port between them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from callcenter.events import ContactReason, Danger, Dialogue, Entity, Reader, Turn
from services.agent.facts import Trouble

About = Literal["repeat", "why", "where", "who", "wait"]
"""What about a question may be asked back: to hear it again, why it is asked, where to look, who asks, for a moment."""


@dataclass(frozen=True)
class StartCase:
    """They want something done or answered; `general`: they only ask how such things are.

    The reason has the facts that are its own; of several for one slot, it is asked for with each of them.
    """

    reason: ContactReason
    general: bool = False


@dataclass(frozen=True)
class Instead:
    """They want this in place of what they had asked for."""

    reason: ContactReason


@dataclass(frozen=True)
class Refuse:
    """They do not want this, or say that it is not the matter: it must not be done."""

    code: str


@dataclass(frozen=True)
class LeaveOut:
    """They do not want it for this thing, of several that it was to be done for."""

    reason: ContactReason


@dataclass(frozen=True)
class ForEach:
    """They mean each of these things of one kind; `besides` the one or those of before."""

    entities: tuple[Entity, ...]
    besides: bool = False


@dataclass(frozen=True)
class PointAt:
    """They mean one of these things of their account, by the fact that names it; which one, they have not said."""

    slot: str
    things: tuple[str, ...]


@dataclass(frozen=True)
class SetFact:
    """They state a fact, or correct one; `request` is the place of the one whose own it is, where that is clear."""

    entity: Entity
    request: int | None = None


@dataclass(frozen=True)
class Unusable:
    """They tried to answer, and the value cannot be used."""

    trouble: Trouble


@dataclass(frozen=True)
class CannotTell:
    """They do not have or know what was asked."""


@dataclass(frozen=True)
class Affirm:
    """A plain yes, without reservation."""


@dataclass(frozen=True)
class Deny:
    """No; or not so."""


@dataclass(frozen=True)
class PutRight(Deny):
    """Not so: something else is right, and no is not all that they say."""


@dataclass(frozen=True)
class Undecided:
    """Neither yes nor no, or not yet."""


@dataclass(frozen=True)
class Condition:
    """They agree only if something holds."""


@dataclass(frozen=True)
class Withdraw:
    """They take back what they asked for."""


@dataclass(frozen=True)
class AskQuestion:
    """They ask something that is no request of its own."""


@dataclass(frozen=True)
class AskBack:
    """They want something about the question first: again, why, where to find it, who asks, or a moment."""

    about: About


@dataclass(frozen=True)
class WantPerson:
    """They want to be served by a human."""

    reason: ContactReason | None = None
    """That wish as a contact reason, where it was heard as one."""


@dataclass(frozen=True)
class ForAnother:
    """They say that the account is not theirs: they act for somebody else, or would like to."""


@dataclass(frozen=True)
class InDanger:
    """Somebody is, or is threatened: nothing else matters now."""

    kind: Danger


@dataclass(frozen=True)
class Insult:
    """They insult or swear at us."""


@dataclass(frozen=True)
class Greet:
    """Hello, and nothing more."""


@dataclass(frozen=True)
class Bye:
    """Goodbye, or that is all."""


@dataclass(frozen=True)
class OtherLanguage:
    """They write another language than so far (ISO 639-1): one that is not served, or one that is served again."""

    language: str


@dataclass(frozen=True)
class TooMuchWork:
    """The text could not be read within the work that one text may cost."""


@dataclass(frozen=True)
class NotUnderstood:
    """They said something, and nothing of the above was heard in it."""


Command = (
    StartCase
    | Instead
    | Refuse
    | LeaveOut
    | ForEach
    | PointAt
    | SetFact
    | Unusable
    | CannotTell
    | Affirm
    | Deny
    | Undecided
    | Condition
    | Withdraw
    | AskQuestion
    | AskBack
    | WantPerson
    | ForAnother
    | InDanger
    | Insult
    | Greet
    | Bye
    | OtherLanguage
    | TooMuchWork
    | NotUnderstood
)
"""Closed: what is not here cannot be heard."""


class Understander(Protocol):
    """Reads what the customer said since the agent last spoke, in the light of the conversation so far."""

    @property
    def reader(self) -> Reader:
        """Who has read last in this task."""

    async def read(self, state: Dialogue, turns: Sequence[Turn]) -> Sequence[Command]:
        """The commands in it, in the order in which they were said; nothing for an empty turn."""
