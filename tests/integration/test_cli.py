"""`callcenter` on a real RabbitMQ and a real Redis: dead letters are found, explained and replayed; the doctor sees."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from aiormq import spec
from redis.asyncio import Redis

from callcenter.errors import Permanent
from callcenter.events import CaseDecided, CaseStated, ConversationHeld, PolicyDecided, utc_now
from callcenter.messaging import Worker, handles
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Message
from callcenter.settings import RuntimeSettings
from callcenter.storage.audit import Act, RedisAudit
from services import intake
from services.intake.settings import IntakeSettings
from tests import strangers
from tests.brokers import RabbitMQ
from tests.unit.intake.house import REFUND, House, desks
from tests.unit.test_cli import Ended, callcenter, served
from tests.waiting import until


class MoodyPolicy(Worker, name="policy"):
    """A desk that can say how a case stands, and whose rules are broken until somebody mends them."""

    def __init__(self, desk: Any) -> None:
        self.desk, self.broken = desk, True

    @handles
    async def look(self, event: CaseStated) -> CaseDecided:
        """As the real desk does."""
        stands: CaseDecided = await self.desk.look(event)
        return stands

    @handles
    async def decide(self, event: ConversationHeld) -> PolicyDecided:
        """As the real desk does, once mended."""
        if self.broken:
            raise Permanent("policy.yaml, line 3: no such rule.")
        decided: PolicyDecided = await self.desk.decide(event)
        return decided


@pytest.fixture
def policy() -> MoodyPolicy:
    return MoodyPolicy(next(desk for desk in desks() if desk.name == "policy"))


@pytest.fixture
def env(amqp_url: str, redis_url: str, namespace: str) -> dict[str, str]:
    """The settings that lead a command to the servers of the test."""
    return {"AMQP_URL": amqp_url, "REDIS_URL": redis_url, "NAMESPACE": namespace}


@pytest.fixture
async def house(env: dict[str, str], policy: MoodyPolicy) -> AsyncIterator[House]:
    """All desks in this process on the real servers, with a policy desk that fails."""
    settings = RuntimeSettings(**{name.lower(): value for name, value in env.items()}, drain_timeout=2)
    runtime = Runtime.distributed(settings)
    workers, app = intake.build(runtime, IntakeSettings(demo=True))
    door = httpx2.ASGITransport(app)
    async with runtime, httpx2.AsyncClient(transport=door, base_url="http://house", timeout=60) as client:
        for worker in (*workers, *(desk for desk in desks() if desk.name != "policy"), policy):
            await runtime.add(worker)
        await until(lambda: runtime.transport.trouble() is None)
        yield House(runtime, app, client)


async def _letters(env: dict[str, str], *arguments: str) -> list[dict[str, Any]]:
    ended = await callcenter("dead-letters", "list", "--json", *arguments, **env)
    assert (ended.code, ended.err) == (0, "")
    letters: list[dict[str, Any]] = ended.json()
    return letters


async def test_a_dead_letter_is_found_explained_and_replayed(
    house: House, env: dict[str, str], policy: MoodyPolicy
) -> None:
    assert (await callcenter("dead-letters", "list", **env)).out == "There are no dead letters.\n"
    failed, other = await house.finished(REFUND), await house.finished({"text": "What are your store hours?"})
    assert failed["status"] == other["status"] == "failed"
    letters = await until(lambda: _some(env, 2))
    assert {letter["interaction_id"] for letter in letters} == {failed["id"], other["id"]}
    letter = next(letter for letter in letters if letter["interaction_id"] == failed["id"])
    assert (letter["service"], letter["event_type"]) == ("policy", "ConversationHeld")
    assert letter["error"] == "policy.yaml, line 3: no such rule."
    assert await _letters(env, "--service", "policy") == letters
    assert await _letters(env, "--service", "agent") == []
    assert letter["id"] in (await callcenter("dead-letters", "list", **env)).out

    shown = (await callcenter("dead-letters", "show", letter["id"], **env)).json()
    assert shown["event"]["contact"] == failed["record"]["contact"]
    assert (await callcenter("dead-letters", "show", "nope", **env)).code == 1

    policy.broken = False
    ended = await callcenter("dead-letters", "replay", letter["id"], **env)
    assert (ended.code, ended.err) == (0, "")
    assert f"policy {letter['id']}: resumed" in ended.out
    await until(lambda: _status(house, failed["id"], "completed"))
    assert [one["id"] for one in await _letters(env)] == [one["id"] for one in letters if one != letter]
    assert (await callcenter("dead-letters", "replay", letter["id"], **env)).code == 1

    assert (await callcenter("dead-letters", "replay", "--all", **env)).code == 0
    await until(lambda: _status(house, other["id"], "completed"))
    assert await _letters(env) == []
    acts = [json.loads(line)["act"] for line in (await callcenter("audit", "export", **env)).out.splitlines()]
    assert [act["facts"]["ids"] for act in acts if act["what"] == "dead_letters.replay"] == [
        [letter["id"]],
        [letter["id"]],
        ["all"],
    ]


async def test_who_changes_the_audit_log_is_found_out(env: dict[str, str], redis_url: str, namespace: str) -> None:
    assert "Nothing" in (await callcenter("audit", "list", **env)).out
    log = RedisAudit(redis_url, namespace)
    for number in (1, 2, 3):
        newest = await log.append(Act(f"{number}", utc_now(), f"dana{number}", "ticket.changed", f"RET-{number}"))
    await log.close()
    listed = (await callcenter("audit", "list", "--count", "2", **env)).out
    assert [name in listed for name in ("dana3", "dana2", "dana1")] == [True, True, False]
    told = (await callcenter("audit", "list", "--count", "2", "--json", **env)).json()
    assert [entry["act"]["who"] for entry in told] == ["dana3", "dana2"]
    assert newest.digest in (await callcenter("audit", "verify", **env)).out
    assert (await callcenter("audit", "verify", "--digest", newest.digest, **env)).code == 0

    redis = Redis.from_url(redis_url)
    line = await redis.lindex(f"{namespace}:audit", 1)
    await redis.lset(f"{namespace}:audit", 1, line.replace(b"dana2", b"nobody"))
    ended = await callcenter("audit", "verify", **env)
    assert (ended.code, "Entry 2 was changed" in ended.err) == (1, True)
    await redis.lset(f"{namespace}:audit", 1, b"{}")
    assert "no entry of an audit log" in (await callcenter("audit", "verify", **env)).err
    await redis.lset(f"{namespace}:audit", 1, line)
    await redis.rpop(f"{namespace}:audit")
    assert (await callcenter("audit", "verify", **env)).code == 0
    ended = await callcenter("audit", "verify", "--digest", newest.digest, **env)
    assert (ended.code, "cut off" in ended.err) == (1, True)
    await redis.aclose()


async def test_a_dead_letter_that_nobody_can_read_stays(house: House, env: dict[str, str]) -> None:
    await house.runtime.transport.send("ticketing", Message("Nonsense", b"\xff not json", "", "some-id"))
    (letter,) = await until(lambda: _some(env, 1))
    assert (letter["service"], letter["reason"]) == ("ticketing", "unknown-type")
    shown = await callcenter("dead-letters", "show", letter["id"], **env)
    assert "not json" in shown.json()["event"]
    ended = await callcenter("dead-letters", "replay", "--all", **env)
    assert ended.code == 1
    assert "kept" in ended.out
    assert len(await _letters(env)) == 1


async def test_a_dead_letter_whose_headers_cannot_be_read_is_shown_as_well(house: House, env: dict[str, str]) -> None:
    queue = f"{env['NAMESPACE']}.policy.dead"
    headers = {"headers": {strangers.MARK: "x"}}
    await strangers.publish(env["AMQP_URL"], queue, b"what they said", spec.Basic.Properties(**headers))
    (letter,) = await _letters(env)
    assert letter["service"] == "policy"
    shown = await callcenter("dead-letters", "show", letter["id"], **env)
    assert shown.json()["event"] == "what they said"
    ended = await callcenter("dead-letters", "replay", letter["id"], **env)
    assert (ended.code, ended.err) == (1, "")
    assert "kept" in ended.out
    assert "cannot be read" in ended.out


async def test_the_doctor_sees_the_servers(house: House, env: dict[str, str], policy: MoodyPolicy) -> None:
    policy.broken = False
    async with served(house.app) as url:
        checks = _states(await callcenter("doctor", "--json", "--try", "--url", url, **env))
        for name in ("broker", "dead letters", "store", "progress", "intake", "walk through"):
            assert checks[name]["state"] == "ok", checks[name]
        policy.broken = True
        await house.finished(REFUND)
        ended = await callcenter("doctor", "--json", "--try", "--url", url, **env)
    assert ended.code == 1
    checks = _states(ended)
    assert checks["dead letters"]["detail"] == "1 of policy"
    assert "replay" in checks["dead letters"]["fix"]
    assert "failed at policy" in checks["walk through"]["detail"]


async def test_the_doctor_tells_how_redis_could_lose_data(house: House, env: dict[str, str]) -> None:
    assert _states(await callcenter("doctor", "--json", **env))["durability"]["state"] == "ok"
    redis = house.runtime.store._redis  # type: ignore[attr-defined]
    try:
        await redis.config_set("appendfsync", "everysec")
        await redis.config_set("maxmemory-policy", "allkeys-lru")
        check = _states(await callcenter("doctor", "--json", **env))["durability"]
    finally:
        await redis.config_set("appendfsync", "always")
        await redis.config_set("maxmemory-policy", "noeviction")
    assert check["state"] == "failed"
    assert "appendfsync is 'everysec' and has to be 'always'." in check["detail"]
    assert "maxmemory-policy is 'allkeys-lru'" in check["detail"]


async def test_replaying_without_the_broker_is_exit_code_3(env: dict[str, str], broker: RabbitMQ) -> None:
    await asyncio.to_thread(broker.kill)
    for arguments in (("list",), ("show", "some-id"), ("replay", "--all")):
        ended = await callcenter("dead-letters", *arguments, **env)
        assert (ended.code, ended.out) == (3, "")
        assert "RabbitMQ" in ended.err


def _states(ended: Ended) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in ended.json()}


async def _some(env: dict[str, str], count: int) -> list[dict[str, Any]]:
    letters = await _letters(env)
    return letters if len(letters) == count else []


async def _status(house: House, interaction_id: str, status: str) -> bool:
    return bool((await house.client.get(f"/v1/interactions/{interaction_id}")).json()["status"] == status)
