"""Two whole houses on ports of their own, in a thread of their own, to be asked by commands in this one."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

import httpx2
import structlog
from typer.testing import CliRunner

from callcenter.access.registry import Registry
from callcenter.events import utc_now
from callcenter.messaging.memory import MemoryTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import MemoryAccess
from callcenter.storage.book import MemoryBook
from callcenter.storage.memory import MemoryStore
from services import intake, ticketing
from services.cli import app
from services.intake.settings import IntakeSettings
from tests.staff import Person
from tests.unit.intake.house import desks
from tests.unit.test_cli import Ended, served

T = TypeVar("T")


@dataclass
class Door:
    """A house that is open: where, and how to do something inside."""

    url: str
    runtime: Runtime
    loop: asyncio.AbstractEventLoop

    def inside(self, work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> T:
        """What comes of what is done in the thread of the house, by a client at its door."""
        return self.begun(work).result(120)

    def begun(self, work: Callable[[httpx2.AsyncClient], Awaitable[T]]) -> Future[T]:
        """The same, while we do something else."""

        async def working() -> T:
            async with httpx2.AsyncClient(base_url=self.url, timeout=60, trust_env=False) as client:
                return await work(client)

        return asyncio.run_coroutine_threadsafe(working(), self.loop)

    def key(self, *scopes: str, business: str | None = None) -> str:
        """A new one, where AUTH is on."""
        registry = Registry(self.runtime.people, utc_now)
        _, secret = self.inside(lambda _: registry.add_key("shop", scopes, [business] if business else None))
        return secret

    def contact(self, text: str, **more: Any) -> dict[str, Any]:
        """A finished one, of a simulated customer."""
        body = {"text": text, "seed": 7, **more}

        async def asked(client: httpx2.AsyncClient) -> dict[str, Any]:
            answer = await client.post("/v1/interactions", json=body, headers={"Prefer": "wait=30"})
            assert answer.status_code == 200, answer.text
            view: dict[str, Any] = answer.json()
            assert view["status"] == "completed", view["failure"]
            return view

        return self.inside(asked)

    def dana(self, act: Callable[[Person], Awaitable[T]]) -> T:
        """What comes of what a person does who helps customers."""
        return self.inside(lambda client: act(Person(client)))

    def __call__(self, *arguments: str, stdin: str | bytes = "", **env: str) -> Ended:
        """Run a command against it."""
        return callcenter(*arguments, stdin=stdin, CALLCENTER_URL=self.url, **env)


def callcenter(*arguments: str, stdin: str | bytes = "", **env: str) -> Ended:
    """Run a command in this process."""
    ended = CliRunner().invoke(app, arguments, input=stdin, env=env, prog_name="callcenter")
    if ended.exception and not isinstance(ended.exception, SystemExit):
        raise ended.exception
    return Ended(ended.exit_code, ended.stdout, ended.stderr)


def lines(ended: Ended) -> list[dict[str, Any]]:
    """What it printed, a line of JSON each."""
    return [json.loads(line) for line in ended.out.splitlines()]


@contextmanager
def both_open(businesses: Path) -> Iterator[tuple[Door, Door]]:
    """A demo that asks nobody who they are, and a house that does. What they log is not what a command prints."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()
    stack = AsyncExitStack()

    async def opened() -> tuple[Door, Door]:
        free = await stack.enter_async_context(_open(businesses, auth=False))
        return free, await stack.enter_async_context(_open(businesses, auth=True))

    with Path(os.devnull).open("w") as nowhere:
        structlog.configure(logger_factory=structlog.PrintLoggerFactory(nowhere))
        try:
            yield asyncio.run_coroutine_threadsafe(opened(), loop).result(300)
        finally:
            asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(60)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()
            structlog.reset_defaults()


@asynccontextmanager
async def _open(businesses: Path, *, auth: bool) -> AsyncIterator[Door]:
    book, people = MemoryBook(), MemoryAccess()
    runtime = Runtime(RuntimeSettings(auth=auth), MemoryStore(), MemoryTransport(), book, people=people)
    tickets = ticketing.build(book=book)
    settings = IntakeSettings(demo=not auth, turn_gap=0.01, businesses_dir=businesses)
    workers, door = intake.build(runtime, settings, (ticketing.router,))
    door.state.office = tickets.office
    others = [desk for desk in await asyncio.to_thread(desks) if desk.name != "ticketing"]
    async with runtime, served(door) as url:
        for worker in (*workers, *others, tickets):
            await runtime.add(worker)
        yield Door(url, runtime, asyncio.get_running_loop())
