"""Every address has a rule, and every rule is kept: walks over all addresses, as everybody who may come."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from callcenter.access.principal import ROLES, SCOPES, STRANGER, Principal
from callcenter.access.rules import RULES, rule_for
from callcenter.http.desk import desk_app
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake, ticketing
from services.intake.settings import IntakeSettings
from tests.unit.access.house import MINE, Door

FRONT = IntakeSettings(demo=True)
BY_PROVIDER = {"GET /v1/session/provider", "GET /v1/session/callback"}
"""For all, who are told alike that there is no provider in this house."""

FOR_ALL = {
    "POST /v1/session",
    *BY_PROVIDER,
    "GET /v1/about",
    "GET /livez",
    "GET /readyz",
    "GET /openapi.json",
    "GET /docs",
    "GET /",
    "GET /{page}",
    "GET /vendor/{folder}/{file}",
}
WITH_A_NAME = {"GET /v1/session", "DELETE /v1/session", "GET /v1/businesses"}
READING = {
    "GET /v1/interactions",
    "GET /v1/interactions/{interaction_id}",
    "GET /v1/interactions/{interaction_id}/events",
    "GET /v1/interactions/{interaction_id}/print",
    "GET /v1/interactions/{interaction_id}/mails",
    "GET /v1/tickets",
    "GET /v1/tickets/{ticket_id}",
    "GET /v1/tickets/{ticket_id}/events",
    "GET /v1/tickets/{ticket_id}/deliveries",
}
WORKING = {
    "PATCH /v1/tickets/{ticket_id}",
    "POST /v1/tickets/{ticket_id}/comments",
    "POST /v1/tickets/{ticket_id}/merge",
    "PATCH /v1/tickets/{ticket_id}/follow-ups/{number}",
}
SERVING = {
    "GET /v1/handoffs",
    "GET /v1/handoffs/teams",
    "GET /v1/handoffs/duty",
    "PUT /v1/handoffs/duty",
    "GET /v1/handoffs/{interaction_id}",
    "POST /v1/handoffs/{interaction_id}/accept",
    "POST /v1/handoffs/{interaction_id}/say",
    "POST /v1/handoffs/{interaction_id}/return",
    "POST /v1/handoffs/{interaction_id}/close",
}
TAKING_OVER = {"POST /v1/handoffs/{interaction_id}/take"}
SENDING = {"POST /v1/interactions"}
EXPORTING = {"GET /v1/interactions/export"}
SPEAKING = {"POST /v1/interactions/{interaction_id}/messages"}
OPERATING = {
    "POST /v1/tickets/{ticket_id}/redeliver",
    "GET /v1/webhooks",
    "GET /v1/webhooks/deliveries",
    "GET /metrics",
}
MANAGING = {
    "GET /v1/staff",
    "POST /v1/staff",
    "PATCH /v1/staff/{name}",
    "GET /v1/keys",
    "POST /v1/keys",
    "DELETE /v1/keys/{key_id}",
}
ASKING = {"POST /v1/policy/preview"}
PRIVACY = {"POST /v1/privacy/export", "POST /v1/privacy/erase"}
WORKING |= SERVING
ALL = FOR_ALL | WITH_A_NAME | READING | WORKING | SENDING | EXPORTING | SPEAKING | OPERATING | ASKING | MANAGING
ALL |= TAKING_OVER | PRIVACY

MAY: dict[str, set[str]] = {
    # staff of one business
    "agent": SENDING | READING | WORKING,
    "supervisor": SENDING | READING | WORKING | EXPORTING | TAKING_OVER,
    "operator": set(),
    "admin": SENDING | READING | WORKING | EXPORTING | SPEAKING | TAKING_OVER | PRIVACY,
    # staff of all businesses
    "oscar": OPERATING,
    "root": ALL,
    # programs, for one business
    "submit": SENDING,
    "converse": SPEAKING,
    "read": READING | EXPORTING,
    "work": WORKING,
    "ask": set(),
    "operate": set(),
}
CUSTOMERS = {
    "GET /v1/interactions/{interaction_id}",
    "GET /v1/interactions/{interaction_id}/events",
    "POST /v1/interactions/{interaction_id}/messages",
}


def addresses(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Method and template of all that an app answers; a mount is what lies below it."""
    for route in app.routes:
        included = getattr(route, "original_router", None)
        for one in included.routes if included else [route]:
            for method in (getattr(one, "methods", None) or {"GET"}) - {"HEAD"}:
                yield method, getattr(one, "path", "") or "/"


