"""Where cases are played: at an address, or in a whole system of their own in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple

import httpx2

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services.__main__ import build
from services.cli.client import bearer
from services.cli.settings import CliSettings
from tests.cases.record import Json

BUSY = 503
TRIES = 3
SECONDS = 90.0
"""How long an answer may take."""


class NotPlayed(Exception):
    """The case could not be played; the sentence says why."""


class Answer(NamedTuple):
    """What the API answered."""

    status: int
    body: Json

    @property
    def refused(self) -> str:
        """Why it did not do what was asked; empty where it did."""
        return f"HTTP {self.status}: {str(self.body.get('detail', self.body))[:200]}" if self.status >= 400 else ""


class Door:
    """The API as a client sees it."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self.client = client
        self._secrets: dict[str, str] = {}

    async def start(self, body: Json, wait: int) -> Json:
        """A new interaction, once it has ended or the customer has the word."""
        answer = await self._call("POST", "/v1/interactions", body, wait)
        if answer.refused or "id" not in answer.body:
            raise NotPlayed(answer.refused or f"no interaction in {answer.body}")
        return await self.settled(answer.body)

    async def say(self, state: Json, text: str) -> Answer:
        """The customer's next message; the answer has what came of it, or of the talk where it was refused."""
        secret = self._secrets.get(state["id"])
        answer = await self._call("POST", f"/v1/interactions/{state['id']}/messages", {"text": text}, 10, secret)
        view = answer.body if "id" in answer.body else await self.look(state)
        view = await self.look(view) if secret else view  # its customer is shown less
        return Answer(answer.status, {**await self.settled(view), "detail": answer.body.get("detail")})

    async def look(self, state: Json) -> Json:
        return (await self._call("GET", f"/v1/interactions/{state['id']}")).body

    async def settled(self, state: Json) -> Json:
        """Wait until the interaction has ended, or the customer has the word."""
        async with asyncio.timeout(SECONDS):
            while state.get("status") not in ("completed", "failed", "waiting"):
                await asyncio.sleep(0.02)
                state = await self.look(state)
        return state

    async def _call(
        self, method: str, path: str, body: Json | None = None, wait: int = 0, secret: str | None = None
    ) -> Answer:
        headers = {"Prefer": f"wait={wait}"} if wait else {}
        if secret:
            headers["Authorization"] = f"Bearer {secret}"
        for _ in range(TRIES):
            answer = await self.client.request(method, path, json=body, headers=headers)
            if answer.status_code != BUSY:
                break
            await asyncio.sleep(2)
        told: Json = answer.json() if answer.content else {}
        if told.get("token"):
            self._secrets[told["id"]] = told["token"]
        return Answer(answer.status_code, told)


Opening = Callable[[], AbstractAsyncContextManager[Door]]


@asynccontextmanager
async def at(url: str) -> AsyncIterator[Door]:
    """A running system."""
    headers = bearer(CliSettings.read().key)
    async with httpx2.AsyncClient(base_url=url, timeout=SECONDS, headers=headers) as client:
        yield Door(client)


@asynccontextmanager
async def embedded() -> AsyncIterator[Door]:
    """A new system as `make run` starts it, in which nobody has written before."""
    runtime = Runtime.embedded(RuntimeSettings(handler_timeout=SECONDS, work_limit=SECONDS))
    workers, app = await asyncio.to_thread(build, runtime)
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with runtime, httpx2.AsyncClient(transport=transport, base_url="http://cases", timeout=SECONDS) as client:
        for worker in workers:
            await runtime.add(worker)
        yield Door(client)
