"""Accepting a request: from the moment a client is told 202, the interaction is never lost."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from uuid import uuid4

from callcenter.access.principal import ANYBODY, Principal
from callcenter.errors import Unavailable
from callcenter.events import (
    Contact,
    ContactReason,
    Decision,
    Entity,
    InteractionRequested,
    OnDuty,
    PolicyDecided,
    Request,
    Unfinished,
    new_interaction_id,
    utc_now,
)
from callcenter.http.clients import sealed
from callcenter.http.problems import FieldError, Problem, unavailable
from callcenter.messaging.transport import Message, Transport
from callcenter.privacy import is_personal
from callcenter.storage.protocol import Created, Store, Stored
from callcenter.telemetry import emit
from services.intake.handoff.teams import Teams
from services.intake.requests import MailedMessage, NewInteraction, NewMessage
from services.intake.settings import IntakeSettings


@dataclass(frozen=True, slots=True)
class Accepted:
    """An interaction that we answer for; `stored` is its first event, None where an earlier request made it."""

    interaction_id: str
    stored: Stored | None

    @property
    def replayed(self) -> bool:
        """Whether an idempotency key named it already."""
        return self.stored is None


class Reception:
    """Stores the request with its idempotency key in one step, then publishes it; the sweeper covers a gap between."""

    def __init__(
        self,
        store: Store,
        transport: Transport,
        businesses: Sequence[str],
        settings: IntakeSettings,
        teams: Teams,
        *,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.store, self.transport, self.businesses, self.settings = store, transport, businesses, settings
        self.teams, self.now = teams, now

    async def on_duty(self, business: str) -> tuple[OnDuty, ...]:
        """The teams of which a person could take over what a customer says now."""
        return await self.teams.on_duty(business, self.now())

    async def accept(
        self,
        asked: NewInteraction,
        key: str | None,
        traceparent: str | None,
        who: Principal = ANYBODY,
        client: str | None = None,
    ) -> Accepted:
        """The new interaction, or the one that this idempotency key of theirs already names."""
        business = self._business(asked.business, who)
        if trouble := self.transport.trouble():
            raise unavailable(f"The message broker is away ({trouble}).")
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                secret = await self.store.secret()
                idempotency = asked.known_by(key, secret, who.identity or client) if key else None
                event = await self._event(asked.without_cards(), business, traceparent, sealed(client, secret))
                created = await self.store.create(event, idempotency)
        except TimeoutError:
            raise unavailable("The record store does not answer in time.") from None
        return await self._created(event, created)

    async def _created(self, event: InteractionRequested, created: Created) -> Accepted:
        if created.mismatch:
            raise Problem(
                422, "This Idempotency-Key was used with another body; please use a new key for a new request."
            )
        if created.replayed:
            return Accepted(created.interaction_id, None)
        await self.publish(event)
        return Accepted(event.interaction_id, Stored.of(event))

    async def follow(self, ended: InteractionRequested, message: MailedMessage, key: str, client: str) -> Accepted:
        """An interaction of its own that continues an ended one, once under this key, whoever else answered that."""
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                named = _opening(ended, message).known_by(key, await self.store.secret(), client)
                event = await self.follower(ended, message.without_cards(), client)
                created = await self.store.create(event, named)
        except TimeoutError:
            raise unavailable("The record store does not answer in time.") from None
        return await self._created(event, created)

    async def follower(
        self, ended: InteractionRequested, message: NewMessage, client: str | None = None
    ) -> InteractionRequested:
        """The first event of a live interaction that continues an ended one with this message; not stored yet.

        It takes along what was left open there, and nothing that was decided: nothing is decided twice.
        """
        asked = _opening(ended, message)
        whose = sealed(client, await self.store.secret())
        event = await self._event(asked, self._business(asked.business), None, whose)
        follows = {"follows": ended.interaction_id, "unfinished": _unfinished(ended)}
        return event.model_copy(update={"contact": event.contact.model_copy(update=follows)})

    async def _event(
        self, asked: NewInteraction, business: str, traceparent: str | None, client: str | None
    ) -> InteractionRequested:
        now = self.now()
        return InteractionRequested(
            event_id=uuid4(),
            interaction_id=new_interaction_id(),
            rev=1,
            traceparent=traceparent or f"00-{token_hex(16)}-{token_hex(8)}-01",
            occurred_at=now,
            contact=Contact(
                number=await self.store.next_number(),
                channel=asked.channel,
                customer_id=asked.customer_id,
                initiated_at=now,
                client=client,
                mail=asked.came_by(),
            ),
            request=Request(
                business=business, text=asked.text or "", mode=asked.mode, seed=asked.seed, persona=asked.persona
            ),
            on_duty=await self.on_duty(business) if asked.mode == "live" and not asked.came_by() else (),
        )

    async def publish(self, event: InteractionRequested) -> None:
        """Its record is safe already: where the broker does not confirm, the sweeper publishes it a little later."""
        business = event.request.business
        emit("interaction_accepted", service="intake", interaction_id=event.interaction_id, business=business)
        try:
            async with asyncio.timeout(self.settings.accept_timeout):
                await self.transport.publish(Message.of(event))
                await self.store.published(event.interaction_id, event.rev)
        except (Unavailable, TimeoutError) as error:
            emit("event_waiting", service="intake", interaction_id=event.interaction_id, error=str(error))

    def _business(self, asked: str | None, who: Principal = ANYBODY) -> str:
        theirs = [name for name in self.businesses if who.serves(name)]
        if asked is None and theirs:
            return theirs[0]
        if asked is None or asked not in theirs:
            detail = f"{asked!r} is not a business here; choose one of: {', '.join(theirs)}"
            raise Problem(422, f"business: {detail}.", errors=[FieldError(field="business", detail=detail)])
        return asked


def _opening(ended: InteractionRequested, message: NewMessage) -> NewInteraction:
    """What opens the interaction that continues an ended one."""
    known = ended.contact
    return message.opening(
        business=ended.request.business, customer_id=known.customer_id, channel=known.channel, mode="live"
    )


def _unfinished(ended: InteractionRequested) -> Unfinished | None:
    """The requests that lacked a fact, or whoever asked for them a proof: no rule has decided on them.

    Of several of one kind those that lacked it, each with its own facts; what is the own of any is for no other. Where
    nothing was left open, all of them, to ask what became of them. What is personal stays where it was said, and may
    be masked there.
    """
    if not isinstance(ended, PolicyDecided) or ended.outcome not in ("understood", "abandoned"):
        return None
    undecided = [one for one in ended.policy.decisions if one.verdict in ("needs_info", "deny") and not one.rule_id]
    still = [reason for reason in ended.reasons if any(_is_on(one, reason) for one in undecided)]
    still = still or [_followed_up(reason) for reason in ended.reasons if ended.outcome == "understood"]
    reasons = tuple(reason.model_copy(update={"entities": _impersonal(reason.entities)}) for reason in still)
    owned = {name for reason in ended.reasons for name in reason.own}
    shared = _impersonal(one for one in ended.entities if one.name not in owned)
    return Unfinished(reasons=reasons, entities=shared) if reasons else None


def _followed_up(reason: ContactReason) -> ContactReason:
    """It is only told what became of it: nothing is decided twice."""
    return reason.model_copy(update={"asks": "question", "follows_up": True})


def _is_on(decision: Decision, reason: ContactReason) -> bool:
    return decision.contact_reason == reason.code and decision.about in ({}, reason.own)


def _impersonal(entities: Iterable[Entity]) -> tuple[Entity, ...]:
    return tuple(one for one in entities if not is_personal(one.name, one.type, one.value))
