"""A customer is erased on real servers: afterwards no key of Redis and no dead letter holds anything of theirs."""

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from callcenter.events import utc_now
from callcenter.http.desk import desk_app
from callcenter.messaging.serve import Runtime
from callcenter.rights import erase
from callcenter.rights.finding import SERVICES
from callcenter.settings import RuntimeSettings
from callcenter.storage.access import Staff
from callcenter.storage.audit import Act, faults
from services import intake, policy
from services.intake.settings import IntakeSettings
from tests.erased import ENDED, FOREIGN, MAIL, Planted, customer, in_redis, marks_in, rules
from tests.unit.access.house import PASSWORD, somebody
from tests.unit.test_cli import callcenter, served
from tests.waiting import listed


@pytest.fixture
def env(redis_url: str, amqp_url: str, namespace: str) -> dict[str, str]:
    return {"REDIS_URL": redis_url, "AMQP_URL": amqp_url, "NAMESPACE": namespace}


@pytest.fixture
async def runtime(env: dict[str, str]) -> AsyncIterator[Runtime]:
    found = {name.lower(): value for name, value in env.items()}
    async with Runtime.distributed(RuntimeSettings(auth=True, **found)) as runtime:
        yield runtime


async def traces(runtime: Runtime) -> list[str]:
    url, namespace = runtime.settings.redis_url, runtime.settings.namespace
    return marks_in(await listed(in_redis(url, namespace)))


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(states=st.lists(st.sampled_from((*ENDED, *FOREIGN)), min_size=1, max_size=4))
async def test_no_key_of_redis_holds_anything_of_a_customer_who_was_erased(runtime: Runtime, states: list[str]) -> None:
    planted = Planted(runtime, await runtime.store.next_number() * 100)
    for state in ("completed", "dead", *states):
        await planted.put(state)
    await planted.agree()
    assert await traces(runtime)
    await erase(runtime, await customer(), Act("act", utc_now(), "root", "privacy.erase"))
    assert await traces(runtime) == []
    assert {dead for _, dead in (await runtime.transport.depths(SERVICES)).values()} == {0}


async def test_the_command_tells_and_erases(runtime: Runtime, env: dict[str, str]) -> None:
    planted = Planted(runtime)
    first = await planted.put("completed")
    await planted.put("dead")
    busy = await planted.put("ticket open")
    told = await callcenter("privacy", "export", MAIL, "--business", "retail", **env)
    assert (told.code, told.json()["customer_id"], len(told.json()["contacts"])) == (0, "C-1001", 3), told.err
    refused = await callcenter("privacy", "erase", MAIL, "--business", "retail", **env)
    assert (refused.code, f"RET-{busy.contact.number} is open" in " ".join(refused.err.split())) == (1, True)
    await planted.office.update(f"RET-{busy.contact.number}", {"status": "resolved"}, "Riley")
    done = await callcenter("privacy", "erase", MAIL, "--business", "retail", **env)
    assert done.code == 0, done.err
    assert f"Erased, contacts: {first.interaction_id}" in done.out
    assert "Stays, tickets: RET-" in done.out
    assert await traces(runtime) == []
    again = await callcenter("privacy", "erase", "C-1001", "--business", "retail", **env)
    assert "Nothing was there to be erased." in again.out
    unknown = await callcenter("privacy", "erase", MAIL, "--business", "nobody", **env)
    assert (unknown.code, "no business 'nobody'" in " ".join(unknown.err.split())) == (2, True)
    noted = (await callcenter("audit", "list", **env)).out
    assert (noted.count("privacy.erase"), noted.count("privacy.export"), MAIL in noted) == (2, 1, False)


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """The front door, which passes on to a policy service of its own."""
    people: list[Staff] = [somebody(name, name) for name in ("supervisor", "operator", "admin")]
    for one in people:
        await runtime.people.add_staff(one)
    desk = desk_app(runtime, "policy", policy.privacy(rules(), runtime))
    async with served(desk) as behind:
        _, app = intake.build(runtime, IntakeSettings(policy_url=behind))
        async with served(app) as address, httpx2.AsyncClient(base_url=address, timeout=30) as client:
            yield client


async def test_an_admin_asks_for_it_over_http_and_nobody_else(runtime: Runtime, door: httpx2.AsyncClient) -> None:
    planted = Planted(runtime)
    await planted.put("completed")
    busy = await planted.put("talking")
    assert runtime.access

    async def ask(who: str, what: str, business: str = "retail") -> httpx2.Response:
        headers = {"Authorization": f"Bearer {await runtime.access.sign_in(who, PASSWORD)}"} if who else {}  # type: ignore[union-attr]
        body = {"business": business, "customer": MAIL}
        return await door.post(f"/v1/privacy/{what}", json=body, headers=headers)

    for what in ("export", "erase"):
        assert [(await ask(who, what)).status_code for who in ("", "supervisor", "operator")] == [401, 403, 403]
        assert (await ask("admin", what, "banking")).status_code == 422  # an admin of one business sees no other
    assert len((await ask("admin", "export")).json()["contacts"]) == 2
    refused = await ask("admin", "erase")
    assert (refused.status_code, busy.interaction_id in refused.json()["detail"]) == (409, True)
    await runtime.store.erase(busy.interaction_id)
    done = await ask("admin", "erase")
    assert (done.status_code, done.json()["customer_id"]) == (200, "C-1001")
    assert await traces(runtime) == []
    entries = await listed(runtime.audit.entries())
    assert [*faults(entries)] == []
    assert {entry.act.what for entry in entries} >= {"privacy.erase", "POST /v1/privacy/erase"}


async def test_two_who_erase_at_once_leave_nothing(runtime: Runtime) -> None:
    planted = Planted(runtime)
    for state in ENDED:
        await planted.put(state)
    whose, acts = await customer(), [Act(f"act-{n}", utc_now(), "root", "privacy.erase") for n in range(2)]
    await asyncio.gather(*(erase(runtime, whose, act) for act in acts))
    assert await traces(runtime) == []
