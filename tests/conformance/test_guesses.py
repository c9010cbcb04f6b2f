"""Who guesses is stopped, over all contacts, and hears what everybody hears who cannot prove who they are."""

from datetime import timedelta
from typing import Any

import pytest

from callcenter.events import ConversationHeld, Decision, Dialogue, PolicyDecided, Verification, new_interaction_id
from callcenter.storage.counters import Counters, RedisCounters
from services.policy import build
from services.policy.guesses import WINDOW, Guesses
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.hands import by_people
from tests.unit.policy.conftest import DANA, MONDAY_NOON, RETAIL, TOM, held
from tests.unit.policy.test_showing import stated

PER_ACCOUNT, PER_CLIENT = 3, 5
RIGHT = {"email": DANA["email"], "postcode": DANA["postcode"]}
WRONG = RIGHT | {"postcode": "94108"}
UNKNOWN = WRONG | {"email": "nobody@example.com", "order_id": "99999"}


@pytest.fixture(scope="module")
def desks() -> Any:
    return by_people(build(PolicySettings(businesses_dir=RETAIL.parent)).desks)


def limited(desks: Any, counters: Counters) -> PolicyWorker:
    async def secret() -> bytes:
        return b"s" * 32

    return PolicyWorker(desks, guesses=Guesses(counters, secret, PER_ACCOUNT, PER_CLIENT))


@pytest.fixture
def worker(desks: Any, counters: Counters) -> PolicyWorker:
    return limited(desks, counters)


def contact(client: str | None = None, **said: str) -> ConversationHeld:
    """A contact of its own, to which there is nothing more to ask."""
    event = held("return_request", **{"order_id": "48213"} | said)
    whose = event.contact.model_copy(update={"client": client})
    return event.model_copy(
        update={"interaction_id": new_interaction_id(), "contact": whose, "dialogue": Dialogue(returned=1)}
    )


async def decided(worker: PolicyWorker, event: ConversationHeld) -> Decision:
    step = await worker.decide(event)
    assert isinstance(step, PolicyDecided)
    return step.policy.decisions[0]


def told(decision: Decision) -> dict[str, Any]:
    return decision.model_dump(exclude={"reason_internal", "checks", "escalation"})


async def guess(worker: PolicyWorker, times: int, client: str | None = None, **said: str) -> list[Decision]:
    return [await decided(worker, contact(client, **said)) for _ in range(times)]


async def test_after_so_many_wrong_tries_the_right_facts_prove_nothing(worker: PolicyWorker) -> None:
    wrong = await guess(worker, PER_ACCOUNT, **WRONG)
    assert not any(one.escalation for one in wrong)
    (right,) = await guess(worker, 1, **RIGHT)
    assert told(right) == told(wrong[0])
    assert (right.verdict, right.escalation) == ("deny", "identity_guessed")
    assert (await decided(worker, contact(email=TOM["email"], postcode=TOM["postcode"]))).escalation is None


async def test_until_then_the_owner_is_believed(worker: PolicyWorker) -> None:
    await guess(worker, PER_ACCOUNT - 1, **WRONG)
    assert [one.escalation for one in await guess(worker, 9, **RIGHT)] == [None] * 9
    await guess(worker, 1, **WRONG)
    assert (await decided(worker, contact(**RIGHT))).escalation


async def test_an_account_that_is_not_there_is_limited_like_one_that_is(worker: PolicyWorker) -> None:
    known, unknown = await guess(worker, 5, **WRONG), await guess(worker, 5, **UNKNOWN)
    assert [told(one) for one in known] == [told(one) for one in unknown]
    assert [one.escalation for one in known] == [one.escalation for one in unknown]
    assert [bool(one.escalation) for one in unknown] == [False] * PER_ACCOUNT + [True] * 2


