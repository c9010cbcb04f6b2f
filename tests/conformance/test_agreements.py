"""What a store of agreements promises, over memory and over Redis."""

import asyncio
from datetime import UTC, datetime, timedelta

from callcenter.storage.agreements import Agreements, Entry, MemoryAgreements, RedisAgreements
from tests.waiting import until

NOW = datetime.now(UTC).replace(microsecond=0)
DAY = timedelta(days=1)
DANA = "retail:C-1001"


def entry(key: str = "refund", of: str = "first", body: str = "{}", until: datetime = NOW + DAY) -> Entry:
    return Entry(key, of, until, body)


async def kept(agreements: Agreements, account: str = DANA) -> set[tuple[str, str, str]]:
    return {(one.key, one.interaction_id, one.body) for one in await agreements.of(account)}


async def test_what_is_claimed_is_there(agreements: Agreements) -> None:
    assert await agreements.claim(DANA, [entry(body='"“é”"')], NOW)
    assert await agreements.of(DANA) == [entry(body='"“é”"')]
    assert await agreements.of("retail:C-1002") == []
    assert await agreements.of("banking:C-1001") == []


async def test_nothing_is_claimed_as_well(agreements: Agreements) -> None:
    assert await agreements.claim(DANA, [], NOW)
    assert await agreements.of(DANA) == []


async def test_another_interaction_cannot_claim_the_same(agreements: Agreements) -> None:
    assert await agreements.claim(DANA, [entry()], NOW)
    assert not await agreements.claim(DANA, [entry(of="second")], NOW)
    assert await agreements.claim("retail:C-1002", [entry(of="second")], NOW)
    assert await kept(agreements) == {("refund", "first", "{}")}


async def test_all_or_none_is_claimed(agreements: Agreements) -> None:
    await agreements.claim(DANA, [entry()], NOW)
    assert not await agreements.claim(DANA, [entry("credit", "second"), entry(of="second")], NOW)
    assert await kept(agreements) == {("refund", "first", "{}")}


async def test_a_claim_repeated_changes_nothing(agreements: Agreements) -> None:
    await agreements.claim(DANA, [entry()], NOW)
    await agreements.settle(DANA, "first", [entry(body="settled")], NOW)
    assert await agreements.claim(DANA, [entry()], NOW)
    assert await kept(agreements) == {("refund", "first", "settled")}


async def test_what_has_ended_can_be_claimed_by_another(agreements: Agreements) -> None:
    await agreements.claim(DANA, [entry(), entry("credit", until=NOW + 3 * DAY)], NOW)
    later = NOW + DAY
    assert not await agreements.claim(DANA, [entry(of="second", until=later + DAY)], later - timedelta(seconds=1))
    assert await agreements.claim(DANA, [entry(of="second", until=later + DAY)], later)
    assert {("refund", "second", "{}"), ("credit", "first", "{}")} <= await kept(agreements)


async def test_what_was_settled_replaces_what_was_claimed(agreements: Agreements) -> None:
    await agreements.claim(DANA, [entry(), entry("credit")], NOW)
    await agreements.claim(DANA, [entry("label", "second")], NOW)
    for _ in range(2):
        await agreements.settle(DANA, "first", [entry("credit", body="done"), entry("label", body="not mine")], NOW)
        assert await kept(agreements) == {("credit", "first", "done"), ("label", "second", "{}")}
    await agreements.settle(DANA, "first", [], NOW)
    assert await kept(agreements) == {("label", "second", "{}")}


async def test_of_many_at_once_one_claims_it(agreements: Agreements) -> None:
    claims = [agreements.claim(DANA, [entry(of=str(n))], NOW) for n in range(50)]
    assert (await asyncio.gather(*claims)).count(True) == 1
    assert len(await agreements.of(DANA)) == 1


async def test_an_account_of_whom_all_has_ended_is_forgotten() -> None:
    agreements = MemoryAgreements()
    await agreements.claim(DANA, [entry()], NOW)
    await agreements.claim("retail:C-1002", [entry(until=NOW + 3 * DAY)], NOW + DAY)
    assert await agreements.of(DANA) == []


async def test_redis_forgets_an_account_by_itself(redis_url: str, namespace: str) -> None:
    agreements = RedisAgreements(redis_url, namespace)
    await agreements.claim(DANA, [entry(until=NOW + timedelta(seconds=0.2))], NOW)

    async def forgotten() -> bool:
        return not await agreements.of(DANA)

    await until(forgotten)
    await agreements.close()
