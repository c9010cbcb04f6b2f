"""Handoffs that nobody came to, or that were left lying, end with a ticket: no customer waits for ever."""

import asyncio
from collections.abc import Callable
from datetime import datetime

from callcenter.events import IN_HANDS, Event, HandoffLapsed, HandoffOffered, InteractionRequested, utc_now
from callcenter.messaging.serve import Runtime
from callcenter.storage.protocol import Result
from callcenter.telemetry import emit
from services.intake.handoff.telling import tell
from services.intake.settings import IntakeSettings
from services.intake.turns import turns_of


class Watch:
    """Several intakes may watch at once: everything it does may happen twice without a second effect."""

    def __init__(self, runtime: Runtime, settings: IntakeSettings, now: Callable[[], datetime] = utc_now) -> None:
        self.runtime, self.settings, self.now = runtime, settings, now

    async def run(self) -> None:
        """Watch for ever; whatever goes wrong in one round, there is another."""
        while True:
            await asyncio.sleep(self.settings.sweep_every)
            try:
                await self.look()
            except Exception as error:
                emit("sweep_failed", service="intake", error=repr(error))

    async def look(self) -> None:
        """One round over all handoffs."""
        for interaction_id in await self.runtime.switchboard.noted():
            event = await self._newest(interaction_id)
            if not _to_look_after(event):
                await self._forget(interaction_id)
            elif isinstance(event, IN_HANDS) and await self._over(event):
                await self._lapse(event)

    async def _forget(self, interaction_id: str) -> None:
        """Looked at again after it, since another handoff may have been noted just before."""
        await self.runtime.switchboard.forget(interaction_id)
        if _to_look_after(await self._newest(interaction_id)):
            await self.runtime.switchboard.note(interaction_id)

    async def _newest(self, interaction_id: str) -> Event | None:
        newest = await self.runtime.store.newest(interaction_id)
        return newest.event() if newest else None

    async def _over(self, event: InteractionRequested) -> bool:
        """Whether the wait is over, or neither of the two has said anything for too long."""
        if isinstance(event, HandoffOffered):
            return bool(event.handoff and event.handoff.lapsed(self.now()))
        return await self.runtime.store.idle_for(event.interaction_id) >= self.settings.handoff_silence

    async def _lapse(self, event: InteractionRequested) -> None:
        handoff = event.handoff and event.handoff.lapsed(self.now())
        lapsed = event.then(HandoffLapsed, transcript=turns_of(event), handoff=handoff).sealed(self.now())
        step = await self.runtime.store.advance(lapsed, pending=True)
        if step.result in (Result.NEW, Result.REPEAT) and step.stored:
            await tell(self.runtime, lapsed, step.stored)


def _to_look_after(event: Event | None) -> bool:
    if not isinstance(event, InteractionRequested) or event.terminal:
        return False
    return event.handoff is not None and event.handoff.open