async def test_a_client_is_stopped_over_accounts_that_it_tries(worker: PolicyWorker) -> None:
    for n in range(PER_CLIENT):
        assert not (await decided(worker, contact("a", **UNKNOWN | {"email": f"nobody{n}@example.com"}))).escalation
    assert (await decided(worker, contact("a", **RIGHT))).escalation == "identity_guessed"
    assert (await decided(worker, contact("b", **RIGHT))).escalation is None


async def test_one_try_counts_once_however_often_it_is_looked_at_and_delivered(worker: PolicyWorker) -> None:
    event = contact(**WRONG)
    for _ in range(5):
        await worker.look(stated(event))
        assert (await decided(worker, event)).escalation is None
    await guess(worker, PER_ACCOUNT - 1, **WRONG)
    assert (await decided(worker, event)).escalation is None, "it was one of those that were let through"
    assert (await decided(worker, contact(**WRONG))).escalation


async def test_a_second_try_in_a_contact_is_another(worker: PolicyWorker) -> None:
    event = contact(**WRONG)
    await decided(worker, event)
    later = [one.model_copy(update={"evidence": one.evidence.model_copy(update={"turn": 5})}) for one in event.entities]
    await decided(worker, event.model_copy(update={"entities": tuple(later)}))
    await guess(worker, PER_ACCOUNT - 2, **WRONG)
    assert (await decided(worker, contact(**RIGHT))).escalation


async def test_who_has_proved_it_is_not_thrown_out_by_a_stranger(worker: PolicyWorker) -> None:
    await guess(worker, PER_ACCOUNT, **WRONG)
    event = contact(**RIGHT)
    proved = {"customer_id": "C-1001", "verified": Verification(verified=True, method="email+postcode")}
    event = event.model_copy(update={"contact": event.contact.model_copy(update=proved)})
    assert (await decided(worker, event)).escalation is None


async def test_a_claimed_id_proves_nothing_to_who_has_guessed(worker: PolicyWorker) -> None:
    await guess(worker, PER_ACCOUNT, **WRONG)
    event = contact(**RIGHT)
    event = event.model_copy(update={"contact": event.contact.model_copy(update={"customer_id": "C-1001"})})
    assert (await decided(worker, event)).escalation


async def test_too_few_facts_are_no_try(worker: PolicyWorker) -> None:
    await guess(worker, 9, email=DANA["email"])
    assert (await decided(worker, contact(**RIGHT))).escalation is None


async def test_what_was_tried_a_day_ago_is_forgotten(worker: PolicyWorker) -> None:
    await guess(worker, PER_ACCOUNT, **WRONG)
    late = {"occurred_at": MONDAY_NOON + WINDOW - timedelta(seconds=1)}
    assert (await decided(worker, contact(**RIGHT).model_copy(update=late))).escalation
    next_day = {"occurred_at": MONDAY_NOON + WINDOW}
    assert (await decided(worker, contact(**RIGHT).model_copy(update=next_day))).escalation is None


async def test_tries_outlive_the_worker_and_nobody_finds_in_them_what_was_claimed(
    desks: Any, redis_url: str, namespace: str
) -> None:
    for _ in range(PER_ACCOUNT):
        counters = RedisCounters(redis_url, namespace)
        await guess(limited(desks, counters), 1, "a", **UNKNOWN)
        await counters.close()
    counters = RedisCounters(redis_url, namespace)
    assert (await decided(limited(desks, counters), contact(**UNKNOWN))).escalation
    keys = [key async for key in counters._redis.scan_iter(f"{namespace}:*")]
    assert len(keys) == 2
    assert not [key for key in keys if b"nobody" in key or b"@" in key]
    await counters.close()


def test_nobody_is_counted_in_a_demo_unless_that_is_asked_for() -> None:
    limit = "identity_tries_per_account"
    assert PolicySettings(demo=True).unless_demo(limit) == 0
    assert PolicySettings(demo=True, identity_tries_per_account=4).unless_demo(limit) == 4
    assert PolicySettings().unless_demo(limit) == 6
