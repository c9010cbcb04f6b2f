"""Every desk killed at any point of contacts with three cases each: none lost, nothing done twice or without a yes.

FAULT_CONTACTS is how many there are at once, 12 by default.
"""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from callcenter.messaging.rabbitmq import RabbitTransport
from callcenter.messaging.serve import Runtime
from callcenter.settings import RuntimeSettings
from callcenter.storage.agreements import RedisAgreements
from tests.brokers import free_ports
from tests.conformance.test_actions import Fulfilment
from tests.faults.buyers import Buyer, customer_id_of
from tests.faults.clerks import summarizing, ticketers
from tests.faults.house import SERVICES, listening, served, through
from tests.faults.judge import judges
from tests.faults.talker import talker
from tests.faults.ward import Ward
from tests.waiting import until

CONTACTS = int(os.environ.get("FAULT_CONTACTS", "12"))
SEED = int(os.environ.get("FAULT_SEED", "20261130"))
BUYERS = CONTACTS // 2
"""Each has two contacts at once, and wants the same in both."""
APART = 0.05
"""Seconds between two who come: a contact takes far longer, so that all are there at once."""
SECONDS = 120 + 6 * CONTACTS
REFUSALS = (None, 0, 1, 2)
"""Which of the three read-backs somebody says no to."""
CHANCE = 0.01
"""Of dying before or after each call to the store, the broker and the agreements: a death in some twenty messages."""


@pytest.fixture
def settings(amqp_url: str, redis_url: str, namespace: str) -> RuntimeSettings:
    # A death counts as a delivery of all that a worker holds, so that each holds few.
    return RuntimeSettings(amqp_url=amqp_url, redis_url=redis_url, namespace=namespace, prefetch=2)


@pytest.fixture(params=["sample accounts", "the company's system"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Fulfilment | None]:
    if request.param == "sample accounts":
        yield None
        return
    server = Fulfilment(tmp_path, free_ports(1)[0])
    try:
        server.start()
        yield server
    finally:
        server.kill()


@pytest.fixture
def ward(settings: RuntimeSettings, system: Fulfilment | None) -> Iterator[Ward]:
    desks = {
        "agent": talker,
        "policy": judges(settings, CHANCE, system.url if system else None, BUYERS),
        "ticketing": ticketers(settings),
        "summary": summarizing,
    }
    ward = Ward(settings, random.Random(SEED), desks, chance=CHANCE)
    yield ward
    ward.close()


@pytest.mark.timeout(SECONDS + 180)
async def test_of_three_cases_in_each_contact_what_was_agreed_is_done_once(
    ward: Ward,
    runtime: Runtime,
    system: Fulfilment | None,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    transport = runtime.transport
    assert isinstance(transport, RabbitTransport)
    async with served(runtime) as door:
        await asyncio.to_thread(ward.open)
        await until(lambda: listening(transport), seconds=90)
        buyers = [Buyer(lambda: door, f"{n}", n // 2, REFUSALS[n % len(REFUSALS)]) for n in range(CONTACTS)]
        await through(
            ward,
            runtime,
            (buyer.buy(after=n * APART) for n, buyer in enumerate(buyers)),
            lambda: buyers,
            seconds=SECONDS,
        )
    done = [one for buyer in buyers for one in _sound(buyer)]
    told = sorted(one["carried_out"]["key"] for one in done if one["carried_out"])
    figures = (
        f"seed {SEED}, {'the system' if system else 'samples'}: {CONTACTS} contacts, {ward.deaths} deaths, "
        f"{sum(len(buyer.said) for buyer in buyers)} messages, {sum(len(buyer.agreed) for buyer in buyers)} yeses, "
        f"{len(done)} actions, {len(told)} of them by a machine"
    )
    record_testsuite_property("three cases", figures)
    print(figures)
    assert {order: times for order, times in Counter(map(_order, done)).items() if times > 1} == {}, figures
    assert {_order(one) for one in done} == {order for buyer in buyers for order in buyer.agreed}, figures
    assert (sorted(system.keys()) if system else await _changes(runtime)) == told, figures
    assert len({buyer.view["record"]["ticket"]["ticket_id"] for buyer in buyers}) == CONTACTS
    depths = await transport.depths(SERVICES)
    assert {service: dead for service, (_, dead) in depths.items()} == dict.fromkeys(SERVICES, 0), figures
    assert ward.deaths >= CONTACTS // 2, figures


def _sound(buyer: Buyer) -> Sequence[dict[str, Any]]:
    """What a contact has set in motion, each after a yes; no message of it is lost, and none answered twice."""
    record = buyer.view["record"]
    assert buyer.view["status"] == "completed", buyer.heard
    assert [turn["text"] for turn in record["transcript"] if turn["speaker"] == "customer"] == buyer.said
    speakers = "".join(turn["speaker"][0] for turn in record["transcript"])
    assert speakers == "a" + "ca" * len(buyer.said) + "a", speakers
    done = [one for one in record["policy"]["decisions"] if one["action"]]
    assert {_order(one) for one in done} <= set(buyer.agreed), f"{done}\n{buyer.said}"
    by_machine = {_order(one) for one in done if one["carried_out"] and one["carried_out"]["state"] == "done"}
    assert by_machine == {_order(one) for one in done} - {buyer.orders.here}, done
    return done


def _order(decision: dict[str, Any]) -> str:
    return str(decision["about"]["order_id"])


async def _changes(runtime: Runtime) -> list[str]:
    """The keys of all that was done to the accounts."""
    kept = RedisAgreements(runtime.settings.redis_url, runtime.settings.namespace)
    entries = [one for n in range(BUYERS) for one in await kept.of(f"changes retail:{customer_id_of(n)}")]
    await kept.close()
    return sorted(one.interaction_id for one in entries)
