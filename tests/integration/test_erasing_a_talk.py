"""A customer talks with the whole house until their refund is agreed, and is erased: nothing they said is left."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2

from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services.__main__ import build
from tests.erased import kept_in_memory, marks_in
from tests.unit.access.house import bearer
from tests.waiting import until

PASSWORD = "four words are plenty"
MARKS = ("quokka", "dana", "lopez", "94107", "1988-04-12", "april 12")
SAID = (
    "Hello, this is Dana Lopez. I want a refund for order 48213, my quokka does not care for it.",
    "It is dana.lopez@example.com, zip code 94107, born 1988-04-12.",
    "Yes, please do that.",
    "No, that was all. Bye!",
)


@asynccontextmanager
async def whole_house() -> AsyncIterator[tuple[Runtime, httpx2.AsyncClient]]:
    runtime = Runtime.embedded(RuntimeSettings(auth=True, admin_password=PASSWORD))
    workers, app = await asyncio.to_thread(build, runtime)
    async with runtime, httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://house") as client:
        for worker in workers:
            await runtime.add(worker)
        yield runtime, client


async def test_a_talk_is_gone_with_all_that_came_of_it() -> None:
    async with whole_house() as (runtime, client):
        assert runtime.access
        admin = bearer(str(await runtime.access.sign_in("admin", PASSWORD)))
        asked = {"mode": "live", "text": SAID[0], "business": "retail"}
        view = (await client.post("/v1/interactions", json=asked, headers={"Prefer": "wait=20", **admin})).json()
        address, customer = f"/v1/interactions/{view['id']}", bearer(view["token"])
        for text in SAID[1:]:
            said = await client.post(
                f"{address}/messages", json={"text": text}, headers={"Prefer": "wait=20", **customer}
            )
            assert said.status_code in (200, 202), said.text

        async def ended() -> bool:
            return (await client.get(address, headers=admin)).json()["status"] == "completed"

        await until(ended)
        record = (await client.get(address, headers=admin)).json()["record"]
        assert [one["action"]["name"] for one in record["policy"]["decisions"]] == ["refund"], record["transcript"]
        ticket = f"/v1/tickets/{record['ticket']['ticket_id']}"

        async def wrapped_up() -> bool:
            return (await client.get(ticket, headers=admin)).json()["wrap_up"] is not None

        await until(wrapped_up)
        assert marks_in(kept_in_memory(runtime), MARKS)
        whose = {"business": "retail", "customer": "C-1001"}
        told = (await client.post("/v1/privacy/export", json=whose, headers=admin)).json()
        assert {one["place"] for one in told["places"]} >= {"contacts", "tickets", "agreements"}
        refused = await client.post("/v1/privacy/erase", json=whose, headers=admin)
        assert (refused.status_code, record["ticket"]["ticket_id"] in refused.text) == (409, True)
        assert (await client.patch(ticket, json={"status": "resolved"}, headers=admin)).status_code == 200
        erased = await client.post("/v1/privacy/erase", json=whose, headers=admin)
        assert erased.status_code == 200, erased.text
        kept = {one["place"]: one["ids"] for one in erased.json()["kept"]}
        assert kept["agreements"] == [view["id"]]
        assert (await client.get(ticket, headers=admin)).json()["title"] == "[erased]"
        assert marks_in(kept_in_memory(runtime), MARKS) == []
        assert (await client.get(address, headers=admin)).status_code == 404
