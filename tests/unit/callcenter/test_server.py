"""The HTTP server does not wait for ever, for anybody; and answers to its own names alone."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI, Request
from starlette.responses import JSONResponse, StreamingResponse

from callcenter.http import problems
from callcenter.http.bodies import limited
from callcenter.http.hosts import Hosts
from callcenter.http.server import MAX_HEAD, Config, Limits
from callcenter.messaging.serve import Runtime
from callcenter.messaging.serve import _Server as Served
from callcenter.settings import RuntimeSettings
from tests.unit.intake.house import problem
from tests.waiting import until

HALF = b"GET /quick HTTP/1.1\r\nHost: localhost\r\nX-More: "
WHOLE = b"GET /quick HTTP/1.1\r\nHost: localhost\r\n\r\n"


class _Server(uvicorn.Server):
    def install_signal_handlers(self) -> None: ...


async def dripping() -> AsyncIterator[bytes]:
    for _ in range(12):
        yield b"data: still here\n\n"
        await asyncio.sleep(0.1)


async def flooding(app: FastAPI) -> AsyncIterator[bytes]:
    app.state.flooding = True
    try:
        while True:
            yield b"x" * 65536
            await asyncio.sleep(0)
    finally:
        app.state.flooding = False


def app() -> FastAPI:
    app = FastAPI()
    problems.install(app, "test")

    @app.get("/quick")
    async def quick() -> JSONResponse:
        return JSONResponse("here")

    @app.post("/body")
    async def body(request: Request) -> JSONResponse:
        return JSONResponse(len(await limited(request, 1000, seconds=0.3)))

    @app.get("/drops")
    async def drops() -> StreamingResponse:
        return StreamingResponse(dripping(), media_type="text/event-stream")

    @app.get("/flood")
    async def flood() -> StreamingResponse:
        return StreamingResponse(flooding(app))

    return app


@dataclass
class Door:
    """A server with these limits, and sockets to it."""

    port: int
    app: FastAPI
    open: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def say(self, words: bytes) -> asyncio.StreamReader:
        """A connection of its own, over which this is said, and nothing more."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        self.open.callback(writer.close)
        writer.write(words)
        await writer.drain()
        return reader

    async def answer(self, path: str = "/quick") -> httpx2.Response:
        async with httpx2.AsyncClient(trust_env=False) as client:
            return await client.get(f"{self.url}{path}")


@asynccontextmanager
async def door(**limits: float) -> AsyncIterator[Door]:
    listener, inside = socket.create_server(("127.0.0.1", 0)), app()
    server = _Server(Config(inside, Limits(**limits), 1))  # type: ignore[arg-type]
    serving = asyncio.create_task(server.serve([listener]))
    there = Door(listener.getsockname()[1], inside)
    await until(lambda: server.started)
    try:
        async with there.open:
            yield there
    finally:
        server.should_exit = True
        await serving


