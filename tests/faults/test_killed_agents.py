"""Agents killed at any point of a hundred live conversations: no turn is lost, and none is answered twice."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Iterator

import httpx2
import pytest

from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from services import intake, policy, summary, ticketing
from services.intake.settings import IntakeSettings
from tests.faults.caller import Caller
from tests.faults.talker import talker
from tests.faults.ward import Ward
from tests.waiting import until

CONVERSATIONS = 100
SEED = int(os.environ.get("FAULT_SEED", "20261125"))
OURS = {"agent": talker}


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    # A death counts as a delivery of all that a worker holds, and six of them make a dead letter, as they should. So
    # that no message meets six by mere chance, each worker holds few, and dies a little less often than elsewhere.
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), OURS, chance=0.01)
    yield ward
    ward.close()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """Intake and all desks but the agent, in this process, on the real servers."""
    workers, app = intake.build(runtime, IntakeSettings(turn_gap=0.02, max_wait=60))
    transport = httpx2.ASGITransport(app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://house", timeout=120) as client:
        for worker in (*workers, policy.build(), ticketing.build(), summary.build()):
            await runtime.add(worker)
        yield client


@pytest.mark.timeout(400)
async def test_killed_in_the_middle_of_conversations(ward: Ward, runtime: Runtime, door: httpx2.AsyncClient) -> None:
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: _listening(transport), seconds=60)
    callers = [Caller(lambda: door, f"{number}") for number in range(CONVERSATIONS)]
    talking = asyncio.gather(*(caller.talk() for caller in callers))

    async def finished() -> bool:
        await asyncio.to_thread(ward.tend)
        ward.strike()
        return talking.done()

    await until(finished, seconds=360, every=0.2)
    await talking
    assert {caller.view["status"] for caller in callers} == {"completed"}
    assert ward.deaths >= 12, f"only {ward.deaths} deaths"
    for caller in callers:
        _sound(caller)
    decisions = [caller.view["record"]["policy"]["decisions"][0] for caller in callers]
    assert [decision["rule_id"] for decision in decisions if decision["action"]] == ["refund.window"]
    assert sum("under_way" in decision["facts"] for decision in decisions) == CONVERSATIONS - 1
    assert (await transport.depths(["agent"]))["agent"][1] == 0


def _sound(caller: Caller) -> None:
    """Every turn is there once, each is answered once, and the outcome is told at the end."""
    turns = caller.view["record"]["transcript"]
    assert [turn["text"] for turn in turns if turn["speaker"] == "customer"] == caller.said
    speakers = "".join(turn["speaker"][0] for turn in turns)
    assert speakers == "a" + "ca" * len(caller.said) + "a", speakers
    dialogue = caller.view["record"]["dialogue"]
    assert (dialogue["acts"][0]["kind"], dialogue["acts"][-1]["kind"]) == ("anything_else", "farewell")
    assert len(dialogue["settled"]) == 1


async def _listening(transport: RabbitTransport) -> bool:
    services = ("agent", "policy", "ticketing", "summary", "intake")
    return all([await transport.consumers(service) for service in services])
