"""Delivers what is in the post, at least once: a letter leaves it only when it was taken, or never will be.

A postman that dies leaves its letters to the next one, when their lease ends. What is sent twice has one Message-ID.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from callcenter.errors import Unavailable
from callcenter.events import utc_now
from callcenter.http.clients import sealed
from callcenter.privacy import mask
from callcenter.storage.counters import Counters, Tries
from callcenter.storage.post import Claimed, Post
from callcenter.telemetry import emit
from services.intake.mail.addresses import Addresses
from services.intake.mail.relay import NotTaken, Relay
from services.intake.mail.writing import written

_AT_ONCE = 20


@dataclass(frozen=True)
class Patience:
    """Seconds between looks, and before the second, third, ... attempt; how many answers an address gets in an hour."""

    every: float
    ladder: Sequence[float]
    answers_per_hour: int


class Postman:
    """Looks for what is due. `secret` is what Message-IDs are sealed with."""

    def __init__(
        self,
        post: Post,
        counters: Counters,
        addresses: Addresses,
        relay: Relay,
        *,
        patience: Patience,
        secret: Callable[[], Awaitable[bytes]],
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.post, self.counters, self.addresses, self.relay = post, counters, addresses, relay
        self.patience, self.secret, self.now = patience, secret, now

    async def run(self) -> None:
        """For ever; whatever goes wrong in one round, there is another."""
        while True:
            if not await self.round():
                await asyncio.sleep(self.patience.every)

    async def round(self) -> int:
        """One attempt of what is due, up to a limit; how many there were."""
        try:
            lease = 3 * self.relay.seconds + 5
            due = await self.post.claim(self.now(), lease, _AT_ONCE)
        except Unavailable as error:
            emit("postman_failed", service="intake", error=str(error))
            return 0
        await asyncio.gather(*map(self._attempt, due))
        return len(due)

    async def _attempt(self, claimed: Claimed) -> None:
        """One letter; what cannot be noted in the post is tried again when the lease ends."""
        try:
            await self._deliver(claimed)
        except Exception as error:
            interaction_id = claimed.letter.interaction_id
            emit("postman_failed", service="intake", interaction_id=interaction_id, error=repr(error))

    async def _deliver(self, claimed: Claimed) -> None:
        try:
            await self._hand_over(claimed)
        except NotTaken as refused:
            await self._not_taken(claimed, refused)
        else:
            await self.post.settle(claimed, "sent", self.now())
            self._tell("mail_sent", claimed)

    async def _hand_over(self, claimed: Claimed) -> None:
        letter, secret = claimed.letter, await self.secret()
        business = self.addresses.of(letter.business)
        if business is None:
            raise NotTaken(f"{letter.business} has no mail address", for_good=True)
        if not letter.to:
            raise NotTaken("the customer's mail names no address to answer to", for_good=True)
        if not letter.by and await self._too_many(claimed, secret):
            most = self.patience.answers_per_hour
            raise NotTaken(f"more than {most} answers of the assistant to this address in an hour", for_good=True)
        await self.relay.hand_over(written(letter, *business, secret, self.now()))

    async def _too_many(self, claimed: Claimed, secret: bytes) -> bool:
        """Two programs that answer each other stop here, if nothing else stops them."""
        whose = sealed(claimed.letter.to, secret)
        hour = Tries(f"mail:{whose}", self.patience.answers_per_hour, timedelta(hours=1))
        return bool(await self.counters.tried([hour], claimed.letter.key, self.now(), counts=True))

    async def _not_taken(self, claimed: Claimed, refused: NotTaken) -> None:
        why, ladder = mask(str(refused)), self.patience.ladder
        if refused.for_good or claimed.attempt > len(ladder):
            told = why if refused.for_good else f"given up after {claimed.attempt} attempts; {why}"
            await self.post.settle(claimed, "failed", self.now(), told)
            self._tell("mail_failed", claimed, told)
        else:
            wait = timedelta(seconds=ladder[claimed.attempt - 1] * random.uniform(0.8, 1.2))
            await self.post.settle(claimed, "waiting", self.now(), why, self.now() + wait)
            self._tell("mail_waits", claimed, why)

    def _tell(self, moment: str, claimed: Claimed, why: str = "") -> None:
        letter, attempt = claimed.letter, claimed.attempt
        told = {"interaction_id": letter.interaction_id, "letter": letter.name, "attempt": attempt}
        emit(moment, service="intake", **told, why=why)
