"""What happens to every delivery, one concern after the other. The tuple `steps` reads top to bottom.

Exactly-once effect: a handler may run more than once, but only one successor of an event is ever stored, and only
stored bytes are ever published; the unacknowledged input is the outbox. See docs/decisions/0003-exactly-once-effect.md.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from callcenter.errors import Permanent, RecordBehind, Transient, Unavailable, Undecodable
from callcenter.events import EVENTS, SCHEMA_VERSION, Event, Failure, InteractionFailed, StageTiming, utc_now
from callcenter.messaging.transport import Delivery, Fault, Message, Transport
from callcenter.messaging.worker import Worker
from callcenter.storage.protocol import Result, Store, Stored
from callcenter.telemetry import emit
from callcenter.work import InSteps

PATIENCE = (0.2, 0.5, 1.0, 2.0, 5.0)
"""Seconds between tries while a server is away; the last one repeats. The message stays unacknowledged meanwhile."""

LATE = 30.0
"""Seconds after which an event may be of an interaction that has ended and was erased meanwhile."""


@dataclass
class Passage:
    """One delivery on its way through the steps."""

    delivery: Delivery
    event: Event | None = None
    """The input, once it is decoded."""
    stored: Stored | None = None
    """The successor that the store holds, once there is one: what will be published."""
    again: bool = False
    """Whether this passage has been tried before, so that the store may know the answer."""
    settled: bool = False
    received: float = field(default_factory=time.time)


class Pipeline:
    """Takes a worker's deliveries through the steps, and sees that none is lost and no failure is silent."""

    def __init__(
        self,
        worker: Worker,
        store: Store,
        transport: Transport,
        *,
        handler_timeout: float = 30.0,
        ladder: Sequence[float] = (1.0, 5.0, 30.0, 120.0),
        work_limit: float = 10.0,
    ) -> None:
        self.worker, self.store, self.transport = worker, store, transport
        self.handler_timeout, self.work_limit, self.ladder = handler_timeout, work_limit, ladder
        self.steps: tuple[Callable[[Passage], Awaitable[None]], ...] = (
            self.decode,
            self.recall,
            self.answer,
            self.publish,
            self.settle,
        )

    async def __call__(self, delivery: Delivery) -> None:
        """Run the steps; while a server is away, wait and run them again, spending no attempt."""
        passage = Passage(delivery)
        for tries in range(1_000_000_000):
            try:
                await self._pass(passage)
                return
            except Unavailable as trouble:
                self._emit("event_waiting", passage, error=str(trouble), tries=tries + 1)
                passage.again = True
                await asyncio.sleep(PATIENCE[min(tries, len(PATIENCE) - 1)] * random.uniform(0.8, 1.2))

    async def _pass(self, passage: Passage) -> None:
        try:
            for step in self.steps:
                if not passage.settled:
                    await step(passage)
        except Unavailable:
            raise
        except Exception as error:
            self._emit("event_unhandled", passage, error=repr(error))
            await self._dead_letter(passage, Fault.of(error))

    async def decode(self, passage: Passage) -> None:
        """Bytes to event; what cannot be read goes to the dead letters at once, and its interaction has failed."""
        try:
            passage.event = decoded(passage.delivery.message)
        except Undecodable as error:
            await self._fail_unread(passage, error)

    async def recall(self, passage: Passage) -> None:
        """Where this delivery may have been worked on before, take the stored answer and spare the handler.

        What an interaction has come to its end with has no answer that could be refused later, and what comes late may
        be of one that was erased: its handler is not to do anything for it.
        """
        event = _known(passage.event)
        seen = passage.again or passage.delivery.redelivered
        late = passage.received - event.occurred_at.timestamp() > LATE
        step = await self.store.recall(event) if seen or late or event.terminal else None
        if step and seen and step.result is Result.REPEAT:
            passage.stored = step.stored
            self._emit("event_repeated", passage)
        elif step and step.result is Result.STALE and (seen or step.stored is None):
            self._drop(passage)

    async def answer(self, passage: Passage) -> None:
        """The handler's answer, stored in one atomic step; an error becomes a retry, or the end of the interaction."""
        if passage.stored:
            return
        try:
            await self._think(passage, _known(passage.event))
        except Unavailable:
            raise
        except Exception as error:
            await self._after_failure(passage, error)

    async def publish(self, passage: Passage) -> None:
        """The stored bytes, confirmed by the broker."""
        if passage.stored:
            event = _known(passage.event)
            message = Message(passage.stored.type, passage.stored.body, event.interaction_id, "", event.traceparent)
            await self.transport.publish(message)

    async def settle(self, passage: Passage) -> None:
        """Acknowledge the input; where the interaction failed over it, keep it with the dead letters."""
        if passage.stored and passage.stored.type == InteractionFailed.__name__:
            failed = passage.stored.event()
            if isinstance(failed, InteractionFailed) and failed.failure.service == self.worker.name:
                await self._dead_letter(passage, Fault.noted(failed.failure))
                return
        passage.delivery.ack()
        passage.settled = True

    async def _think(self, passage: Passage, event: Event) -> None:
        """Run the handler and store what it says; where another was faster, think again with the newest dossier."""
        queue_ms = max(0.0, (passage.received - event.occurred_at.timestamp()) * 1000)
        began = time.perf_counter()
        async with asyncio.timeout(self.handler_timeout):
            outcome = await InSteps(self.worker.handler_of(type(event))(event), self.work_limit)
        work_ms = (time.perf_counter() - began) * 1000
        self._emit("event_handled", passage, queue_ms=round(queue_ms, 2), work_ms=round(work_ms, 2))
        if outcome is None:
            return
        timing = StageTiming(service=self.worker.name, queue_ms=round(queue_ms, 3), work_ms=round(work_ms, 3))
        await self._advance(passage, outcome.sealed(utc_now(), timing))

    async def _advance(self, passage: Passage, outcome: Event) -> None:
        step = await self.store.advance(outcome)
        if step.result in (Result.NEW, Result.REPEAT):
            passage.stored = step.stored
        elif step.result is Result.EARLY:
            raise RecordBehind(
                f"The record of {outcome.interaction_id} is missing or older than rev {outcome.rev - 1}."
            )
        elif step.result is Result.CONFLICT and step.stored and EVENTS[step.stored.type] in self.worker.subscriptions:
            self._emit("event_rethought", passage)
            passage.event = step.stored.event()
            await self._think(passage, passage.event)
        else:
            self._drop(passage)

    async def _after_failure(self, passage: Passage, error: Exception) -> None:
        """Up the retry ladder while that may help, else to the dead letters. Unknown errors get the same tries."""
        attempt, fault = passage.delivery.attempt, Fault.of(error)
        if not isinstance(error, Permanent) and attempt <= len(self.ladder):
            self._emit("event_retried", passage, error=fault.error, error_type=fault.error_type)
            await passage.delivery.retry(self.ladder[attempt - 1], fault)
            passage.settled = True
            return
        if not isinstance(error, Permanent | RecordBehind):
            fault = Fault("retries-exhausted", fault.error, fault.error_type)
        await self._fail(passage, _known(passage.event), fault)

    async def _fail(self, passage: Passage, event: Event, fault: Fault) -> None:
        """End the interaction with the reason; where it has ended, or has no record, only the dead letter tells."""
        if event.terminal:
            await self._dead_letter(passage, fault)
            return
        failure = Failure(
            service=self.worker.name,
            reason=fault.reason,
            error=fault.error,
            attempts=passage.delivery.attempt,
            input_type=event.type,
        )
        step = await self.store.advance(event.then(InteractionFailed, failure=failure).sealed(utc_now()))
        if step.result in (Result.NEW, Result.REPEAT):
            passage.stored = step.stored
        elif step.result is Result.EARLY:
            await self._dead_letter(passage, fault)
        else:
            self._drop(passage)

    async def _fail_unread(self, passage: Passage, error: Undecodable) -> None:
        """An unreadable message: its interaction is known from the envelope at best."""
        newest = await self.store.newest(passage.delivery.message.interaction_id)
        if newest and not EVENTS[newest.type].terminal:
            event = newest.event()
            passage.event = event
            await self._fail(passage, event, Fault.of(error))
            await self.publish(passage)
        if not passage.settled:
            await self._dead_letter(passage, Fault.of(error))

    async def _dead_letter(self, passage: Passage, fault: Fault) -> None:
        self._emit("event_dead_lettered", passage, reason=fault.reason, error=fault.error)
        await passage.delivery.dead_letter(fault)
        passage.settled = True

    def _drop(self, passage: Passage) -> None:
        """The chain has gone on without this input."""
        self._emit("event_stale", passage)
        passage.delivery.ack()
        passage.settled = True

    def _emit(self, moment: str, passage: Passage, **facts: object) -> None:
        message = passage.delivery.message
        emit(
            moment,
            service=self.worker.name,
            event_type=message.type,
            interaction_id=message.interaction_id,
            attempt=passage.delivery.attempt,
            **facts,
        )


def decoded(message: Message) -> Event:
    """The event that a message carries; raises Undecodable with the reason."""
    if message.unreadable:
        raise Undecodable("bad-headers", f"Its headers cannot be read ({message.unreadable}).")
    if message.type not in EVENTS:
        raise Undecodable("unknown-type", f"There is no event type {message.type!r} in this version.")
    try:
        event = EVENTS[message.type].model_validate_json(message.body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        reason = "bad-json" if first["type"] == "json_invalid" else "invalid-event"
        place = ".".join(str(part) for part in first["loc"])
        raise Undecodable(reason, f"{message.type}: {place} {first['msg']}") from None
    if event.schema_version > SCHEMA_VERSION:
        raise Undecodable("schema-version", f"Schema {event.schema_version} is newer than ours, {SCHEMA_VERSION}.")
    return event


def _known(event: Event | None) -> Event:
    if event is None:
        raise Transient("The event is used before it is decoded.")
    return event
