"""The store on Redis. Every decision is made inside Redis by one Lua script, so no two writers can both win.

Keys, below the namespace `cc`:  cc:i:<id> newest event and card    cc:log:<id> history    cc:all ids by time
cc:pending accepted, not yet published    cc:open unfinished, by last step    cc:key:<key> idempotency
cc:worn finished, by when their words go    cc:number counter    cc:secret seals idempotency keys
cc:changed channel of changes. Of an erased interaction cc:i:<id> tells for a while that it is gone, and no more.
Redis must keep what it acknowledged: `appendonly yes`, `appendfsync always`, `maxmemory-policy noeviction`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from secrets import token_bytes
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from callcenter.errors import Unavailable
from callcenter.events import Event, InteractionRequested
from callcenter.storage import scripts
from callcenter.storage.protocol import (
    FIRST_NUMBER,
    GONE,
    Card,
    Changed,
    Created,
    Filters,
    IdempotencyKey,
    LogEntry,
    Page,
    Result,
    Step,
    Stored,
    card_fields,
    event_text,
)
from callcenter.storage.server import Scripts, available, connect
from callcenter.storage.sifting import SCAN, sifted
from callcenter.storage.watchers import Watchers

DURABLE = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
"""What Redis has to be set to, so that it keeps what it acknowledged."""
KEY_HOURS = 24
"""How long an idempotency key is remembered, unless it is a lasting one."""
GONE_SECONDS = 30 * 24 * 3600
"""How long it is known at least that an interaction was erased: longer than an event lies in a queue."""


class RedisStore:
    """See Store. `advance` calls that meet are sent together, in one round trip."""

    def __init__(self, url: str, namespace: str = "cc", retention_hours: float = 24.0) -> None:
        self.namespace = namespace
        self.retention = int(retention_hours * 3600)
        self._redis: Redis = connect(url)
        self._scripts = Scripts(self._redis, scripts.ALL)
        self._watchers = Watchers()
        self._listener: asyncio.Task[None] | None = None

    def _key(self, *parts: str) -> str:
        return ":".join((self.namespace, *parts))

    async def open(self) -> None:
        """Nothing yet: connections are made when they are needed."""

    async def close(self) -> None:
        """Stop listening and close the connections."""
        if self._listener:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
        await self._redis.aclose()

    async def ping(self) -> None:
        """A write, since a full or read-only Redis still answers PING."""
        await available(self._redis.set(self._key("ping"), b"", ex=60))

    async def durability_warnings(self) -> list[str]:
        """What is set so that Redis may lose acknowledged writes: one sentence each, none where all is well."""
        try:
            found: dict[str, str] = await available(self._redis.config_get(*DURABLE))
        except Unavailable as error:
            return [f"The settings of Redis cannot be read ({error})."]
        return [
            f"{name} is {found[name]!r} and has to be {wanted!r}."
            for name, wanted in DURABLE.items()
            if found.get(name, wanted) != wanted
        ]

    async def next_number(self) -> int:
        """INCR; repeated by a retry it leaves a gap, never a duplicate."""
        return FIRST_NUMBER - 1 + int(await available(self._redis.incr(self._key("number"))))

    async def secret(self) -> bytes:
        """See Store.secret; asked each time, since a Redis that lost its data has another."""
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.set(self._key("secret"), token_bytes(32), nx=True).get(self._key("secret"))
        _, secret = await available(pipe.execute())
        return bytes(secret)

    async def create(self, event: InteractionRequested, key: IdempotencyKey | None = None) -> Created:
        """See Store.create."""
        owner, fingerprint = await self._scripts.run(
            scripts.CREATE,
            (
                *self._record_keys(event.interaction_id),
                self._key("pending"),
                self._key("key", key.key if key else ""),
            ),
            (*self._arguments(event), self._remembered(key), key.fingerprint if key else ""),
        )
        interaction_id = owner.decode()
        if interaction_id == event.interaction_id:
            return Created(interaction_id)
        asked = key.fingerprint if key else ""
        return Created(interaction_id, replayed=True, mismatch=fingerprint.decode() != asked)

    async def advance(self, event: Event, *, pending: bool = False) -> Step:
        """See Store.advance."""
        arguments = self._arguments(event)
        result, kind, body = await self._scripts.run(
            scripts.ADVANCE,
            (*self._record_keys(event.interaction_id), self._key("pending")),
            (*arguments, str(event.causation_id or ""), self._key("changed"), int(pending)),
        )
        if result == b"new":
            return Step(Result.NEW, Stored(event.type, arguments[3]))
        return Step(Result(result.decode()), Stored(kind.decode(), body) if kind else None)

    async def recall(self, event: Event) -> Step | None:
        """See Store.recall."""
        rev, cause, kind, body = await available(
            self._redis.hmget(self._key("i", event.interaction_id), ["rev", "cause", "type", "body"])
        )
        if rev is None or int(rev) < event.rev:
            return Step(Result.EARLY, None)
        stored = Stored(kind.decode(), body) if kind else None
        if int(rev) == event.rev:
            return None
        if int(rev) > event.rev + 1:
            return Step(Result.STALE, stored)
        return Step(Result.REPEAT if cause.decode() == str(event.event_id) else Result.CONFLICT, stored)

    async def restore(self, event: Event) -> bool:
        """See Store.restore."""
        arguments = (*self._arguments(event), str(event.causation_id or ""), self._key("changed"))
        return bool(await self._scripts.run(scripts.RESTORE, self._record_keys(event.interaction_id), arguments))

    async def newest(self, interaction_id: str) -> Stored | None:
        """See Store.newest."""
        kind, body = await available(self._redis.hmget(self._key("i", interaction_id), ["type", "body"]))
        return Stored(kind.decode(), body) if kind else None

    async def history(self, interaction_id: str) -> list[LogEntry]:
        """See Store.history."""
        lines = await available(self._redis.lrange(self._key("log", interaction_id), 0, -1))
        entries = (orjson.loads(line) for line in lines)
        return [LogEntry(e["rev"], e["type"], datetime.fromisoformat(e["at"])) for e in entries]

    async def page(self, filters: Filters, cursor: str | None, limit: int) -> Page:
        """See Store.page; a page may be short, or empty, and still have a cursor where few cards match."""
        return Page(*await sifted(self._cards_before, filters.admit, lambda card: card.id, cursor, limit))

    async def published(self, interaction_id: str, rev: int) -> None:
        """See Store.published."""
        keys = (self._key("i", interaction_id), self._key("pending"))
        await self._scripts.run(scripts.PUBLISHED, keys, (interaction_id, rev))

    def pending(self, older_than: float) -> AsyncIterator[str]:
        """See Store.pending."""
        return self._older("pending", older_than)

    def idle(self, older_than: float) -> AsyncIterator[str]:
        """See Store.idle."""
        return self._older("open", older_than)

    async def idle_for(self, interaction_id: str) -> float:
        """See Store.idle_for."""
        pipe: Any = self._redis.pipeline(transaction=False)
        pipe.zscore(self._key("open"), interaction_id).time()
        since, now = await available(pipe.execute())
        return 0.0 if since is None else max(0.0, _ms(now) - since) / 1000

    async def finish(self, interaction_id: str, keep: float | None = None, words: float | None = None) -> None:
        """See Store.finish."""
        record, log, _, unfinished = self._record_keys(interaction_id)
        keys = (record, log, unfinished, self._key("pending"), self._key("worn"))
        seconds = self.retention if keep is None else int(keep)
        await self._scripts.run(scripts.FINISH, keys, (interaction_id, seconds, "" if words is None else int(words)))

    def worn(self) -> AsyncIterator[str]:
        """See Store.worn."""
        return self._older("worn", 0)

    async def reworded(self, event: Event, *, worn: bool = True) -> None:
        """See Store.reworded."""
        keys = (self._key("i", event.interaction_id), self._key("worn"))
        body, card = Stored.of(event).body, orjson.dumps(card_fields(event) | {"text": event_text(event)})
        await self._scripts.run(scripts.REWORDED, keys, (event.interaction_id, event.rev, body, card, int(worn)))

    async def key_of(self, interaction_id: str) -> str | None:
        """See Store.key_of."""
        key: bytes | None = await available(self._redis.hget(self._key("i", interaction_id), "key"))
        return key.decode().removeprefix(self._key("key", "")) if key else None

    async def erase(self, interaction_id: str) -> None:
        """See Store.erase."""
        keys = (*self._record_keys(interaction_id), self._key("pending"), self._key("worn"))
        arguments = (interaction_id, GONE, max(self.retention, GONE_SECONDS), self._key("changed"))
        await self._scripts.run(scripts.ERASE, keys, arguments)

    @asynccontextmanager
    async def watch(self, interaction_id: str) -> AsyncIterator[Changed]:
        """See Store.watch."""
        if self._listener is None:  # workers never watch, and are spared the stream of changes
            self._listener = asyncio.create_task(self._listen(), name="redis-changes")
        with self._watchers.watch(interaction_id) as changed:
            yield changed

    def _record_keys(self, interaction_id: str) -> tuple[str, ...]:
        return (self._key("i", interaction_id), self._key("log", interaction_id), self._key("all"), self._key("open"))

    def _remembered(self, key: IdempotencyKey | None) -> int:
        """For how many seconds."""
        return max(self.retention, KEY_HOURS * 3600) if key and key.lasting else KEY_HOURS * 3600

    def _arguments(self, event: Event) -> tuple[Any, ...]:
        """Of all three scripts: id, rev, type, body, log line, card fields as JSON."""
        line = {"rev": event.rev, "type": event.type, "at": event.occurred_at.isoformat()}
        card = orjson.dumps(card_fields(event))
        return (event.interaction_id, event.rev, event.type, Stored.of(event).body, orjson.dumps(line), card)

    async def _cards_before(self, cursor: str | None) -> tuple[list[Card], str | None]:
        """The next cards in the order of time, newest first, and how far that was, None at the end."""
        upper = f"({cursor}" if cursor else "+"
        found = await available(self._redis.zrevrangebylex(self._key("all"), upper, "-", 0, SCAN))
        ids = [interaction_id.decode() for interaction_id in found]
        return await self._cards(ids), ids[-1] if len(ids) == SCAN else None

    async def _cards(self, ids: list[str]) -> list[Card]:
        """Cards in the order of the ids; one that has expired leaves the list of all."""
        names = [name for name in Card.__slots__ if name != "id"]
        pipe: Any = self._redis.pipeline(transaction=False)
        for interaction_id in ids:
            pipe.hmget(self._key("i", interaction_id), names)
        rows = await available(pipe.execute())
        cards = [_card(i, dict(zip(names, row, strict=True))) for i, row in zip(ids, rows, strict=True)]
        if expired := [i for i, card in zip(ids, cards, strict=True) if card is None]:
            await available(self._redis.zrem(self._key("all"), *expired))
        return [card for card in cards if card]

    async def _older(self, name: str, seconds: float) -> AsyncIterator[str]:
        """Part by part, from where the part before ended: those that stay there do not hide the ones behind them."""
        latest = _ms(await available(self._redis.time())) - int(seconds * 1000)
        start, told = float("-inf"), set[bytes]()
        while True:
            most = SCAN + len(told)
            read = self._redis.zrangebyscore(self._key(name), start, latest, 0, most, withscores=True)
            part: list[tuple[bytes, float]] = await available(read)
            for interaction_id, _ in part:
                if interaction_id not in told:
                    yield interaction_id.decode()
            if len(part) < most:
                return
            start = part[-1][1]
            told = {interaction_id for interaction_id, at in part if at == start}

    async def _listen(self) -> None:
        """Wake the watchers of what changed; after an interruption all of them, as something may have been missed."""
        while True:
            with suppress(Unavailable, RedisError, OSError):
                async with self._redis.pubsub(ignore_subscribe_messages=True) as channel:
                    await available(channel.subscribe(self._key("changed")))
                    self._watchers.wake_all()
                    async for message in channel.listen():
                        self._watchers.wake(message["data"].decode())
            await asyncio.sleep(0.5)


def _ms(moment: tuple[int, int]) -> int:
    """What TIME answers, in milliseconds: the one clock of all durations."""
    return moment[0] * 1000 + moment[1] // 1000


def _card(interaction_id: str, fields: dict[str, bytes | None]) -> Card | None:
    values: dict[str, Any] = {name: value.decode() for name, value in fields.items() if value is not None}
    return Card(id=interaction_id, **values) if values else None
