"""The ticket book on Redis. A revision, its event, its alarm and what has to be told go in by one Lua script.

Keys, below the namespace `cc`:  cc:t:<id> newest revision and card    cc:tlog:<id> events    cc:tdel:<id> deliveries
cc:tickets ids by number    cc:tickets:of:<business>:<customer> the same of one customer    cc:tickets:alarms clock
cc:outbox `<id>@<hook>` that has to hear more, by when    cc:outbox:told up to which revision it heard
cc:outbox:attempts how often the next one was tried    cc:deliveries log of all hooks
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import orjson
from redis.asyncio import Redis

from callcenter.storage.book import scripts
from callcenter.storage.book.protocol import (
    LOG_LENGTH,
    Delivery,
    Leaf,
    TicketCard,
    TicketFilters,
    TicketPage,
)
from callcenter.storage.server import Scripts, available, connect
from callcenter.storage.sifting import SCAN, sifted

_FIELDS = [one.name for one in fields(TicketCard)]


class RedisBook:
    """See TicketBook. Calls that meet are sent together, in one round trip."""

    def __init__(self, url: str, namespace: str = "cc", retention_hours: float = 24.0) -> None:
        self.namespace = namespace
        self.retention = int(retention_hours * 3600)
        self._redis: Redis = connect(url)
        self._scripts = Scripts(self._redis, scripts.ALL)

    async def write(self, leaf: Leaf) -> bool:
        """See TicketBook.write."""
        card = leaf.card
        keys = (
            *(self._key(kind, card.ticket_id) for kind in ("t", "tlog", "tdel")),
            self._key("tickets"),
            self._key("tickets", "alarms"),
            self._of(card.business, card.customer_id),
            self._key("outbox"),
            self._key("outbox", "told"),
        )
        arguments = (
            card.ticket_id,
            leaf.rev,
            card.number,
            leaf.body,
            leaf.event,
            orjson.dumps({name: str(value) for name, value in asdict(card).items()}),
            _ms(leaf.alarm) if leaf.alarm else "",
            _ms(datetime.fromisoformat(card.updated_at)),
            orjson.dumps(leaf.hooks),
            (self.retention if leaf.keep is None else int(leaf.keep)) if leaf.done else "",
        )
        return bool(await self._scripts.run(scripts.WRITE, keys, arguments))

    async def read(self, ticket_id: str) -> bytes | None:
        """See TicketBook.read."""
        body: bytes | None = await available(self._redis.hget(self._key("t", ticket_id), "body"))
        return body

    async def events(self, ticket_id: str) -> list[bytes]:
        """See TicketBook.events."""
        return list(await available(self._redis.lrange(self._key("tlog", ticket_id), 0, -1)))

    async def page(self, filters: TicketFilters, cursor: float | None, limit: int) -> TicketPage:
        """See TicketBook.page; a page may be short, or empty, and still have a cursor where few cards match."""
        return TicketPage(*await sifted(self._cards_before, filters.admit, lambda card: card.number, cursor, limit))

    async def of_customer(self, business: str, customer_id: str, limit: int) -> list[TicketCard]:
        """See TicketBook.of_customer."""
        key = self._key("tickets", "of", business, customer_id)
        found = await self._before(key, None, limit)
        return await self._cards(key, [ticket_id for ticket_id, _ in found])

    async def alarms(self, now: datetime, limit: int) -> list[str]:
        """See TicketBook.alarms."""
        key = self._key("tickets", "alarms")
        found = await available(self._redis.zrangebyscore(key, "-inf", _ms(now), start=0, num=limit))
        return [ticket_id.decode() for ticket_id in found]

    async def postpone(self, ticket_id: str, alarm: datetime) -> None:
        """See TicketBook.postpone."""
        await available(self._redis.zadd(self._key("tickets", "alarms"), {ticket_id: _ms(alarm)}))

    async def notice(self, name: str, event: bytes, hooks: Sequence[str], now: datetime) -> None:
        """See TicketBook.notice."""
        own = (self._key(kind, name) for kind in ("t", "tlog", "tdel"))
        keys = (*own, self._key("outbox"), self._key("outbox", "told"))
        await self._scripts.run(scripts.NOTICE, keys, (name, event, _ms(now), orjson.dumps(hooks), self.retention))

    async def claim(self, now: datetime, lease: float, limit: int) -> list[Delivery]:
        """See TicketBook.claim."""
        keys = (self._key("outbox"), self._key("outbox", "attempts"), self._key("outbox", "told"))
        claimed = await self._scripts.run(scripts.CLAIM, keys, (_ms(now), _ms(now) + int(lease * 1000), limit))
        return [Delivery(*_parts(line), int(told) + 1, int(attempt)) for line, told, attempt in claimed]

    async def settle(self, delivery: Delivery, line: bytes, again: datetime | None = None) -> None:
        """See TicketBook.settle."""
        keys = (
            self._key("outbox"),
            self._key("outbox", "attempts"),
            self._key("outbox", "told"),
            self._key("deliveries"),
            self._key("tdel", delivery.ticket_id),
            self._key("t", delivery.ticket_id),
        )
        arguments = (delivery.line, delivery.rev, delivery.attempt, _ms(again) if again else "", line, LOG_LENGTH)
        await self._scripts.run(scripts.SETTLE, keys, arguments)

    async def tell(self, ticket_id: str, rev: int, hooks: Sequence[str], now: datetime) -> None:
        """See TicketBook.tell."""
        pipe: Any = self._redis.pipeline(transaction=True)
        for hook in hooks:
            line = Delivery(ticket_id, hook, rev, 0).line
            pipe.hdel(self._key("outbox", "attempts"), line)
            pipe.hset(self._key("outbox", "told"), line, rev - 1)
            pipe.zadd(self._key("outbox"), {line: _ms(now)})
        await available(pipe.execute())

    async def waiting(self) -> dict[str, int]:
        """See TicketBook.waiting."""
        found = await available(self._redis.zrange(self._key("outbox"), 0, -1))
        return dict(Counter(_parts(line)[1] for line in found))

    async def deliveries(self, ticket_id: str | None, limit: int) -> list[bytes]:
        """See TicketBook.deliveries."""
        key = self._key("deliveries") if ticket_id is None else self._key("tdel", ticket_id)
        return list(await available(self._redis.lrange(key, 0, limit - 1)))

    async def erase(self, card: TicketCard, rev: int, body: bytes, events: Sequence[bytes], instead: str) -> bool:
        """See TicketBook.erase."""
        own = (self._key(kind, card.ticket_id) for kind in ("t", "tlog", "tdel"))
        keys = (*own, self._key("deliveries"), self._of(card.business, card.customer_id))
        arguments = (card.ticket_id, rev, body, instead, *events)
        return bool(await self._scripts.run(scripts.ERASE, keys, arguments))

    async def close(self) -> None:
        """See TicketBook.close."""
        await self._redis.aclose()

    def _key(self, *parts: str) -> str:
        return ":".join((self.namespace, *parts))

    def _of(self, business: str, customer_id: str) -> str:
        return self._key("tickets", "of", business, customer_id) if customer_id else ""

    async def _cards_before(self, cursor: float | None) -> tuple[list[TicketCard], float | None]:
        """The next cards by number, the highest first, and how far that was, None at the end."""
        key = self._key("tickets")
        found = await self._before(key, cursor, SCAN)
        cards = await self._cards(key, [ticket_id for ticket_id, _ in found])
        return cards, _place(found[-1][1]) if len(found) == SCAN else None

    async def _before(self, key: str, cursor: float | None, limit: int) -> list[tuple[str, float]]:
        """Ids and numbers below the cursor, the highest first."""
        upper = "+inf" if cursor is None else f"({cursor}"
        found = await available(self._redis.zrevrangebyscore(key, upper, "-inf", start=0, num=limit, withscores=True))
        return [(ticket_id.decode(), number) for ticket_id, number in found]

    async def _cards(self, key: str, ids: list[str]) -> list[TicketCard]:
        """Cards in the order of the ids; one that has expired leaves the list that named it."""
        pipe: Any = self._redis.pipeline(transaction=False)
        for ticket_id in ids:
            pipe.hmget(self._key("t", ticket_id), _FIELDS)
        rows = dict(zip(ids, await available(pipe.execute()), strict=True))
        if expired := [ticket_id for ticket_id, row in rows.items() if row[0] is None]:
            await available(self._redis.zrem(key, *expired))
        return [_card(row) for row in rows.values() if row[0] is not None]


def _card(row: list[bytes | None]) -> TicketCard:
    values: dict[str, Any] = {name: (value or b"").decode() for name, value in zip(_FIELDS, row, strict=True)}
    return TicketCard(**values | {"number": _place(float(values["number"]))})


def _place(number: float) -> float:
    """A whole number where it is one, as it was before tickets of one contact had to share it."""
    return int(number) if number.is_integer() else number


def _parts(line: bytes) -> tuple[str, str]:
    """Ticket and hook of a line of the outbox."""
    ticket_id, hook = line.decode().split("@", 1)
    return ticket_id, hook


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
