"""Signing in, staying so, and being signed out; and what another site's page cannot do with somebody's browser."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import httpx2
import pytest

from callcenter.access.registry import TRIES, WINDOW, Access, Registry, Sessions, TooManyTries
from callcenter.errors import Unavailable
from callcenter.events import utc_now
from callcenter.storage.access import MemoryAccess, Session
from tests.unit.access.house import MINE, ORIGIN, PASSWORD, Door, bearer, open_door, somebody
from tests.unit.intake.house import problem

DANA = somebody("dana", "agent")


@pytest.fixture
async def fresh() -> AsyncIterator[Door]:
    """A door of one's own, with nobody but dana."""
    async with open_door(people=MemoryAccess([DANA])) as door:
        yield door


async def enter(door: Door, name: str = "dana", password: str = PASSWORD, **headers: str) -> httpx2.Response:
    return await door.client.post("/v1/session", json={"name": name, "password": password}, headers=headers or ORIGIN)


async def test_a_session_is_a_cookie_that_scripts_and_other_sites_do_not_get(fresh: Door) -> None:
    entered = await enter(fresh)
    assert entered.json() == {
        "auth": True,
        "name": "dana",
        "role": "agent",
        "may": ["read", "submit", "work"],
        "businesses": [MINE],
    }
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert PASSWORD not in entered.text
    seen = (await fresh.client.get("/v1/session")).json()
    assert (seen["name"], seen["auth"]) == ("dana", True)
    assert (await fresh.client.get("/v1/tickets")).status_code == 200


async def test_by_https_the_cookie_goes_no_other_way(fresh: Door) -> None:
    transport = httpx2.ASGITransport(fresh.app)
    async with httpx2.AsyncClient(transport=transport, base_url="https://house") as client:
        asked = {"name": "dana", "password": PASSWORD}
        entered = await client.post("/v1/session", json=asked, headers={"Origin": "https://house"})
    assert "Secure" in entered.headers["set-cookie"]


@pytest.mark.parametrize(("name", "password"), [("dana", "something else entirely"), ("nobody", PASSWORD), ("", "")])
async def test_a_wrong_name_and_a_wrong_password_sound_the_same(fresh: Door, name: str, password: str) -> None:
    told = problem(await enter(fresh, name, password), 401)
    assert told == problem(await enter(fresh, "dana", "wrong in another way"), 401)
    assert "set-cookie" not in (await enter(fresh, name, password)).headers


async def test_who_signs_out_is_signed_out_everywhere(fresh: Door) -> None:
    kept = {"Cookie": f"cc_session={(await enter(fresh)).cookies['cc_session']}"}
    assert (await fresh.client.delete("/v1/session", headers=ORIGIN)).status_code == 204
    assert fresh.client.cookies.get("cc_session") is None
    assert "not any more" in problem(await fresh.client.get("/v1/tickets", headers=kept), 401)


async def test_guessing_has_an_end_and_a_new_password_opens_again(fresh: Door) -> None:
    access, registry = fresh.runtime.access, Registry(fresh.runtime.people, utc_now)
    assert access
    assert (await enter(fresh, password="a guess that is wrong")).status_code == 401
    for _ in range(TRIES - 1):
        await fresh.runtime.people.attempt("dana", WINDOW)
    with pytest.raises(TooManyTries):
        await access.sign_in("dana", PASSWORD)
    refused = await enter(fresh)
    assert "Too many tries" in problem(refused, 429)
    assert int(refused.headers["retry-after"]) > 0
    await registry.set_password("dana", "another four good words")
    assert (await enter(fresh, password="another four good words")).status_code == 200


@pytest.mark.parametrize("how", ["password", "disabled"])
async def test_another_password_or_a_closed_account_ends_every_session(fresh: Door, how: str) -> None:
    await enter(fresh)
    registry = Registry(fresh.runtime.people, utc_now)
    if how == "password":
        await registry.set_password("dana", "another four good words")
    else:
        await registry.disable("dana")
    assert (await fresh.client.get("/v1/tickets")).status_code == 401
    assert (await enter(fresh)).status_code == 401
    if how == "disabled":
        await registry.disable("dana", disabled=False)
        assert (await enter(fresh)).status_code == 200


