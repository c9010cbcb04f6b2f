"""The checks of the doctor for what is insecure: a deployment is read here, and judged by the table of insecure.py."""

import asyncio
from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from callcenter.errors import CallCenterError
from callcenter.settings import DemoSettings, RuntimeSettings, Settings, secret_files
from callcenter.storage.access import Key, RedisAccess, Staff
from services.cli import insecure
from services.cli.checks import Check, skipped

PATIENCE = 5.0
"""Seconds to wait for the list of people and keys."""

KINDS = {
    "intake": "IntakeSettings",
    "agent": "AgentSettings",
    "policy": "PolicySettings",
    "ticketing": "TicketingSettings",
    "summary": "SummarySettings",
}


def look(*, embedded: bool) -> Iterator[Check]:
    """Every danger, as the services are set in this environment; who may come in is read where they keep it."""
    runtime = RuntimeSettings.read()
    known: tuple[Sequence[Staff], Sequence[Key]] = ((), ())
    if runtime.auth and not embedded:
        try:
            known = asyncio.run(_known(runtime))
        except (CallCenterError, TimeoutError):
            yield skipped("people and keys", "Redis does not tell them")
    others = dict(_others())
    yield from insecure.look(insecure.Deployment(runtime, DemoSettings.read().demo, others, secret_files(), *known))


def files() -> Iterator[Check]:
    """Files of secrets that others may read: with one of them no setting is read, so this comes before all."""
    for service in KINDS:
        _settings_of(service)
    found = insecure.look(insecure.Deployment(RuntimeSettings.model_construct(), files=secret_files()))
    yield from (check for check in found if check.state == "insecure")


def _others() -> Iterator[tuple[str, Any]]:
    """The settings of each service, as far as they are valid; a demo with real accounts is none, so policy is told."""
    for service in KINDS:
        decided = {"demo": False} if service == "policy" else {}
        try:
            yield service, _settings_of(service).read(**decided)
        except CallCenterError:
            continue  # told by the check of its business folders


def _settings_of(service: str) -> type[Settings]:
    """By name and only when called: the services take seconds to import, which no other command should wait for."""
    kind: type[Settings] = getattr(import_module(f"services.{service}.settings"), KINDS[service])
    return kind


async def _known(runtime: RuntimeSettings) -> tuple[Sequence[Staff], Sequence[Key]]:
    store = RedisAccess(runtime.record_store, runtime.namespace)
    try:
        async with asyncio.timeout(PATIENCE):
            return await store.all_staff(), await store.all_keys()
    finally:
        await store.close()
