"""A worker process that dies by chance, at the worst moments."""

import asyncio
import os
import random
import signal
from collections.abc import Callable
from typing import Any

from callcenter import telemetry
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from tests.dossier import Agent, PolicyDesk, SummaryDesk, Ticketing

DESKS: dict[str, type[Worker]] = {"agent": Agent, "policy": PolicyDesk, "ticketing": Ticketing, "summary": SummaryDesk}


class Fate:
    """Passes calls on to a store or a transport, and ends the process by chance before or after some of them."""

    def __init__(self, inner: Any, deadly: set[str], dice: random.Random, chance: float) -> None:
        self.inner, self.deadly, self.dice, self.chance = inner, deadly, dice, chance

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.inner, name)
        if name not in self.deadly:
            return method

        async def dangerous(*args: Any, **named: Any) -> Any:
            self._perhaps_die()
            answer = await method(*args, **named)
            self._perhaps_die()
            return answer

        return dangerous

    def _perhaps_die(self) -> None:
        if self.dice.random() < self.chance:
            os.kill(os.getpid(), signal.SIGKILL)


def work(settings: RuntimeSettings, build: Callable[[], Worker], seed: int, chance: float) -> None:
    """Until killed."""
    telemetry.configure("ERROR", "text")
    asyncio.run(_work(settings, build, random.Random(seed), chance))


async def _work(settings: RuntimeSettings, build: Callable[[], Worker], dice: random.Random, chance: float) -> None:
    runtime = Runtime.distributed(settings)
    runtime.store = Fate(runtime.store, {"advance", "recall"}, dice, chance)  # type: ignore[assignment]
    runtime.transport = Fate(runtime.transport, {"publish"}, dice, chance)  # type: ignore[assignment]
    async with runtime:
        await runtime.add(build())
        await asyncio.Event().wait()
