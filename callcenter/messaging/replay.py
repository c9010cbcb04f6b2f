"""Replaying dead letters once their cause is mended: twice is as good as once."""

from collections.abc import Container
from dataclasses import dataclass

from callcenter.errors import Undecodable
from callcenter.events import Event, InteractionFailed, utc_now
from callcenter.messaging.pipeline import decoded
from callcenter.messaging.transport import DeadLetter, Message, Transport
from callcenter.storage.protocol import Result, Store


@dataclass(frozen=True)
class Replayed:
    """What became of one dead letter."""

    letter: DeadLetter
    done: bool
    outcome: str


async def replay(transport: Transport, store: Store, service: str, ids: Container[str] | None = None) -> list[Replayed]:
    """Give the dead letters of a service (all, or those named) back to it; what cannot be replayed stays there."""
    results = []
    async with transport.dead_letters(service) as opened:
        async for letter in opened.letters():
            if ids is not None and letter.id not in ids:
                continue
            result = await _replay(letter, transport, store)
            if result.done:
                await opened.remove(letter)
            results.append(result)
    return results


async def _replay(letter: DeadLetter, transport: Transport, store: Store) -> Replayed:
    try:
        event = decoded(letter.message)
    except Undecodable as error:
        return Replayed(letter, done=False, outcome=f"kept: this version cannot read it ({error})")
    newest = await store.newest(event.interaction_id)
    last = newest.event() if newest else None
    if isinstance(last, InteractionFailed) and last.failure.input_type == event.type:
        return await _resume(letter, last, transport, store)
    if last is None or last.rev < event.rev:
        await store.restore(event)
        await transport.send(letter.service, letter.message)
        return Replayed(letter, done=True, outcome=f"record restored at rev {event.rev}, handling again")
    await transport.send(letter.service, letter.message)
    return Replayed(letter, done=True, outcome="handling again")


async def _resume(letter: DeadLetter, failed: InteractionFailed, transport: Transport, store: Store) -> Replayed:
    """The failure stays in the history; the chain goes on with the failed event as a new step."""
    resumed: Event = failed.resumed().sealed(utc_now())
    step = await store.advance(resumed)
    if step.result in (Result.NEW, Result.REPEAT) and step.stored:
        await transport.send(letter.service, Message.of(resumed, step.stored))
        return Replayed(letter, done=True, outcome=f"resumed as rev {resumed.rev}")
    return Replayed(letter, done=True, outcome="dropped: the interaction has gone on without it")
