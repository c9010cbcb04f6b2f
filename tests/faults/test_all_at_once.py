"""Everything at once: agents die, texts are hostile or too long, one clock is wrong. All who can be served are served.

FAULT_SECONDS is how long customers keep coming, 30 by default.
"""

import asyncio
import itertools
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import httpx2
import pytest

from callcenter.events import utc_now
from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import policy, summary, ticketing
from services.intake.conversations import MAX_SAID
from services.intake.requests import MAX_TEXT
from tests.faults.caller import ENDED, Caller
from tests.faults.house import SERVICES, served, through
from tests.faults.talker import talker
from tests.faults.ward import Ward
from tests.waiting import until

SECONDS = float(os.environ.get("FAULT_SECONDS", "30"))
SEED = int(os.environ.get("FAULT_SEED", "20261130"))
AT_ONCE = 8
AHEAD = timedelta(minutes=40)
REQUESTS = ("Where is my order 48310? It is late.", "I'd like a refund for order 48213.", "What are your store hours?")
TO_A_PERSON = ("let me talk to a human",) * 3
HOSTILE = ("a" + ".a" * 60 + " at x", "_" * 40 + " at", "".join(f"{n % 10} " for n in range(MAX_TEXT // 2)))
"""Each can be read in very many ways; the last one, five times over, is 20,000 characters."""


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), {"agent": talker}, chance=0.01)
    yield ward
    ward.close()


def ahead() -> datetime:
    """What a wrong clock says."""
    return utc_now() + AHEAD


@pytest.fixture
async def doors(runtime: Runtime) -> AsyncIterator[Sequence[httpx2.AsyncClient]]:
    """Two intakes, of which one has a clock that is 40 minutes ahead; the desks behind the agent are here as well."""
    for worker in (policy.build(), ticketing.build(), summary.build()):
        await runtime.add(worker)
    async with (
        Runtime.distributed(runtime.settings) as other,
        served(runtime) as right,
        served(other, now=ahead) as wrong,
    ):
        yield right, wrong


@dataclass
class Crowd:
    """Customers of every kind, each at the door that chance leads them to."""

    doors: Sequence[httpx2.AsyncClient]
    hostile: Sequence[str]
    dice: random.Random = field(default_factory=lambda: random.Random(SEED))
    came: list[tuple[str, Caller]] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def keep_coming(self, until_then: float) -> None:
        """One after the other."""
        kinds = [self.asks, self.talks, self.shouts, *([self.attacks] if self.hostile else [])]
        while time.monotonic() < until_then:
            kind = self.dice.choice(kinds)
            caller = Caller(lambda: self.dice.choice(self.doors), f"{next(self.numbers)}")
            self.came.append((kind.__name__, caller))
            await kind(caller)

    async def asks(self, caller: Caller) -> None:
        await caller.talk(TO_A_PERSON, first=self.dice.choice(REQUESTS))

    async def talks(self, caller: Caller) -> None:
        await caller.talk()

    async def shouts(self, caller: Caller) -> None:
        """Too much in one message, then too much in one conversation; and is still listened to."""
        await caller.open()
        assert await caller.refused("x" * (MAX_TEXT + 1)) == 422
        assert await caller.refused("x" * 70_000) == 413
        loud = "🙂" * MAX_TEXT
        many = range(MAX_SAID // len(loud.encode()) + 1)
        assert set(await asyncio.gather(*(caller.refused(loud) for _ in many))) <= {200, 202, 409, 413, 503}
        await caller.go_on(TO_A_PERSON)

    async def attacks(self, caller: Caller) -> None:
        """A hostile text as the first words, or as a conversation that goes on with it."""
        text = self.dice.choice(self.hostile)
        if self.dice.random() < 0.5:
            await caller.talk(TO_A_PERSON, first=text)
        else:
            await caller.talk([text] * 5 + [*TO_A_PERSON])

    def callers(self) -> Sequence[Caller]:
        """All who came so far."""
        return [caller for _, caller in self.came]

    def ends(self) -> Counter[tuple[str, str]]:
        """How many of which kind ended how."""
        return Counter((kind, caller.view.get("status", "unanswered")) for kind, caller in self.came)


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param((), id="loud"),
        pytest.param(HOSTILE, id="hostile"),
    ],
)
@pytest.mark.timeout(SECONDS + 300)
async def test_all_at_once(
    ward: Ward,
    runtime: Runtime,
    doors: Sequence[httpx2.AsyncClient],
    hostile: Sequence[str],
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: transport.consumers("agent"), seconds=60)
    crowd = Crowd(doors, hostile)
    end = time.monotonic() + SECONDS
    coming = [crowd.keep_coming(end) for _ in range(AT_ONCE)]
    await through(ward, runtime, coming, crowd.callers, seconds=SECONDS + 120)
    figures = f"seed {SEED}, {SECONDS:g} s: {ward.deaths} deaths, {dict(crowd.ends())}"
    record_testsuite_property("all at once", figures)
    print(figures)
    assert ward.deaths >= SECONDS / 10, figures
    assert {status for (kind, status) in crowd.ends() if kind != "attacks"} == {"completed"}, figures
    assert {status for (_, status) in crowd.ends()} <= set(ENDED), figures
    for _, caller in crowd.came:
        assert await steps(runtime, caller) & {"CustomerLeft", "InteractionFailed"} == set(), figures
    assert {service: dead for service, (_, dead) in (await transport.depths(SERVICES)).items()} == dict.fromkeys(
        SERVICES, 0
    ), figures


async def steps(runtime: Runtime, caller: Caller) -> set[str]:
    """What happened to their interaction."""
    return {entry.type for entry in await runtime.store.history(caller.view["id"])}
