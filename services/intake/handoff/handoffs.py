"""What a person may do with a live contact. Each is one step of its interaction, made once, from the newest one."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID, uuid4, uuid5

from callcenter.errors import TooLarge
from callcenter.events import (
    EVENT_IDS,
    EVENTS,
    IN_HANDS,
    AgentSpoke,
    CustomerSpoke,
    Handoff,
    HandoffAccepted,
    HandoffClosed,
    HandoffReturned,
    InteractionRequested,
    Turn,
    TurnAdded,
    utc_now,
)
from callcenter.http.problems import RETRY_AFTER, Problem, unavailable
from callcenter.messaging.serve import Runtime
from callcenter.storage.protocol import Result
from services.intake.handoff.telling import tell
from services.intake.live import SETTLED, until_settled
from services.intake.settings import IntakeSettings
from services.intake.turns import turns_of, with_room

_TRIES = 20
"""Attempts to make a step while others make theirs."""

Make = Callable[[InteractionRequested], InteractionRequested]
"""The step that follows from the newest event; raises Problem where there is none."""


class Handoffs:
    """Accepts, answers, hands back and closes contacts for whoever is named; the store lets one step of several win."""

    def __init__(self, runtime: Runtime, settings: IntakeSettings, now: Callable[[], datetime] = utc_now) -> None:
        self.runtime, self.settings, self.now = runtime, settings, now

    async def waiting(self, business: str | None, queue: str | None) -> list[InteractionRequested]:
        """Contacts that a person is awaited in or has, who has waited longest first."""
        found = [await self._found(one) for one in await self.runtime.switchboard.noted()]
        ours = [
            event
            for event in found
            if event
            and event.handoff
            and business in (None, event.request.business)
            and queue in (None, event.handoff.queue)
        ]
        return sorted(ours, key=lambda event: event.handoff.since if event.handoff else event.occurred_at)

    async def look(self, interaction_id: str) -> InteractionRequested:
        """The newest of an interaction; anybody may look."""
        event = await self._newest(interaction_id)
        if event is None:
            raise Problem(404, f"There is no interaction {interaction_id[:64]!r}; GET /v1/handoffs lists who waits.")
        return event

    async def accept(self, interaction_id: str, by: str) -> InteractionRequested:
        """The contact is theirs, if they are the first."""
        return await self._step(interaction_id, uuid4(), lambda event: self._accepted(event, by))

    async def take(self, interaction_id: str, by: str) -> InteractionRequested:
        """The contact is theirs, whoever had it."""
        return await self._step(interaction_id, uuid4(), lambda event: self._taken(event, by))

    async def say(self, interaction_id: str, by: str, text: str, key: str | None) -> InteractionRequested:
        """A turn of theirs; under the same key it is there once."""
        name = uuid5(EVENT_IDS, f"{interaction_id}/{by}/{key}") if key else uuid4()
        return await self._step(interaction_id, name, lambda event: self._said(event, by, text, name))

    async def hand_back(self, interaction_id: str, by: str, note: str, *, done: bool) -> InteractionRequested:
        """The assistant goes on with it."""

        def make(event: InteractionRequested) -> InteractionRequested:
            handoff = _owned(event, by)
            return _then(event, HandoffReturned, handoff=handoff.returned(by, note, self.now(), done=done))

        return await self._step(interaction_id, uuid4(), make)

    async def close(self, interaction_id: str, by: str, note: str, *, done: bool) -> InteractionRequested:
        """The conversation is over, and the contact is wrapped up."""

        def make(event: InteractionRequested) -> InteractionRequested:
            handoff = _owned(event, by)
            return _then(event, HandoffClosed, handoff=handoff.closed(by, note, self.now(), done=done))

        return await self._step(interaction_id, uuid4(), make)

    def _accepted(self, event: InteractionRequested, by: str) -> InteractionRequested:
        handoff = event.handoff
        if handoff is None or not handoff.open or event.terminal:
            raise Problem(409, f"Nobody waits for a person there{_ended(handoff)}; GET /v1/handoffs lists who does.")
        accepted = handoff.accepted(by, self.now())
        if accepted is None:
            raise Problem(409, f"{handoff.owner} has this contact since {handoff.accepted_at:%H:%M:%S} UTC.")
        return event if accepted == handoff else _then(event, HandoffAccepted, handoff=accepted)

    def _taken(self, event: InteractionRequested, by: str) -> InteractionRequested:
        if event.request.mode != "live":
            raise Problem(409, "Nobody is there to talk with: this contact is not live.")
        if event.handoff and event.handoff.is_of(by):
            return event
        return _then(event, HandoffAccepted, handoff=Handoff.taken(by, self.now(), event.handoff))

    def _said(self, event: InteractionRequested, by: str, text: str, name: UUID) -> InteractionRequested:
        turns = turns_of(event)
        if said := next((turn for turn in turns if turn.message_id == str(name)), None):
            if said.text != text:
                raise Problem(422, "This Idempotency-Key was used with another text; please use a new one.")
            return event
        _owned(event, by)
        with_room(turns, text)
        turn = Turn(turn=len(turns), at=self.now(), speaker="human_agent", text=text, message_id=str(name), by=by)
        return _then(event, TurnAdded, transcript=(*turns, turn))

    async def _step(self, interaction_id: str, name: UUID, make: Make) -> InteractionRequested:
        if trouble := self.runtime.transport.trouble():
            raise unavailable(f"The message broker is away ({trouble}).")
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                return await self._place(interaction_id, name, make)
        except TimeoutError:
            raise unavailable("The record store does not answer in time.") from None
        except TooLarge:
            raise Problem(413, "This conversation takes no more text; please hand it back or close it.") from None

    async def _place(self, interaction_id: str, name: UUID, make: Make) -> InteractionRequested:
        for _ in range(_TRIES):
            event = await self.look(interaction_id)
            if not (_free(event) or event.terminal):
                await self._settled(interaction_id)
                continue
            step = _made(event, make, name, self.now())
            if step is event:
                return event
            result = await self.runtime.store.advance(step, pending=True)
            if result.result in (Result.NEW, Result.REPEAT) and result.stored:
                await self.runtime.switchboard.note(interaction_id)
                await tell(self.runtime, step, result.stored)
                return step
        raise unavailable("This conversation is very busy.")

    async def _settled(self, interaction_id: str) -> None:
        """Desks are at work: what they decide just now has to be known before a person goes on."""
        newest = await until_settled(self.runtime, interaction_id, self.settings.accept_timeout / 2)
        if newest and EVENTS[newest.type].status not in SETTLED:
            detail = "The assistant is just having something decided; please try again in a moment."
            raise Problem(409, detail, headers={"Retry-After": str(RETRY_AFTER)})

    async def _found(self, interaction_id: str) -> InteractionRequested | None:
        """With an open handoff; whatever has none any more is forgotten by the watch."""
        event = await self._newest(interaction_id)
        return event if event and event.handoff and event.handoff.open and not event.terminal else None

    async def _newest(self, interaction_id: str) -> InteractionRequested | None:
        newest = await self.runtime.store.newest(interaction_id)
        event = newest.event() if newest else None
        return event if isinstance(event, InteractionRequested) else None


def _free(event: InteractionRequested) -> bool:
    """Whether a person can step in from there: nothing is being decided."""
    return type(event) in (InteractionRequested, AgentSpoke, CustomerSpoke, *IN_HANDS)


def _made(event: InteractionRequested, make: Make, name: UUID, now: datetime) -> InteractionRequested:
    """The step with a cause of its own, so that nobody else makes the same; the event itself where nothing changes."""
    step = make(event)
    if step is event:
        return event
    own = uuid5(EVENT_IDS, f"{event.event_id}/{name}")
    return step.sealed(now).model_copy(update={"causation_id": name, "event_id": own})


def _then(event: InteractionRequested, successor: type[InteractionRequested], **sections: Any) -> InteractionRequested:
    if event.terminal:
        _over(event.handoff)
    known: Mapping[str, Any] = {"transcript": turns_of(event)}
    return event.then(successor, **{**known, **sections})


def _owned(event: InteractionRequested, by: str) -> Handoff:
    """The handoff, of which this person is the owner."""
    if event.handoff and event.handoff.is_of(by) and not event.terminal:
        return event.handoff
    if event.terminal or event.handoff is None or not event.handoff.open:
        _over(event.handoff)
    whose = f"{event.handoff.owner} has it" if event.handoff.held else "accept it first"
    raise Problem(409, f"This contact is not yours: {whose}.")


def _over(handoff: Handoff | None) -> NoReturn:
    raise Problem(409, f"No person has this contact any more{_ended(handoff)}.")


def _ended(handoff: Handoff | None) -> str:
    if handoff is None or handoff.ended_at is None:
        return ""
    return f": the handoff was {handoff.state} at {handoff.ended_at:%H:%M:%S} UTC"
