"""What an audit log promises, over memory and over Redis."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callcenter.storage.audit import START, Act, Audit, Entry, MemoryAudit, RedisAudit, faults

NOW = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)


def act(name: str = "one", **more: object) -> Act:
    facts = {"status": ["open", "resolved"]}
    return replace(Act(name, NOW, "dana", "ticket.changed", "RET-1001", "retail", "127.0.0.1", facts), **more)


async def all_of(audit: Audit, after: int = 0) -> list[Entry]:
    return [entry async for entry in audit.entries(after)]


async def test_an_empty_log_is_one(audit: Audit) -> None:
    assert await all_of(audit) == await audit.newest(5) == []


async def test_what_was_done_is_there_in_its_order(audit: Audit) -> None:
    written = [await audit.append(act(name, facts={"to": name, "“é”": None})) for name in "abc"]
    assert await all_of(audit) == written
    assert await all_of(audit, after=2) == written[2:]
    assert await audit.newest(2) == written[:0:-1]
    assert [entry.number for entry in written] == [1, 2, 3]
    assert [entry.previous for entry in written] == [START, *(entry.digest for entry in written[:2])]
    assert not [*faults(written)]


async def test_an_act_that_is_told_again_is_written_once(audit: Audit) -> None:
    first = await audit.append(act())
    await audit.append(act("another"))
    assert await audit.append(act(who="somebody else")) == first
    assert len(await all_of(audit)) == 2


async def test_many_who_write_at_once_write_one_chain(
    audit: Audit, request: pytest.FixtureRequest, namespace: str
) -> None:
    # Another process has a view of its own of what is newest.
    other = audit
    if isinstance(audit, RedisAudit):
        other = RedisAudit(request.getfixturevalue("redis_url"), namespace)
    acts = [act(f"{number}") for number in range(40)]
    await asyncio.gather(*((audit, other)[number % 2].append(one) for number, one in enumerate(acts)))
    entries = await all_of(audit)
    assert {entry.act.id for entry in entries} == {one.id for one in acts}
    assert len(entries) == len(acts)
    assert not [*faults(entries)]
    if other is not audit:
        await other.close()


@given(st.data())
def test_whatever_is_done_to_a_log_is_seen(data: st.DataObject) -> None:
    entries: list[Entry] = []
    for number in range(data.draw(st.integers(2, 8), label="entries")):
        entries.append(Entry.sealed(act(f"{number}"), entries[-1] if entries else None))
    at = data.draw(st.integers(0, len(entries) - 2), label="where")  # the end of a log nobody can vouch for
    change = data.draw(st.sampled_from(["drop", "swap", "double", "reword", "reseal"]), label="what")
    one = entries[at]
    changed = {
        "drop": [*entries[:at], *entries[at + 1 :]],
        "swap": [*entries[:at], entries[at + 1], one, *entries[at + 2 :]],
        "double": [*entries[:at], one, *entries[at:]],
        "reword": [*entries[:at], replace(one, act=replace(one.act, who="nobody")), *entries[at + 1 :]],
        "reseal": [
            *entries[:at],
            Entry.sealed(replace(one.act, who="nobody"), entries[at - 1] if at else None),
            *entries[at + 1 :],
        ],
    }[change]
    assert not [*faults(entries)]
    assert [*faults(changed)]


@given(st.text(), st.dictionaries(st.text(), st.text() | st.integers(-(2**53), 2**53) | st.none()))
def test_what_is_written_is_read_as_it_was(name: str, facts: dict[str, str | int | None]) -> None:
    entry = Entry.sealed(act(name.encode("utf-8", "ignore").decode(), facts=_valid(facts)), None)
    assert Entry.read(entry.written()) == entry


def _valid(facts: dict[str, str | int | None]) -> dict[str, str | int | None]:
    """Without halves of characters, which no JSON holds."""
    return {_whole(name): _whole(value) if isinstance(value, str) else value for name, value in facts.items()}


def _whole(text: str) -> str:
    return text.encode("utf-8", "ignore").decode()


async def test_the_memory_of_one_process_is_not_that_of_another() -> None:
    await MemoryAudit().append(act())
    assert await all_of(MemoryAudit()) == []
