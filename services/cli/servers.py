"""The checks of the doctor that ask a server: intake, the source of accounts, RabbitMQ, Redis."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import import_module

import httpx2

from callcenter.errors import CallCenterError
from callcenter.events import EVENTS
from callcenter.messaging.serve import Runtime
from callcenter.messaging.transport import Transport
from callcenter.storage.protocol import Store
from callcenter.storage.redis import RedisStore
from services.cli.checks import Check, failed, passed, skipped
from services.cli.client import Client
from services.cli.program import Failed
from services.cli.screen import DESKS

MAX_SKEW = 5.0
"""Seconds that two clocks may differ: waiting times are measured across machines."""

STUCK = 60.0
"""Seconds without a step after which an interaction is worth a word."""

PATIENCE = 5.0
"""Seconds to wait for the store."""

SAMPLE = "Where is my order?"


def intake(client: Client) -> list[Check]:
    """Whether the API answers, is ready, and has our time."""
    try:
        answer = client.readiness()
        answer_checks = answer.json()["checks"]
    except Failed as error:
        return [failed("intake", str(error), "Start it: `callcenter run`."), skipped("clock", "intake does not answer")]
    except (ValueError, KeyError, TypeError):
        fix = "Give the address of intake with --url or CALLCENTER_URL."
        return [failed("intake", f"another program answers at {client.url}", fix), skipped("clock", "no intake")]
    return [_ready(answer_checks, client.url), _clock(answer)]


def _ready(checks: Mapping[str, str], url: str) -> Check:
    troubles = [f"{name}: {state}" for name, state in checks.items() if state != "ok"]
    if troubles:
        return failed("intake", f"not ready, {'; '.join(troubles)}", "Start the server named here; intake reconnects.")
    return passed("intake", f"ready at {url}")


def _clock(answer: httpx2.Response) -> Check:
    date = answer.headers.get("date")
    if not date:
        return skipped("clock", "intake does not tell its time")
    skew = (datetime.now(UTC) - parsedate_to_datetime(date)).total_seconds()
    if abs(skew) <= MAX_SKEW:
        return passed("clock", f"within {MAX_SKEW:g} s of intake's")
    return failed("clock", f"{abs(skew):.0f} s off intake's", "Let both machines set their clocks by NTP.")


def demo(client: Client) -> Check:
    """Whether anybody may see and play the sample customers there."""
    try:
        there = client.about()["demo"]
    except (Failed, KeyError):
        return skipped("demo", "intake does not tell")
    if there:
        return passed("demo", "this is one: whoever comes sees and plays the sample customers; DEMO=off ends that")
    return passed("demo", "this is none: nobody is simulated, and no account is shown")


def auth(client: Client) -> Check:
    """Whether people have to say who they are there."""
    try:
        asks = client.about()["auth"]
    except (Failed, KeyError):
        return skipped("sign-in", "intake does not tell")
    if asks:
        return passed("sign-in", "needed: staff signs in, and programs have keys")
    return passed("sign-in", "none: whoever reaches this port reads and changes everything; AUTH=on asks who they are")


def walk(client: Client) -> Check:
    """Send a sample request through all five desks."""
    try:
        view = client.create({"text": SAMPLE}, wait=15)
    except Failed as error:
        return failed("walk through", str(error), "See the other checks.")
    if view["status"] == "completed":
        work = sum(timing["work_ms"] for timing in view["timings"])
        return passed("walk through", f"a sample request came through all five desks ({work:.0f} ms of work)")
    if view["status"] == "waiting":
        return passed("walk through", "the agent answers; for the other desks somebody has to answer it")
    if view["failure"]:
        return failed(
            "walk through", f"failed at {view['stage']}: {view['failure']['error']}", view["failure"]["advice"]
        )
    return failed("walk through", f"a sample request still lies at {view['stage']}", f"Is {view['stage']} running?")


async def accounts() -> Check:
    """Whether the source of accounts answers when it is asked for somebody that it does not know."""
    policy = import_module("services.policy")  # by name and only now: it takes seconds to import
    settings = policy.PolicySettings.read()
    desk = policy.build(settings)
    try:
        for business in desk.desks.values():
            await business.accounts.find("customer_id", "doctor")
    except CallCenterError as error:
        return failed("accounts", str(error), "If it is away, start it, or correct ACCOUNTS_URL. See docs/runbook.md.")
    finally:
        await desk.release()
    if settings.accounts_url:
        return passed("accounts", "the source at ACCOUNTS_URL answers")
    return passed("accounts", "come from accounts.yaml: ACCOUNTS_URL is not set here")


async def servers(runtime: Runtime) -> list[Check]:
    """RabbitMQ and Redis, with what lies in them."""
    return [*await _broker(runtime.transport), *await _store(runtime.store)]


async def _broker(transport: Transport) -> list[Check]:
    try:
        depths = await transport.depths(DESKS)
    except CallCenterError as error:
        fix = "Start RabbitMQ: `docker compose up -d rabbitmq`. Or correct AMQP_URL."
        return [failed("broker", str(error), fix), skipped("dead letters", "the broker is away")]
    waiting = ", ".join(f"{service} {count}" for service, (count, _) in depths.items())
    return [passed("broker", f"answers; waiting messages: {waiting}"), _dead(depths)]


def _dead(depths: Mapping[str, tuple[int, int]]) -> Check:
    dead = [f"{count} of {service}" for service, (_, count) in depths.items() if count]
    if dead:
        fix = "`callcenter dead-letters list` says why; mend the cause, then `callcenter dead-letters replay --all`."
        return failed("dead letters", ", ".join(dead), fix)
    return passed("dead letters", "none")


async def _store(store: Store) -> list[Check]:
    try:
        async with asyncio.timeout(PATIENCE):
            await store.ping()
            return [passed("store", "Redis answers and takes writes"), await _durable(store), await _stuck(store)]
    except (CallCenterError, TimeoutError) as error:
        detail = str(error) or f"Redis does not answer within {PATIENCE:g} s."
        fix = "Start Redis: `docker compose up -d redis`. Or correct REDIS_URL."
        return [failed("store", detail, fix), *(skipped(name, "Redis is away") for name in ("durability", "progress"))]


async def _durable(store: Store) -> Check:
    warnings = await store.durability_warnings() if isinstance(store, RedisStore) else []
    if warnings:
        return failed("durability", " ".join(warnings), "Set it in redis.conf, or on the command line of redis-server.")
    return passed("durability", "Redis keeps what it acknowledged")


async def _stuck(store: Store) -> Check:
    """Interactions that make no progress tell which service is not running, or not keeping up."""
    at: Counter[str] = Counter()
    async for interaction_id in store.idle(STUCK):
        newest = await store.newest(interaction_id)
        if newest and not EVENTS[newest.type].terminal:
            at[EVENTS[newest.type].stage] += 1
    if at:
        lying = ", ".join(f"{count} at {stage}" for stage, count in at.items())
        fix = f"See whether {' and '.join(at)} run, and what they log."
        return failed("progress", f"without a step for {STUCK:g} s: {lying}", fix)
    return passed("progress", "no interaction is stuck")
