"""What every post promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, Self

from callcenter.events import MailThread

Fate = Literal["waiting", "sent", "failed"]
"""`sent`: a mail server has taken it. `failed`: none will, or it came back."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to a customer. Its `name` is the same whenever it is made again, so that what is put twice is one.

    `by` is the person who says it; the assistant where it is empty.
    """

    interaction_id: str
    name: str
    business: str
    to: str
    subject: str
    text: str
    answers: str = ""
    references: tuple[str, ...] = ()
    by: str = ""
    ticket_id: str = ""

    @classmethod
    def answering(cls, mail: MailThread, said: str, *, ticket_id: str = "", **known: str) -> Self:
        """What is said to who wrote this mail; the number of a ticket stands in the subject."""
        subject = mail.subject if mail.subject[:3].lower() == "re:" else f"Re: {mail.subject}".rstrip()
        marked = f"{subject} [{ticket_id}]" if ticket_id and ticket_id not in subject else subject
        thread = {"answers": mail.message_id, "references": mail.references}
        return cls(**known, **thread, to=mail.address, subject=marked, text=said, ticket_id=ticket_id)  # type: ignore[arg-type]

    @property
    def key(self) -> str:
        """What names it among all letters."""
        return f"{self.interaction_id}/{self.name}"


@dataclass(frozen=True, slots=True)
class Claimed:
    """A letter that is to be delivered now; `attempt` counts from 1."""

    letter: Letter
    attempt: int


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of a letter: `at` when, after how many attempts, and `why` where it has failed or waits again."""

    name: str
    by: str
    state: Fate
    at: datetime
    attempts: int
    why: str = ""


class Post(Protocol):
    """Letters by interaction and name. Every method may raise Unavailable, and may be repeated without harm."""

    async def put(self, letter: Letter, now: datetime) -> bool:
        """Keep it until it is delivered; False, and nothing changes, where there is one of this name."""

    async def claim(self, now: datetime, lease: float, limit: int) -> Sequence[Claimed]:
        """Letters that are due, longest due first; nobody else gets them for `lease` seconds."""

    async def settle(
        self, claimed: Claimed, state: Fate, now: datetime, why: str = "", again: datetime | None = None
    ) -> None:
        """What came of an attempt; what waits is due `again`. Only the newest attempt settles what still waits.

        What a letter says is forgotten once nobody has to deliver it any more.
        """

    async def came_back(self, interaction_id: str, name: str, why: str, now: datetime) -> bool:
        """It has failed after it was sent; False where there is no such letter."""

    async def of(self, interaction_id: str) -> Sequence[Posted]:
        """All letters of an interaction, in the order in which they were put."""

    async def told_of(self, business: str, ticket_id: str) -> str | None:
        """The interaction whose customer was last told of this ticket by a letter."""

    async def erase(self, interaction_id: str) -> None:
        """Forget all letters of an interaction, whether they are delivered or not, and who was told by them."""

    async def close(self) -> None:
        """Release connections."""
