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
from services import policy, summary, ticketing
from tests.faults.caller import Caller
from tests.faults.house import listening, served, through
from tests.faults.talker import talker
from tests.faults.ward import Ward
from tests.waiting import until

CONVERSATIONS = 100
SEED = int(os.environ.get("FAULT_SEED", "20261125"))
OURS = {"agent": talker}


@pytest.fixture
def ward(amqp_url: str, redis_url: str, namespace: str) -> Iterator[Ward]:
    # A death counts as a delivery of all that a worker holds, and twenty of them make a dead letter, as they should.
    # A delivery meets a death in less than one of five cases: five chances of 1 % of its own, as many of the message
    # beside it, and the strikes. So none of a thousand messages meets twenty in a row by mere chance.
    settings = RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)
    ward = Ward(settings, random.Random(SEED), OURS, chance=0.01)
    yield ward
    ward.close()


@pytest.fixture
async def door(runtime: Runtime) -> AsyncIterator[httpx2.AsyncClient]:
    """Intake and all desks but the agent, in this process, on the real servers."""
    for worker in (policy.build(), ticketing.build(), summary.build()):
        await runtime.add(worker)
    async with served(runtime) as client:
        yield client


@pytest.mark.timeout(400)
async def test_killed_in_the_middle_of_conversations(ward: Ward, runtime: Runtime, door: httpx2.AsyncClient) -> None:
    await asyncio.to_thread(ward.open)
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    await until(lambda: listening(transport), seconds=60)
    callers = [Caller(lambda: door, f"{number}") for number in range(CONVERSATIONS)]
    await through(ward, runtime, (caller.talk() for caller in callers), lambda: callers, seconds=360)
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
