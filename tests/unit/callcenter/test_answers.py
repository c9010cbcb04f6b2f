"""What others answer is read up to a limit and never unpacked, by everything of ours that asks over HTTP."""

import asyncio
import gzip
import json
import time
from datetime import UTC, datetime

import httpx2
import pytest
from fastapi import FastAPI

from callcenter.errors import Unavailable
from callcenter.http import problems
from callcenter.language_model import ChatServer
from callcenter.language_model.server import Unusable
from callcenter.settings import LanguageModelSettings
from services.intake.forwarding import Forwarding
from services.policy.accounts.http import HttpAccounts, client
from services.policy.accounts.patience import Patience
from services.policy.accounts.shape import Shape
from services.ticketing.office.hooks import Answer, Hooks
from tests.foreign import SOME, Foreign, foreign
from tests.unit.intake.house import problem

PACKED = gzip.compress(json.dumps({"choices": [{"message": {"content": "x" * SOME}}]}).encode())
KEY = b"a key of thirty-two bytes, no less"
PATIENT = 30
"""Seconds; what is read without a limit is not done by then."""


async def told(there: Foreign) -> Answer:
    hooks = Hooks((there.url,), KEY, PATIENT)
    try:
        return await hooks.post(hooks.names[0], "RET-1/1", b"{}", datetime.now(UTC))
    finally:
        await hooks.close()


async def looked_up(there: Foreign) -> object:
    accounts = HttpAccounts(client(there.url, None), "retail", Shape(()), Patience("The CRM", PATIENT))
    try:
        return await accounts.find("email", "dana@example.com")
    finally:
        await accounts.close()


async def completed(there: Foreign, seconds: float = PATIENT) -> str:
    settings = LanguageModelSettings(llm_url=f"{there.url}/v1", llm_timeout=seconds)
    return await ChatServer(settings).complete([], 10)


async def passed_on(there: Foreign, address: str = "/v1/tickets", seconds: float = PATIENT) -> httpx2.Response:
    app, http = FastAPI(), httpx2.AsyncClient(timeout=None, trust_env=False)
    problems.install(app, "intake")
    door = Forwarding({"/v1/tickets": there.url}, http, 1000, seconds)
    door.install(app)
    try:
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as asking:
            return await asking.get(address)
    finally:
        await door.close()


async def test_a_receiver_is_heard_whatever_it_sends_along() -> None:
    async with foreign(b"no gzip at all", "Content-Encoding: gzip") as there:
        assert (await told(there)).arrived
    assert "accept-encoding: identity" in there.heads[0]
    async with foreign(b"x" * SOME, endless=True) as there:
        assert (await told(there)).arrived
    assert there.sent < 100 * SOME, "most of it was never taken"


@pytest.mark.parametrize("endless", [True, False], ids=["endless", "packed"])
async def test_an_account_that_is_endless_or_packed_is_none(*, endless: bool) -> None:
    body, headers = (b"[" * SOME, ()) if endless else (PACKED, ("Content-Encoding: gzip",))
    async with foreign(body, *headers, endless=endless) as there:
        with pytest.raises(Unavailable, match=r"cannot be reached \(Unreadable"):
            await looked_up(there)
    assert "accept-encoding: identity" in there.heads[0]
    assert there.sent < 500 * SOME


@pytest.mark.parametrize("endless", [True, False], ids=["endless", "packed"])
async def test_a_model_that_talks_without_end_or_packed_is_unusable(*, endless: bool) -> None:
    body, headers = (b"[" * SOME, ()) if endless else (PACKED, ("Content-Encoding: gzip",))
    async with foreign(body, *headers, endless=endless) as there:
        with pytest.raises(Unusable, match="the answer is"):
            await completed(there)
    assert there.sent < 500 * SOME


async def test_the_door_passes_on_no_endless_answer() -> None:
    async with foreign(b"x" * SOME, endless=True) as there:
        assert "is longer than" in problem(await passed_on(there), 502)


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(100):
        writer.write(b" ")
        await asyncio.sleep(0.1)
    writer.close()


async def test_an_answer_that_comes_in_drops_is_not_waited_for() -> None:
    """Each drop comes in time; all of them together do not."""
    listening = await asyncio.start_server(dripping, "127.0.0.1", 0)
    async with listening:
        there = Foreign(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
        began = time.monotonic()
        with pytest.raises(Unusable, match=r"did not answer within 0\.5 s"):
            await completed(there, 0.5)
        assert "is away (TimeoutError)" in problem(await passed_on(there, seconds=0.5), 503)
        assert time.monotonic() - began < 8