async def whole(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    """Status and document of an answer after which the connection is closed."""
    head, _, body = (await asyncio.wait_for(reader.read(), 10)).partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


async def test_half_a_request_is_not_waited_for() -> None:
    async with door(head=0.3) as there:
        silent, half = await there.say(b""), await there.say(HALF)
        assert await asyncio.wait_for(silent.read(), 10) == b""
        status, document = await whole(half)
        assert (status, document["detail"]) == (408, "The headers did not arrive whole within 0.3 seconds.")
        assert (await there.answer()).json() == "here"


async def test_nor_one_that_comes_in_drops_also_behind_one_that_was_whole() -> None:
    async with door(head=0.4) as there:
        reader, writer = await asyncio.open_connection("127.0.0.1", there.port)
        writer.write(WHOLE)
        assert (await asyncio.wait_for(reader.readuntil(b'"here"'), 10)).startswith(b"HTTP/1.1 200")
        rest = asyncio.create_task(whole(reader))
        for drop in HALF * 3:
            if rest.done():
                break
            writer.write(bytes([drop]))
            await asyncio.sleep(0.05)
        assert rest.done(), "it dripped for seconds and was waited for"
        assert rest.result()[0] == 408
        writer.close()


async def test_headers_have_an_end() -> None:
    async with door() as there:
        status, document = await whole(await there.say(HALF + b"x" * (MAX_HEAD + 1)))
        assert (status, document["title"]) == (431, "Request Header Fields Too Large")


async def test_many_half_requests_keep_nobody_out() -> None:
    async with door(connections=8, head=30) as there:
        halves = [await there.say(HALF) for _ in range(24)]
        assert (await there.answer()).json() == "here"
        status, document = await whole(halves[0])
        assert (status, document["title"]) == (503, "Service Unavailable")
        assert [(await whole(half))[0] for half in halves[1:16]] == [503] * 15


async def test_where_all_are_being_answered_one_more_is_told_to_come_again() -> None:
    async with door(connections=3) as there:
        streams = [await there.say(b"GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n") for _ in range(3)]
        for stream in streams:
            await asyncio.wait_for(stream.readexactly(20), 10)
        assert "Too many connections" in problem(await there.answer(), 503)


async def test_a_stream_lives_longer_than_a_head_may_take() -> None:
    async with door(head=0.3, stall=0.3) as there:
        answer = await there.answer("/drops")
        assert answer.text.count("still here") == 12


async def test_who_takes_nothing_of_an_answer_is_left() -> None:
    async with door(stall=0.3) as there:
        await there.say(b"GET /flood HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await until(lambda: hasattr(there.app.state, "flooding"))
        await until(lambda: there.app.state.flooding is False, 10)


async def test_half_a_body_is_not_waited_for() -> None:
    async with door() as there:
        reader = await there.say(b"POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf of ")
        status, document = await whole(reader)
        assert (status, document["detail"].startswith("The body did not arrive whole within 0.3 seconds")) == (
            408,
            True,
        )


async def test_a_body_that_is_refused_is_still_answered() -> None:
    async with door() as there, httpx2.AsyncClient(trust_env=False) as client:
        assert "larger than 1000 bytes" in problem(await client.post(f"{there.url}/body", content=b"x" * 300_000), 413)
        assert (await client.post(f"{there.url}/body", content=b"x" * 900)).json() == 900


async def test_the_settings_say_how_much_is_too_much() -> None:
    settings = RuntimeSettings(http_timeout=0.3, http_connections=2, allowed_hosts="desk.example")
    listener = socket.create_server(("127.0.0.1", 0))
    server = Served(Runtime.embedded(settings), app())
    serving = asyncio.create_task(server.serve([listener]))
    there = Door(listener.getsockname()[1], app())
    await until(lambda: server.started)
    async with there.open, httpx2.AsyncClient(base_url=there.url, trust_env=False) as client:
        assert [(await client.get("/quick", headers={"Host": host})).status_code for host in NAMES] == [200, 421]
        halves = [await there.say(HALF) for _ in range(4)]
        assert [(await whole(half))[0] for half in halves] == [503, 503, 408, 408]
    server.should_exit = True
    await serving


NAMES = ("desk.example", "other.example")


def named(bound: str = "127.0.0.1", *allowed: str) -> Callable[[str], object]:
    async def ask(host: str) -> httpx2.Response:
        guarded = httpx2.ASGITransport(Hosts(app(), bound, allowed))
        async with httpx2.AsyncClient(transport=guarded, base_url="http://x") as client:
            return await client.get("/quick", headers={"Host": host})

    return ask


OWN = ["localhost", "localhost:8000", "LOCALHOST.", "127.0.0.1:8000", "[::1]:8000", "[::1]"]
INNER = ["ticketing:8000", "intake", "10.1.2.3:8000", "[fd00::1]:8000"]
FOREIGN = [
    "evil.example",
    "evil.example:8000",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "localhost@evil.example",
]


@pytest.mark.parametrize(
    ("bound", "allowed", "answered", "refused"),
    [
        ("127.0.0.1", (), OWN, [*INNER, *FOREIGN]),
        ("192.168.1.7", (), [*OWN, "192.168.1.7:8000"], [*INNER, *FOREIGN]),
        ("0.0.0.0", (), [*OWN, *INNER], FOREIGN),
        ("::", ("desk.example",), [*OWN, *INNER, "Desk.example:443"], [*FOREIGN, "other.desk.example"]),
        ("127.0.0.1", ("*",), [*OWN, *INNER, *FOREIGN], []),
    ],
)
async def test_a_server_answers_to_its_own_names(
    bound: str, allowed: tuple[str, ...], answered: list[str], refused: list[str]
) -> None:
    ask = named(bound, *allowed)
    assert {host: (await ask(host)).status_code for host in answered} == dict.fromkeys(answered, 200)
    for host in refused:
        assert "ALLOWED_HOSTS" in problem(await ask(host), 421)
