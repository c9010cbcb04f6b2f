"""Who asks too often is told when to ask again, and nobody else is; what is left is told to all who are counted."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest

from callcenter.errors import Unavailable
from callcenter.storage.counters import MemoryCounters
from services.intake.settings import IntakeSettings
from tests.unit.intake.house import House, open_house, problem
from tests.waiting import until

FEW = IntakeSettings(requests_per_minute=6, contacts_per_minute=2, messages_per_minute=3, streams_per_client=2)
HERE, OUTSIDE, ANOTHER = "127.0.0.1", "203.0.113.9", "203.0.113.10"


@asynccontextmanager
async def client(house: House, address: str) -> AsyncIterator[httpx2.AsyncClient]:
    door = httpx2.ASGITransport(house.app, raise_app_exceptions=False, client=(address, 4711))
    async with httpx2.AsyncClient(transport=door, base_url="http://house") as made:
        yield made


@pytest.fixture
async def closed() -> AsyncIterator[House]:
    async with open_house(settings=FEW, working=False) as opened:
        yield opened


def fields(answer: httpx2.Response) -> tuple[str, str]:
    return answer.headers.get("RateLimit-Policy", ""), answer.headers.get("RateLimit", "")


async def test_what_is_left_is_told_with_every_answer(closed: House) -> None:
    async with client(closed, OUTSIDE) as outside:
        first, second = await outside.get("/v1/about"), await outside.post("/v1/interactions", json={})
    assert fields(first) == ('"requests";q=6;w=60', '"requests";r=5;t=10')
    policy, left = fields(second)
    assert policy == '"requests";q=6;w=60, "contacts";q=2;w=60'
    assert re.fullmatch(r'"requests";r=4;t=\d+, "contacts";r=1;t=30', left)


async def test_who_asks_too_often_is_told_when_to_ask_again(closed: House) -> None:
    async with client(closed, OUTSIDE) as outside, client(closed, ANOTHER) as another:
        answers = [await outside.get("/v1/about") for _ in range(8)]
        assert [one.status_code for one in answers] == [200] * 6 + [429] * 2
        detail = problem(answers[-1], 429)
        assert "6 requests in 60 seconds" in detail
        assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
        assert f"in {answers[-1].headers['Retry-After']} seconds" in detail
        assert fields(answers[-1])[1].startswith('"requests";r=0;t=')
        assert answers[-1].headers["Cache-Control"] == "no-store"
        assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
        assert (await another.get("/v1/about")).status_code == 200
        assert (await outside.get("/livez")).status_code == 200
        assert (await outside.get("/")).status_code == 200


async def test_a_conversation_takes_so_many_messages_whoever_sends_them(closed: House) -> None:
    async with client(closed, OUTSIDE) as outside, client(closed, ANOTHER) as another:
        views = [(await outside.post("/v1/interactions", json={})).json() for _ in range(2)]
        assert problem(await outside.post("/v1/interactions", json={}), 429)
        places = [view["links"]["messages"] for view in views]
        asked = [await one.post(places[0], json={"text": "hi"}) for one in (outside, another, outside, another)]
        assert [one.status_code for one in asked] == [202, 202, 202, 429]
        assert "3 messages in 60 seconds" in problem(asked[-1], 429)
        assert (await another.post(places[1], json={"text": "hi"})).status_code == 202


async def test_what_is_refused_takes_nothing(closed: House) -> None:
    async with client(closed, OUTSIDE) as outside:
        for _ in range(5):
            await outside.post("/v1/interactions", json={})
        policy, left = fields(await outside.get("/v1/about"))
    assert (policy, left.split(";t=")[0]) == ('"requests";q=6;w=60', '"requests";r=3')


async def test_a_client_follows_so_many_streams_at_once(closed: House) -> None:
    async with client(closed, OUTSIDE) as outside, client(closed, ANOTHER) as another:
        place = (await outside.post("/v1/interactions", json={})).json()["links"]["events"]
        followed = [asyncio.create_task(outside.get(place)) for _ in range(2)]

        async def full() -> bool:
            return (await asyncio.wait_for(outside.get(place), 0.2)).status_code == 429

        async def refused() -> bool:
            try:
                return await full()
            except TimeoutError:
                return False

        await until(refused)
        third = asyncio.create_task(another.get(place))
        closed.runtime.draining.set()
        assert [(await one).status_code for one in (*followed, third)] == [200] * 3


async def test_this_machine_is_not_counted_and_a_demo_counts_nobody(closed: House) -> None:
    assert [(await closed.client.get("/v1/about")).status_code for _ in range(9)] == [200] * 9
    async with open_house(working=False) as demo, client(demo, OUTSIDE) as outside:
        answer = await outside.get("/v1/about")
    assert (answer.status_code, fields(answer)) == (200, ("", ""))
    assert [one.most for one in IntakeSettings(demo=True, contacts_per_minute=5).rates] == [0, 5, 0]


class Away(MemoryCounters):
    """Counters that nobody can read."""

    async def take(self, quotas: Any) -> Any:
        raise Unavailable("Redis does not answer as it should: refused")


async def test_a_limit_that_cannot_be_checked_refuses_nobody() -> None:
    async with open_house(settings=FEW, working=False, counters=Away()) as house, client(house, OUTSIDE) as outside:
        answers = [await outside.get("/v1/about") for _ in range(9)]
    assert {(one.status_code, fields(one)) for one in answers} == {(200, ("", ""))}
