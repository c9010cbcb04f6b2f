"""What the routes at the front door work with."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request

from callcenter.access.principal import Principal
from callcenter.errors import Unavailable
from callcenter.http.problems import Problem, unavailable
from callcenter.messaging.serve import Runtime
from callcenter.storage.protocol import Stored
from services.intake.conversations import Conversations, unknown
from services.intake.handoff import Handoffs, Teams
from services.intake.live import until_settled
from services.intake.reception import Accepted, Reception
from services.intake.samples import Showcase
from services.intake.settings import IntakeSettings
from services.intake.views import business_of

T = TypeVar("T")


@dataclass(frozen=True)
class Front:
    """What the routes work with; kept by the app as `state.front`."""

    runtime: Runtime
    reception: Reception
    conversations: Conversations
    showcase: Showcase
    settings: IntakeSettings
    handoffs: Handoffs
    teams: Teams

    async def in_time(self, answer: Awaitable[T]) -> T:
        """What the store answers; a Problem where it takes too long."""
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                return await answer
        except TimeoutError:
            raise unavailable("The record store does not answer in time.") from None

    async def outcome(self, accepted: Accepted, seconds: float) -> Stored:
        """The end, or the newest within `seconds`. What was accepted stays so, even if the store goes away now."""
        try:
            async with asyncio.timeout(seconds + self.settings.accept_timeout):
                newest = await until_settled(self.runtime, accepted.interaction_id, seconds)
        except (Unavailable, TimeoutError):
            newest = None
        if stored := newest or accepted.stored:
            return stored
        raise unavailable("The record store does not answer in time.")

    def serves(self, business: str | None, who: Principal) -> None:
        """A Problem for a business that is not served here, or not for them."""
        names = [name for name in self.showcase.names if who.serves(name)]
        if business is not None and business not in names:
            raise Problem(422, f"business: there is no {business[:64]!r}; choose one of {', '.join(names)}.")

    async def newest(self, interaction_id: str, who: Principal) -> Stored:
        """The newest event of an interaction; a Problem where there is none that they see."""
        stored = await self.in_time(self.runtime.store.newest(interaction_id))
        if stored is None or not who.sees(interaction_id, business_of(stored)):
            raise unknown(interaction_id, "GET /v1/interactions lists the newest")
        return stored


def front_of(request: Request) -> Front:
    """What the routes of an app work with."""
    front: Front = request.app.state.front
    return front
