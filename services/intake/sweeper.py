"""Watches over what was accepted: publishes again what may be lost, ends what stands still or was left."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime

from callcenter.errors import Permanent, Unavailable, Unroutable
from callcenter.events import EVENTS, IN_HANDS, AgentSpoke, CustomerLeft, Event, Failure, InteractionFailed, utc_now
from callcenter.messaging.transport import Message, Transport
from callcenter.storage.protocol import Result, Store
from callcenter.telemetry import emit
from services.intake.keeping import Keeping
from services.intake.settings import IntakeSettings

_NO_REPLAY = "It cannot be replayed; the customer may open a new conversation."


class Sweeper:
    """Several intakes may sweep at once: everything it does may happen twice without a second effect.

    How long something has waited is told by the store's clock; `now` only stamps what is said of it.
    """

    def __init__(
        self,
        store: Store,
        transport: Transport,
        settings: IntakeSettings,
        now: Callable[[], datetime] = utc_now,
        keeping: Keeping | None = None,
    ) -> None:
        self.store, self.transport, self.settings, self.now = store, transport, settings, now
        self.keeping = keeping or Keeping(store, {})
        self._quiet_until: dict[str, float] = {}
        self._asleep_until: dict[str, float] = {}

    async def run(self) -> None:
        """Sweep for ever; whatever goes wrong in one round, there is another."""
        while True:
            await asyncio.sleep(self.settings.sweep_every)
            try:
                await self.sweep()
            except Exception as error:
                emit("sweep_failed", service="intake", error=repr(error))

    async def sweep(self) -> None:
        """One round; ends early with Unavailable where a server is away."""
        async for interaction_id in self.store.pending(self.settings.republish_after):
            await self._attempt(self._send, interaction_id)
        idle = set()
        async for interaction_id in self.store.idle(min(self.settings.nudge_after, self.settings.silence_after)):
            idle.add(interaction_id)
            if time.monotonic() >= self._asleep_until.get(interaction_id, 0.0):
                await self._attempt(self._wake, interaction_id)
        self._quiet_until = {one: at for one, at in self._quiet_until.items() if one in idle}
        self._asleep_until = {one: at for one, at in self._asleep_until.items() if one in idle}
        await self.keeping.sweep()

    async def _attempt(self, step: Callable[[str], Awaitable[None]], interaction_id: str) -> None:
        """One interaction that cannot be helped does not keep the others from being helped, and has failed."""
        try:
            try:
                await step(interaction_id)
            except Permanent as error:
                await self._fail(interaction_id, error)
        except Exception as error:
            if isinstance(error, Unavailable) and not isinstance(error, Unroutable):
                raise
            emit("sweep_failed", service="intake", interaction_id=interaction_id, error=repr(error))

    async def _send(self, interaction_id: str) -> None:
        """An accepted event that may not have been published."""
        if event := await self._republish(interaction_id):
            await self.store.published(interaction_id, event.rev)

    async def _wake(self, interaction_id: str) -> None:
        """An interaction without progress: close it if it has ended, end it if it is too old, else publish it again."""
        newest = await self.store.newest(interaction_id)
        if newest is None:
            await self.store.finish(interaction_id)
            return
        event = newest.event()
        if event.terminal:
            await self.keeping.finish(event)
            return
        idle = await self.store.idle_for(interaction_id)
        if isinstance(event, AgentSpoke):
            await self._close(event, idle)
        elif isinstance(event, IN_HANDS):
            return  # the watch over handoffs ends those
        elif idle >= self.settings.give_up_after:
            await self._give_up(event, idle)
        elif idle >= self.settings.nudge_after and time.monotonic() >= self._quiet_until.get(interaction_id, 0.0):
            await self._republish(interaction_id)
            # Not at every sweep: while a service is down, copies would fill its queue.
            self._quiet_until[interaction_id] = time.monotonic() + self.settings.nudge_after

    async def _republish(self, interaction_id: str) -> Event | None:
        newest = await self.store.newest(interaction_id)
        if newest is None:
            return None
        event = newest.event()
        await self.transport.publish(Message.of(event, newest))
        emit("interaction_republished", service="intake", interaction_id=interaction_id, event_type=event.type)
        return event

    async def _close(self, waiting: AgentSpoke, silent: float) -> None:
        """A live conversation whose customer says nothing more; not looked at in every round, where that takes days."""
        still = self._patience(waiting) - silent
        if still > 0:
            if waiting.contact.mail:
                self._asleep_until[waiting.interaction_id] = time.monotonic() + min(still, self.settings.nudge_after)
            return
        left = waiting.then(CustomerLeft, silent_seconds=round(silent)).sealed(self.now())
        await self._end(waiting, left, "conversation_left")

    def _patience(self, waiting: AgentSpoke) -> float:
        """Who was asked something by mail has days; who has got what they wanted need not answer."""
        asked = waiting.contact.mail is not None and not waiting.dialogue.over
        return self.settings.mail_silence if asked else self.settings.silence_after

    async def _give_up(self, event: Event, idle: float) -> None:
        error = f"No progress for {idle:.0f} seconds at {event.stage}."
        advice = f"See whether {event.stage} runs and what lies in its dead letters, then replay."
        await self._end(event, self._failed(event, "stalled", error, advice), "interaction_stalled")

    async def _fail(self, interaction_id: str, error: Permanent) -> None:
        """What no sweep will mend."""
        newest = await self.store.newest(interaction_id)
        if newest and not EVENTS[newest.type].terminal:
            event = newest.event()
            await self._end(event, self._failed(event, error.reason, str(error), _NO_REPLAY), "interaction_stalled")

    def _failed(self, event: Event, reason: str, error: str, advice: str) -> InteractionFailed:
        failure = Failure(
            service=event.stage, reason=reason, error=error, attempts=0, input_type=event.type, advice=advice
        )
        return event.then(InteractionFailed, failure=failure).sealed(self.now())

    async def _end(self, event: Event, end: Event, moment: str) -> None:
        step = await self.store.advance(end, pending=True)
        if step.result in (Result.NEW, Result.REPEAT) and step.stored:
            await self.transport.publish(Message.of(end, step.stored))
            await self.store.published(end.interaction_id, end.rev)
            emit(moment, service="intake", interaction_id=event.interaction_id, stage=event.stage)