def apps() -> dict[str, FastAPI]:
    """The front door as it stands in one process, and before services of their own; and a service of its own."""
    runtime = Runtime.embedded(RuntimeSettings())
    beside = FRONT.model_copy(update={"ticketing_url": "http://ticketing", "policy_url": "http://policy"})
    return {
        "in one process": intake.build(runtime, FRONT, (ticketing.router,))[1],
        "before others": intake.build(runtime, beside)[1],
        "no demo": intake.build(runtime, IntakeSettings())[1],
        "ticketing": desk_app(runtime, "ticketing", ticketing.router),
    }


@pytest.mark.parametrize("name", ["in one process", "before others", "no demo", "ticketing"])
def test_every_address_has_a_rule(name: str) -> None:
    ruled = {(rule.method, rule.path) for rule in RULES}
    passed_on = ("/v1/tickets", "/v1/webhooks", "/v1/policy", "/v1/privacy")
    found = set(addresses(apps()[name]))
    lacking = {
        one
        for one in found - ruled
        # what is passed on as it comes is asked for by the rule of the address itself
        if not (one[1].startswith(passed_on) and one[1].removesuffix("/{rest:path}") in passed_on)
    }
    assert lacking == set()
    assert len(found) > 10


def test_no_two_rules_are_about_the_same() -> None:
    assert len({(rule.method, rule.path) for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule_for(rule.method, filled(rule.path)) is rule, f"{rule.path} is hidden by one before it"


@pytest.mark.parametrize(
    "path", ["/v1/tickets/RET-1/secrets", "/v1/tickets/", "/v1/other", "/v1", "/a/b", "/v1/tickets/a/b/c/d"]
)
def test_what_has_no_rule_is_refused(path: str) -> None:
    assert path == "/v1" or rule_for("GET", path) is None
    assert rule_for("DELETE", path) is None


def filled(path: str, interaction: str = "i-1", ticket: str = "RET-1") -> str:
    named = {"name": "agent", "key_id": "none"} | {
        "interaction_id": interaction,
        "ticket_id": ticket,
        "number": "1",
        "page": "console.js",
    }
    return path.format(**named, folder="swagger-ui", file="swagger-ui.css")


async def answer(door: Door, address: str, headers: dict[str, str]) -> int:
    method, _, path = address.partition(" ")
    path = filled(path, door.interactions[MINE], door.tickets[MINE])
    if path.endswith("/events") and "interactions" in path:
        # to its end a stream goes on; who has all of it already is told at once
        return await status_of_stream(door, path, headers)
    body: dict[str, Any] = {} if method in ("GET", "DELETE") else {"json": {}}
    return (await door.client.request(method, path, headers=headers, **body)).status_code


async def status_of_stream(door: Door, path: str, headers: dict[str, str]) -> int:
    door.runtime.draining.set()  # the stream ends at once
    try:
        return (await door.client.get(path, headers=headers)).status_code
    finally:
        door.runtime.draining.clear()


@pytest.mark.parametrize("who", MAY)
async def test_everybody_may_what_is_theirs_and_no_more(door: Door, who: str) -> None:
    by_session = who in ("agent", "supervisor", "operator", "admin", "oscar", "root")
    may = MAY[who] | FOR_ALL | WITH_A_NAME
    for address in sorted(ALL - {"DELETE /v1/session"}):  # that would end the walk
        headers = await door.signed_in(who) if by_session else await door.key(who)
        got = await answer(door, address, headers)
        if address in may and address != "POST /v1/session":
            nothing_there = 404 if "follow-ups" in address or "key_id" in address else None  # it has none
            assert got == nothing_there or got not in (401, 403, 404, 405, 500), f"{who} may not {address}: {got}"
        elif address not in may:
            assert got == 403, f"{who} may {address}: {got}"


async def test_a_stranger_sees_pages_and_nothing_else(door: Door) -> None:
    for address in sorted(ALL - {"POST /v1/session"}):
        got = await answer(door, address, {})
        ready = 503 if address == "GET /readyz" else 200  # nobody is at work in this house, and it says so for a while
        told = (409,) if address in BY_PROVIDER else (200, ready)
        assert got in (told if address in FOR_ALL else (401,)), f"{address}: {got}"


async def test_a_customer_may_go_on_with_their_conversation_alone(door: Door) -> None:
    headers = await door.customer(door.interactions[MINE])
    for address in sorted(ALL - FOR_ALL):
        got = await answer(door, address, headers)
        assert (got in (200, 422)) if address in CUSTOMERS else got == 403, f"{address}: {got}"


def test_the_walks_know_every_rule() -> None:
    assert {f"{rule.method} {rule.path}" for rule in RULES} == ALL
    assert set(MAY) >= set(ROLES) | set(SCOPES)


def test_nobody_may_anything_by_default() -> None:
    for who in (STRANGER, Principal("somebody")):
        for rule in RULES:
            assert rule.admits(who, filled(rule.path)) == (rule.needs in ("nothing", "a name"))
