"""Services of their own that start with other rules than before: the audit log tells it, once."""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from callcenter.in_force import WHAT
from callcenter.settings import PROJECT
from callcenter.storage.audit import Entry, RedisAudit
from tests.unit.test_cli import callcenter
from tests.waiting import listed, until


@asynccontextmanager
async def started(service: str, env: dict[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"services.{service}", cwd=PROJECT, env={**os.environ, **env, "HTTP_PORT": "0"}
    )
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def test_two_services_tell_of_each_change_once(
    redis_url: str, amqp_url: str, namespace: str, tmp_path: Path
) -> None:
    shutil.copytree(PROJECT / "businesses" / "retail", tmp_path / "retail")
    env = {"REDIS_URL": redis_url, "AMQP_URL": amqp_url, "NAMESPACE": namespace, "BUSINESSES_DIR": str(tmp_path)}
    audit = RedisAudit(redis_url, namespace)

    async def told(count: int) -> list[Entry]:
        entries = await listed(audit.entries())
        return entries if len(entries) >= count else []

    async with started("ticketing", env), started("summary", env):
        (first,) = await until(lambda: told(1))
    rules = tmp_path / "retail" / "policy.yaml"
    rules.write_text(f"# another\n{rules.read_text()}")
    async with started("ticketing", env), started("summary", env):
        first, second = await until(lambda: told(2))
    assert {entry.act.what for entry in (first, second)} == {WHAT}
    assert (first.act.about, second.act.facts["before"]) == ("retail", first.act.facts["digest"])
    shown = (await callcenter("audit", "list", **env)).out
    assert (WHAT in shown, second.act.facts["digest"][:6] in shown) == (True, True)
    assert len(await told(0)) == 2
    await audit.close()
