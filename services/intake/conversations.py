"""Live conversations: taking what the customer says next, once, in its place, and passing it on."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4, uuid5

from callcenter.access.principal import ANYBODY, Principal
from callcenter.errors import TooLarge, Unavailable
from callcenter.events import (
    EVENT_IDS,
    EVENTS,
    IN_HANDS,
    AgentSpoke,
    CustomerSpoke,
    InteractionFailed,
    InteractionRequested,
    OnDuty,
    Turn,
    TurnAdded,
    utc_now,
)
from callcenter.http.problems import RETRY_AFTER, Problem, unavailable
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.storage.protocol import IdempotencyKey, Result, Stored
from callcenter.telemetry import emit
from services.intake.live import SETTLED, until_settled
from services.intake.reception import Accepted, Reception
from services.intake.requests import NewMessage
from services.intake.settings import IntakeSettings
from services.intake.turns import MAX_SAID, NEW_ONE, turns_of, with_room

__all__ = ["MAX_MESSAGES", "MAX_SAID", "Conversations", "turns_of"]

MAX_MESSAGES = 100
"""Of one customer in one conversation; the agent ends it long before, unless it is not listened to."""

_TRIES = 20
"""Attempts to put a message in its place while others speak."""


class Conversations:
    """Adds customer turns to live conversations. The store's one atomic step puts each in its place.

    A message is stored before it is answered with 202. It is published when no other followed within `turn_gap`, so
    that quick messages become one turn; until then, and if this process ends, the sweeper knows it as pending.
    A message to an interaction that has ended opens one that follows it; all later ones meet there.
    """

    def __init__(
        self, runtime: Runtime, reception: Reception, settings: IntakeSettings, now: Callable[[], datetime] = utc_now
    ) -> None:
        self.runtime, self.reception, self.settings, self.now = runtime, reception, settings, now
        self._publishing: set[asyncio.Task[None]] = set()

    async def say(
        self,
        interaction_id: str,
        message: NewMessage,
        key: str | None,
        who: Principal = ANYBODY,
        client: str | None = None,
    ) -> Accepted:
        """The message in its place; a Problem where they see no such interaction, or it cannot take one now."""
        if trouble := self.runtime.transport.trouble():
            raise unavailable(f"The message broker is away ({trouble}).")
        name, message = uuid5(EVENT_IDS, f"{interaction_id}/{key}") if key else uuid4(), message.without_cards()
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                return await self._place(interaction_id, message, name, who, client)
        except TimeoutError:
            raise unavailable("The record store does not answer in time.") from None
        except TooLarge:
            raise Problem(413, f"This conversation takes no more text; please {NEW_ONE}.") from None

    async def flush(self) -> None:
        """Pass on what still waits for company."""
        await asyncio.gather(*self._publishing)

    async def _place(
        self, interaction_id: str, message: NewMessage, name: UUID, who: Principal, client: str | None
    ) -> Accepted:
        """What follows an interaction is for whoever may go on with that."""
        for _ in range(_TRIES):
            event = await self._newest(interaction_id, who)
            if said := _already(event, name):
                _same(said.text, message)
                return Accepted(interaction_id, None)
            if event.terminal:
                return await self._follow(event, message, name, client)
            if not _listens(event):
                await self._settled(interaction_id)
                continue
            spoke = _spoke(event, message, name, self.now(), await self._on_duty(event, message))
            step = await self.runtime.store.advance(spoke, pending=True)
            if step.result in (Result.NEW, Result.REPEAT):
                self._pass_on(spoke)
                return Accepted(interaction_id, step.stored)
        raise unavailable("This conversation is very busy.")

    async def _on_duty(self, event: InteractionRequested, message: NewMessage) -> tuple[OnDuty, ...]:
        """Nobody sits and waits for a person who wrote a mail."""
        by_mail = event.contact.mail or message.came_by()
        return () if by_mail else await self.reception.on_duty(event.request.business)

    async def _newest(self, interaction_id: str, who: Principal = ANYBODY) -> InteractionRequested:
        newest = await self.runtime.store.newest(interaction_id)
        event = newest.event() if newest else None
        if not isinstance(event, InteractionRequested) or not who.sees(interaction_id, event.request.business):
            raise unknown(interaction_id, "POST /v1/interactions opens one")
        return event

    async def _settled(self, interaction_id: str) -> None:
        """Desks are at work on what was said before: in a moment it has ended, or the agent asks something more."""
        newest = await until_settled(self.runtime, interaction_id, self.settings.accept_timeout / 2)
        if newest and EVENTS[newest.type].status not in SETTLED:
            detail = "The answer to what was said before is still being made; please send this again in a moment."
            raise Problem(409, detail, headers={"Retry-After": str(RETRY_AFTER)})

    async def _follow(
        self, ended: InteractionRequested, message: NewMessage, name: UUID, client: str | None
    ) -> Accepted:
        """The message in the interaction that follows. Of messages that meet, the store lets one open it."""
        follower = await self.reception.follower(ended, message, client)
        created = await self.runtime.store.create(follower, _key(ended, name))
        if not created.replayed:
            self._later(self.reception.publish(follower))
            return Accepted(follower.interaction_id, Stored.of(follower))
        if created.mismatch:
            return await self._place(created.interaction_id, message, name, ANYBODY, client)
        _same((await self._newest(created.interaction_id)).request.text, message)
        return Accepted(created.interaction_id, None)

    def _pass_on(self, spoke: CustomerSpoke | TurnAdded) -> None:
        emit("message_accepted", service="intake", interaction_id=spoke.interaction_id, rev=spoke.rev)
        self._later(self._publish_after_gap(spoke))

    def _later(self, publishing: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(publishing)
        self._publishing.add(task)
        task.add_done_callback(self._publishing.discard)

    async def _publish_after_gap(self, spoke: CustomerSpoke | TurnAdded) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(self.settings.turn_gap):
                await self.runtime.draining.wait()
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                newest = await self.runtime.store.newest(spoke.interaction_id)
                if newest and newest.event().rev == spoke.rev:  # else a later message takes it along
                    await self.runtime.transport.publish(Message.of(spoke, newest))
                    await self.runtime.store.published(spoke.interaction_id, spoke.rev)
        except (Unavailable, TimeoutError) as error:
            emit("event_waiting", service="intake", interaction_id=spoke.interaction_id, error=str(error))


def unknown(interaction_id: str, instead: str) -> Problem:
    """There is none; whoever may not see one hears the same."""
    return Problem(404, f"There is no interaction {interaction_id[:64]!r}; {instead}.")


def _key(ended: InteractionRequested, name: UUID) -> IdempotencyKey:
    """Who opens what follows. Keys of clients are printable, so none of them has a line break."""
    return IdempotencyKey(f"follows\n{ended.interaction_id}", str(name), lasting=True)


def _listens(event: InteractionRequested) -> bool:
    """Whether the agent takes what the customer says now."""
    open_now = isinstance(event, (AgentSpoke, CustomerSpoke, *IN_HANDS)) or type(event) is InteractionRequested
    return open_now and event.request.mode == "live"


def _already(event: InteractionRequested, name: UUID) -> Turn | None:
    known = event.resumed() if isinstance(event, InteractionFailed) else event  # a failed one keeps it as plain data
    turns: tuple[Turn, ...] = getattr(known, "transcript", ())
    return next((turn for turn in turns if turn.message_id == str(name)), None)


def _same(said: str, message: NewMessage) -> None:
    """In a finished record a dot may stand for each character that is no longer shown."""
    if len(said) != len(message.text) or any(
        kept not in ("•", sent) for kept, sent in zip(said, message.text, strict=True)
    ):
        raise Problem(422, "This Idempotency-Key was used with another message; please use a new one.")


def _spoke(
    event: InteractionRequested, message: NewMessage, name: UUID, now: datetime, on_duty: tuple[OnDuty, ...]
) -> CustomerSpoke | TurnAdded:
    """The next step of an open conversation, for the agent to answer unless a person has it.

    Its cause is the message, so that nobody else makes the same step.
    """
    turns = turns_of(event)
    _with_room(turns, message)
    turn = Turn(turn=len(turns), at=now, speaker="customer", text=message.text, message_id=str(name))
    said = (*turns, turn)
    if event.handoff and event.handoff.held:
        spoke: CustomerSpoke | TurnAdded = event.then(TurnAdded, transcript=said)
    else:
        spoke = event.then(CustomerSpoke, transcript=said, on_duty=on_duty)
    if mail := message.came_by():
        spoke = spoke.model_copy(update={"contact": spoke.contact.model_copy(update={"mail": mail})})
    own = uuid5(EVENT_IDS, f"{event.event_id}/{name}")
    return spoke.sealed(now).model_copy(update={"causation_id": name, "event_id": own})


def _with_room(turns: tuple[Turn, ...], message: NewMessage) -> None:
    if sum(turn.speaker == "customer" for turn in turns) >= MAX_MESSAGES:
        raise Problem(409, f"A conversation takes up to {MAX_MESSAGES} messages; please {NEW_ONE}.")
    with_room(turns, message.text)
