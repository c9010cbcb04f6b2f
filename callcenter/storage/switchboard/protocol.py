"""What every switchboard promises. Held to by one conformance suite over memory and over Redis."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class Switchboard(Protocol):
    """Every method may raise Unavailable; every write may be repeated without a second effect."""

    async def sign_on(self, business: str, name: str, queues: Sequence[str], seconds: float) -> None:
        """This person is on duty for these queues and no others, for so long unless they say so again."""

    async def sign_off(self, business: str, name: str) -> None:
        """This person is not on duty any more."""

    async def on_duty(self, business: str) -> Mapping[str, Sequence[str]]:
        """Who is on duty now, by name, and for which queues."""

    async def note(self, interaction_id: str) -> None:
        """There is a handoff to look after in this interaction."""

    async def forget(self, interaction_id: str) -> None:
        """There is none any more."""

    async def noted(self) -> list[str]:
        """All interactions with a handoff to look after, the oldest interaction first."""

    async def close(self) -> None:
        """Release connections."""
