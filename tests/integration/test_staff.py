"""`callcenter staff` and `callcenter keys` on a real Redis, and a house on the same Redis that lets them in."""

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from callcenter.http.desk import desk_app
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake, ticketing
from services.intake.settings import IntakeSettings
from tests.unit.access.house import PASSWORD, bearer
from tests.unit.test_cli import Ended, callcenter, served

NEXT = "another four good words"


@pytest.fixture
def env(redis_url: str, amqp_url: str, namespace: str) -> dict[str, str]:
    return {"REDIS_URL": redis_url, "AMQP_URL": amqp_url, "NAMESPACE": namespace}


@pytest.fixture
async def house(env: dict[str, str]) -> AsyncIterator[str]:
    """Address of an intake on these servers, which passes tickets on to a service of its own."""
    settings = RuntimeSettings(
        auth=True, redis_url=env["REDIS_URL"], amqp_url=env["AMQP_URL"], namespace=env["NAMESPACE"]
    )
    async with Runtime.distributed(settings) as runtime:
        desk = desk_app(runtime, "ticketing", ticketing.router, office=ticketing.build(book=runtime.book).office)
        async with served(desk) as behind:
            _, app = intake.build(runtime, IntakeSettings(demo=True, ticketing_url=behind))
            async with served(app) as address:
                yield address


async def test_who_was_added_gets_in_until_they_are_disabled(env: dict[str, str], house: str) -> None:
    async def staff(*arguments: str, password: str = PASSWORD) -> Ended:
        return await callcenter("staff", *arguments, stdin=f"{password}\n".encode(), **env)

    added = await staff("add", "dana", "--role", "agent", "--business", "retail", "--password-stdin")
    assert (added.code, added.err) == (0, "")
    assert "agent of retail" in added.out
    again = await staff("add", "dana", "--role", "admin", "--all-businesses", "--password-stdin")
    assert (again.code, "already" in again.err) == (1, True)
    assert re.search(r"dana +agent +retail", (await staff("list")).out)

    async with httpx2.AsyncClient(base_url=house, headers={"Origin": house}, timeout=30) as browser:
        asked = {"name": "dana", "password": PASSWORD}
        assert (await browser.post("/v1/session", json=asked)).json()["role"] == "agent"
        assert (await browser.get("/v1/tickets")).json() == {"items": [], "next": None}
        assert (await browser.get("/v1/interactions/export")).status_code == 403
        changed = await staff("password", "dana", "--password-stdin", password=NEXT)
        assert changed.code == 0, changed.err
        assert (await browser.get("/v1/tickets")).status_code == 401
        assert (await browser.post("/v1/session", json={**asked, "password": NEXT})).status_code == 200
        assert (await staff("disable", "dana")).code == 0
        assert (await browser.get("/v1/tickets")).status_code == 401
    assert re.search(r"dana .*disabled", (await staff("list")).out)
    dana = {"name": "dana", "role": "agent", "businesses": ["retail"], "disabled": True}
    assert (await staff("list", "--json")).json() == [dana]
    assert (await staff("remove", "dana")).code == 0
    assert "dana" not in (await staff("list")).out
    assert (await staff("remove", "dana")).code == 1


async def test_a_key_opens_what_its_scopes_say_until_it_is_revoked(env: dict[str, str], house: str) -> None:
    made = await callcenter(
        "keys", "add", "shop", "--scope", "submit", "--scope", "read", "--business", "retail", **env
    )
    secret = made.out.strip()
    assert (made.code, secret[:3]) == (0, "cc_")
    listed = (await callcenter("keys", "list", **env)).out
    (told,) = (await callcenter("keys", "list", "--json", **env)).json()
    assert (told["name"], told["scopes"], told["businesses"]) == ("shop", ["submit", "read"], ["retail"])
    assert set(told) == {"key_id", "name", "scopes", "businesses", "last_used"}
    assert secret not in listed
    assert "never" in listed
    key_id = re.findall(r"^([0-9a-f]{8}) ", listed, re.MULTILINE)[0]

    asking = {"CALLCENTER_URL": house, "CALLCENTER_KEY": secret, **env}
    sent = await callcenter("submit", "Where is my order?", "--json", **asking)
    assert sent.json()["record"]["request"]["business"] == "retail", sent.err
    refused = await callcenter("submit", "Where is my order?", "--url", house, **env)
    assert (refused.code, "CALLCENTER_KEY" in refused.err) == (1, True)
    async with httpx2.AsyncClient(base_url=house, headers=bearer(secret), timeout=30) as program:
        assert (await program.get("/v1/tickets")).status_code == 200
        assert (await program.get("/metrics")).status_code == 403
        assert "never" not in (await callcenter("keys", "list", **env)).out
        assert (await callcenter("keys", "revoke", key_id, **env)).code == 0
        assert (await program.get("/v1/tickets")).status_code == 401
    assert (await callcenter("keys", "revoke", key_id, **env)).code == 1


async def test_the_doctor_finds_an_admin_with_a_first_password(env: dict[str, str]) -> None:
    async def danger() -> tuple[str, str]:
        ended = await callcenter("doctor", "--json", "--url", "http://127.0.0.1:1", AUTH="on", **env)
        found = {check["name"]: check for check in ended.json()}["first passwords"]
        return found["state"], found["detail"]

    words = f"{PASSWORD}\n".encode()
    add = ("staff", "add", "root", "--role", "admin", "--all-businesses", "--password-stdin")
    assert (await callcenter(*add, stdin=words, **env)).code == 0
    state, detail = await danger()
    assert (state, "root is admin" in detail) == ("insecure", True)
    assert (await callcenter("staff", "password", "root", "--password-stdin", stdin=words, **env)).code == 0
    assert (await danger())[0] == "ok"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("staff", "add", "dana", "--role", "agent", "--password-stdin"), "--all-businesses"),
        (("staff", "add", "dana", "--role", "agent", "--business", "nobody", "--password-stdin"), "no business nobody"),
        (("staff", "add", "dana", "--role", "boss", "--business", "retail", "--password-stdin"), "is no role"),
        (("staff", "disable", "nobody"), "nobody named"),
        (("keys", "add", "shop", "--scope", "all", "--business", "retail"), "has scopes among"),
    ],
)
async def test_what_cannot_be_is_told_in_words(arguments: tuple[str, ...], told: str, env: dict[str, str]) -> None:
    ended = await callcenter(*arguments, stdin=f"{PASSWORD}\n".encode(), **env)
    assert ended.code in (1, 2)
    assert told in " ".join(ended.err.split())
