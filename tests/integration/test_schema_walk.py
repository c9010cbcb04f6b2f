"""A walk of every address by its own schema, as everybody who may come: no address answers what it does not describe,
none breaks, and nobody who is tied to a business is shown anything of another.
"""

from collections.abc import AsyncIterator
from functools import cache
from typing import Any

import httpx2
import orjson
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from callcenter.access.principal import ROLES, SCOPES
from callcenter.events import Contact, Request, utc_now
from callcenter.http.desk import desk_app
from services import ticketing
from tests.dossier import completed, decided, held, opened, requested
from tests.unit.access.house import MINE, OTHERS, Door, open_door, somebody

MARK = "quokka"
"""Stands in all that belongs to the other business, and nowhere else."""

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
APPS = ("intake", "ticketing")
TIED = (*ROLES, *(f"key {scope}" for scope in SCOPES), "customer")
EVERYBODY = ("nobody", *TIED, "root", "key of all")
FEW = {"POST /v1/session": 1}
"""Cases of an address that takes its time on purpose; of all others there are `CASES` that fit and that do not."""
CASES = 4
ENDS_THE_WALK = "DELETE /v1/session"


class Walk:
    """The house, in which the other business has left its mark wherever it can."""

    def __init__(self, door: Door, desk: httpx2.AsyncClient) -> None:
        self.door, self.clients = door, {"intake": door.client, "ticketing": desk}
        self.schemas: dict[str, Any] = {}

    async def plant(self) -> None:
        """Contacts, one of which a person is awaited in, a ticket with a comment, somebody on duty, and staff."""
        contact = Contact(number=77, customer_id=f"{MARK}-1", initiated_at=utc_now())
        first = requested(contact=contact, request=Request(business=OTHERS, text=f"my {MARK}", mode="live"))
        filed = opened(decided(held(first, MARK)), "BAN-77")
        filed = filed.model_copy(update={"ticket": filed.ticket.model_copy(update={"title": MARK, "subject": MARK})})
        await self.door.runtime.store.create(first)
        for event in (held(first, MARK), decided(held(first, MARK)), filed, completed(filed)):
            await self.door.runtime.store.advance(event)
        office = self.door.app.state.office
        await office.open(filed)
        await office.comment("BAN-77", f"about the {MARK}", MARK, public=False)
        await self.door.runtime.switchboard.note(first.interaction_id)
        await self.door.runtime.switchboard.note(self.door.interactions[OTHERS])
        await self.door.runtime.switchboard.sign_on(OTHERS, MARK, ["general"], 3600)
        await self.door.runtime.people.add_staff(somebody(MARK, "agent", (OTHERS,)))
        self.door.interactions[f"{OTHERS} ended"], self.door.tickets[f"{OTHERS} ended"] = first.interaction_id, "BAN-77"
        for name, client in self.clients.items():
            self.schemas[name] = (await client.get("/openapi.json")).json()

    async def headers(self, who: str) -> dict[str, str]:
        """What they send to say who they are."""
        if who == "nobody":
            return {}
        if who == "customer":
            return await self.door.customer(self.door.interactions[MINE])
        if who == "key of all":
            return await self.door.root_key(*SCOPES)
        if who.startswith("key "):
            return await self.door.key(who.removeprefix("key "))
        return await self.door.signed_in(who)

    def named(self, case: Case, turn: int) -> bool:
        """Name something that is there, in turn of either business; whether it is of the other one."""
        whose = (MINE, OTHERS, f"{OTHERS} ended")[turn % 3]
        for name, there in (("interaction_id", self.door.interactions), ("ticket_id", self.door.tickets)):
            if name in (case.path_parameters or {}):
                case.path_parameters[name] = there.get(whose, there[OTHERS])
                return whose != MINE
        return False


@pytest.fixture(scope="module")
async def walk() -> AsyncIterator[Walk]:
    async with open_door() as door:
        door.runtime.draining.set()  # event streams end at once
        desk = desk_app(door.runtime, "ticketing", ticketing.router, office=door.app.state.office)
        inside = httpx2.ASGITransport(desk, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=inside, base_url="http://house", timeout=30) as client:
            walk = Walk(door, client)
            await walk.plant()
            yield walk


def operations(schema: bytes) -> list[APIOperation[Any, Any, Any, Any]]:
    return [found.ok() for found in schemathesis.openapi.from_dict(orjson.loads(schema)).get_all_operations()]


@cache
def cases(schema: bytes) -> list[tuple[str, Case]]:
    """The same ones in every run, and for everybody."""
    found = []
    for operation in operations(schema):
        for mode in GenerationMode:
            most = FEW.get(operation.label, CASES)
            found += [(operation.label, case) for case in _made(operation, mode, most)]
    return found


def _made(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, most: int) -> list[Case]:
    made: list[Case] = []

    @settings(
        max_examples=most,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def collect(case: Case) -> None:
        made.append(case)

    try:
        collect()
    except Exception as nothing:  # there is nothing about it that could be wrong
        if "Unsatisfiable" not in type(nothing).__name__:
            raise
    return made


async def ask(client: httpx2.AsyncClient, case: Case, headers: dict[str, str]) -> httpx2.Response:
    asked = case.as_transport_kwargs(base_url="http://house")
    body = {"json": asked["json"]} if asked.get("json") is not None else {"content": asked.get("data")}
    said = {**dict(asked["headers"]), **headers}
    return await client.request(asked["method"], asked["url"], params=asked.get("params"), headers=said, **body)


@pytest.mark.parametrize("app", APPS)
@pytest.mark.parametrize("who", EVERYBODY)
async def test_every_answer_is_as_described_and_of_ones_own_business(walk: Walk, who: str, app: str) -> None:
    headers = await walk.headers(who)
    told = 0
    for turn, (address, case) in enumerate(cases(orjson.dumps(walk.schemas[app]))):
        if address == ENDS_THE_WALK:
            continue
        foreign = walk.named(case, turn)
        answer = await ask(walk.clients[app], case, headers)
        case.validate_response(answer, checks=CHECKS)
        told += answer.is_success
        if who in TIED or who == "nobody":
            assert MARK not in answer.text, f"{who} is shown another business by {address}"
            assert not (foreign and answer.is_success), f"{who} gets at another business by {address}"
    assert (told > 0) is (app == "intake" or who not in ("nobody", "customer", *_NO_TICKETS))


_NO_TICKETS = ("operator", "key submit", "key converse", "key ask", "key operate")


async def test_the_mark_can_be_seen_by_who_may_see_it(walk: Walk) -> None:
    root = await walk.headers("root")
    for address in (
        "/v1/interactions",
        "/v1/interactions/export",
        "/v1/tickets",
        "/v1/tickets/BAN-77/events",
        "/v1/staff",
    ):
        assert MARK in (await walk.door.client.get(address, headers=root)).text, address
    assert len({address for address, _ in cases(orjson.dumps(walk.schemas["intake"]))}) > 40
