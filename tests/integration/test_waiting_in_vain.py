"""A customer waits for a person and nobody comes: another company's system hears both, from the whole application."""

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx2
import pytest

from tests.brokers import free_ports
from tests.e2e.conftest import ROOT, environment, wait_until_ready
from tests.receiver import SECRET, Receiver
from tests.staff import businesses
from tests.waiting import until

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Receiver]:
    receiver = Receiver(tmp_path_factory.mktemp("receiver") / "heard.jsonl")
    receiver.start()
    yield receiver
    receiver.kill()


@pytest.fixture
def address(receiver: Receiver, tmp_path: Path) -> Iterator[str]:
    """All five services in a process of its own, open whatever the time of day, where nobody waits for long."""
    (port,) = free_ports(1)
    own = environment(
        HTTP_PORT=str(port),
        HTTP_HOST="127.0.0.1",
        DEMO="on",
        BUSINESSES_DIR=str(businesses(tmp_path)),
        HANDOFF_PATIENCE="3",
        WEBHOOK_URLS=receiver.url(),
        WEBHOOK_SECRET=SECRET,
    )
    url, log = f"http://127.0.0.1:{port}", tmp_path / "log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "services"]
        process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_ready(url, process, log, 240)
        yield url
    finally:
        process.kill()
        process.wait()


@pytest.fixture
async def house(address: str) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=address, timeout=60) as client:
        yield client


async def test_who_waits_in_vain_is_told_of_twice_and_then_has_a_ticket(
    house: httpx2.AsyncClient, receiver: Receiver
) -> None:
    await until(receiver.up)
    queues = [one["queue"] for one in (await house.get("/v1/handoffs/teams")).json() if one["business"] == "retail"]
    duty = {"by": "dana", "business": "retail", "queues": queues}
    (await house.put("/v1/handoffs/duty", json=duty)).raise_for_status()
    body = {"mode": "live", "business": "retail", "text": "Could somebody from your staff take over, please?"}
    opened = (await house.post("/v1/interactions", json=body)).raise_for_status().json()

    def heard() -> list[str]:
        return [line["type"] for line in receiver.heard()]

    await until(lambda: "ticket.opened" in heard(), 120)
    await until(lambda: "handoff.overdue" in heard(), 60)
    assert [kind for kind in heard() if kind.startswith("handoff")] == ["handoff.requested", "handoff.overdue"]
    told = [line["data"] for line in receiver.heard() if line["type"].startswith("handoff")]
    assert {one["interaction_id"] for one in told} == {opened["id"]}
    assert told[0]["since"] < told[0]["until"] <= told[1]["at"]
    assert not [one for one in told if "take over" in str(one)]