async def test_a_session_ends_some_time_even_if_it_is_used() -> None:
    time = [utc_now()]

    async def secret() -> bytes:
        return b"secret"

    def now() -> datetime:
        return time[0]

    access = Access(MemoryAccess([DANA]), secret, Sessions(idle=3600, longest=7200), now)
    session = await access.sign_in("dana", PASSWORD)
    for minutes in (0, 50, 60):
        time[0] += timedelta(minutes=minutes)
        assert await access.principal(session), minutes
    time[0] += timedelta(minutes=10)
    assert await access.principal(session) is None


async def test_a_session_that_is_not_used_ends_and_one_that_is_goes_on() -> None:
    clock = [0.0]

    async def secret() -> bytes:
        return b"secret"

    people = MemoryAccess([DANA], clock=lambda: clock[0])
    access = Access(people, secret, Sessions(idle=100, longest=3600), utc_now)
    session = await access.sign_in("dana", PASSWORD)
    for _ in range(3):
        clock[0] += 90
        assert await access.principal(session)
    clock[0] += 100
    assert await access.principal(session) is None


FOREIGN: list[dict[str, str]] = [
    {},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://house.evil.example"},
    {"Origin": "http://house", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
]


@pytest.mark.parametrize("sent", FOREIGN, ids=str)
async def test_a_page_of_another_site_changes_nothing_with_somebodys_cookie(door: Door, sent: dict[str, str]) -> None:
    cookie = {"Cookie": (await door.signed_in("agent"))["Cookie"]}
    address = f"/v1/tickets/{door.tickets[MINE]}"
    before = (await door.client.get(address, headers=cookie)).json()
    for method, path, body in (("PATCH", "", {"priority": "P1"}), ("POST", "/comments", {"text": "Hello"})):
        answer = await door.client.request(method, address + path, json=body, headers={**cookie, **sent})
        assert "another site" in problem(answer, 403)
    assert "another site" in problem(await door.client.delete("/v1/session", headers={**cookie, **sent}), 403)
    assert (await door.client.get(address, headers=cookie)).json() == before


@pytest.mark.parametrize(
    "sent", [ORIGIN, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://house", "Sec-Fetch-Site": "same-origin"}]
)
async def test_a_page_of_ours_does(door: Door, sent: dict[str, str]) -> None:
    cookie = {"Cookie": (await door.signed_in("agent"))["Cookie"]}
    note = {"text": "From our own page"}
    address = f"/v1/tickets/{door.tickets[MINE]}/comments"
    assert (await door.client.post(address, json=note, headers={**cookie, **sent})).status_code == 201


@pytest.mark.parametrize("sent", FOREIGN[1:], ids=str)
async def test_nobody_is_signed_in_by_another_sites_page(fresh: Door, sent: dict[str, str]) -> None:
    answer = await enter(fresh, **sent)
    assert "another site" in problem(answer, 403)


async def test_a_program_says_no_origin_and_needs_none(door: Door) -> None:
    key = await door.key("work", "read")
    answer = await door.client.patch(f"/v1/tickets/{door.tickets[MINE]}", json={"assignee": "lee"}, headers=key)
    assert (answer.status_code, answer.json()["assignee"]) == (200, "lee")


class Away(MemoryAccess):
    """A store that is away when it is asked for a session."""

    async def session(self, digest: str, idle: float) -> Session | None:
        raise Unavailable("Redis does not answer as it should")


async def test_where_the_store_is_away_nobody_is_let_in_and_it_is_told() -> None:
    async with open_door(people=Away([DANA])) as door:
        answer = await door.client.get("/v1/tickets", headers=bearer("cs_whatever"))
        assert "Redis does not answer" in problem(answer, 503)
        assert answer.headers["retry-after"]
        assert (await door.client.get("/livez")).status_code == 200


async def test_nothing_of_a_secret_is_kept(fresh: Door) -> None:
    await enter(fresh)
    kept = str(vars(fresh.runtime.people))
    assert PASSWORD not in kept
    assert fresh.client.cookies["cc_session"] not in kept
    assert replace(DANA, password="").name in kept


async def test_a_session_that_somebody_planted_opens_nothing_and_is_not_taken_over(fresh: Door) -> None:
    planted = {"Cookie": "cc_session=planted", **ORIGIN}
    assert (await fresh.client.get("/v1/session", headers=planted)).status_code == 401
    entered = await enter(fresh, **planted)
    assert entered.status_code == 200
    assert "planted" not in entered.headers["set-cookie"]
    fresh.client.cookies.clear()
    assert (await fresh.client.get("/v1/session", headers=planted)).status_code == 401
