"""What a store of counters promises, over memory and over Redis."""

import asyncio
from datetime import UTC, datetime, timedelta

from callcenter.storage.counters import Counters, MemoryCounters, Quota, RedisCounters, Tries
from tests.waiting import until

NOW = datetime.now(UTC).replace(microsecond=0)
HOUR = timedelta(hours=1)
ACCOUNT = Tries("account", 2, HOUR)
CLIENT = Tries("client", 3, HOUR)


async def tried(counters: Counters, mark: str, *tries: Tries, at: datetime = NOW, counts: bool = True) -> list[str]:
    return list(await counters.tried(tries or (ACCOUNT,), mark, at, counts=counts))


async def test_so_many_tries_count_and_then_it_is_full(counters: Counters) -> None:
    assert [await tried(counters, mark) for mark in "abcd"] == [[], [], ["account"], ["account"]]
    assert await tried(counters, "c", Tries("another", 2, HOUR)) == []


async def test_the_same_try_counts_once(counters: Counters) -> None:
    assert [await tried(counters, mark) for mark in "aaaab"] == [[]] * 5
    assert await tried(counters, "c") == ["account"]
    assert await tried(counters, "a") == await tried(counters, "b") == []


async def test_what_does_not_count_is_told_and_not_noted(counters: Counters) -> None:
    assert [await tried(counters, mark, counts=False) for mark in "abcd"] == [[]] * 4
    for mark in "ab":
        await tried(counters, mark)
    assert await tried(counters, "c", counts=False) == ["account"]


async def test_where_one_is_full_nothing_is_noted_in_any(counters: Counters) -> None:
    for mark in "ab":
        await tried(counters, mark)
    for mark in "cdefg":
        assert await tried(counters, mark, ACCOUNT, CLIENT) == ["account"]
    assert await tried(counters, "h", CLIENT) == []


async def test_all_that_are_full_are_named(counters: Counters) -> None:
    for mark in "abc":
        await tried(counters, mark, CLIENT)
    for mark in "de":
        await tried(counters, mark)
    assert await tried(counters, "f", ACCOUNT, CLIENT) == ["account", "client"]


async def test_a_try_counts_for_as_long_as_is_said(counters: Counters) -> None:
    await tried(counters, "a")
    await tried(counters, "b", at=NOW + HOUR / 2)
    second = timedelta(seconds=1)
    assert await tried(counters, "c", at=NOW + HOUR - second) == ["account"]
    assert await tried(counters, "c", at=NOW + HOUR) == []
    assert await tried(counters, "d", at=NOW + HOUR) == ["account"]


async def test_of_many_at_once_so_many_are_let_through(counters: Counters) -> None:
    answers = await asyncio.gather(*(tried(counters, str(n)) for n in range(50)))
    assert answers.count([]) == ACCOUNT.most


async def test_tokens_are_taken_until_none_is_left(counters: Counters) -> None:
    quota = Quota("talker", 3, 3600)
    taken = [await counters.take([quota]) for _ in range(5)]
    assert [yes for yes, _ in taken] == [True, True, True, False, False]
    assert [room.left for _, (room,) in taken] == [2, 1, 0, 0, 0]
    assert 1100 < taken[-1][1][0].seconds <= quota.pause
    assert (await counters.take([Quota("another", 3, 3600)]))[0]


async def test_a_token_is_taken_of_all_or_of_none(counters: Counters) -> None:
    few, many = Quota("few", 1, 3600), Quota("many", 3, 3600)
    assert (await counters.take([few, many]))[0]
    for _ in range(5):
        yes, (first, second) = await counters.take([few, many])
        assert (yes, first.left, second.left) == (False, 0, 2)
    assert (await counters.take([many]))[0]


async def test_tokens_come_back(counters: Counters) -> None:
    quota = Quota("talker", 10, 1)
    for _ in range(10):
        await counters.take([quota])

    async def again() -> bool:
        return (await counters.take([quota]))[0]

    await until(again)


async def test_of_many_that_take_at_once_so_many_get_one(counters: Counters) -> None:
    taken = await asyncio.gather(*(counters.take([Quota("talker", 7, 3600)]) for _ in range(50)))
    assert [yes for yes, _ in taken].count(True) == 7


async def test_memory_forgets_what_has_ended() -> None:
    clock = iter(range(0, 10**9, 100))
    counters = MemoryCounters(lambda: next(clock))
    for n in range(10_100):
        await counters.take([Quota(str(n), 1, 1)])
        await tried(counters, "a", Tries(str(n), 1, HOUR), at=NOW + n * HOUR)
    assert len(counters._full_at) < 10_100
    assert len(counters._tries) < 10_100


async def test_what_was_tried_outlives_the_process(redis_url: str, namespace: str) -> None:
    first, second = RedisCounters(redis_url, namespace), RedisCounters(redis_url, namespace)
    await tried(first, "a")
    await tried(first, "b")
    await first.close()
    assert await tried(second, "c") == ["account"]
    await second.close()
