"""What a store of staff, keys and sessions promises, over memory and over Redis."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from callcenter.storage.access import AccessStore, Key, MemoryAccess, Session, Staff
from tests.waiting import until

NOW = datetime.now(UTC)
DANA = Staff("dana", "agent", ("retail", "banking"), "hash", "first")
LEE = Staff("lee", "admin", None, "", "first", subject="https://id.example 1")
SHOP = Key("k1", "shop", "digest", ("submit", "converse"), ("retail",), NOW)
SESSION = Session("dana", "first", NOW + timedelta(hours=1))


async def test_staff_is_added_once_and_changed(people: AccessStore) -> None:
    assert await people.staff("dana") is None
    assert await people.add_staff(LEE)
    assert await people.add_staff(DANA)
    assert not await people.add_staff(replace(DANA, role="admin"))
    assert await people.all_staff() == [DANA, LEE]
    assert await people.change_staff(replace(DANA, disabled=True, stamp="second"), "first")
    assert not await people.change_staff(replace(DANA, role="admin"), "first")
    assert not await people.change_staff(replace(DANA, name="nobody"), "first")
    assert await people.staff("nobody") is None
    assert await people.staff("dana") == replace(DANA, disabled=True, stamp="second")
    assert await people.staff("lee") == LEE
    assert await people.drop_staff("dana")
    assert not await people.drop_staff("dana")
    assert await people.all_staff() == [LEE]


async def test_a_key_is_known_by_its_digest_until_it_is_dropped(people: AccessStore) -> None:
    other = replace(SHOP, key_id="k2", digest="other", businesses=None, created_at=NOW + timedelta(seconds=1))
    await people.add_key(other)
    await people.add_key(SHOP)
    assert await people.all_keys() == [SHOP, other]
    await people.key_used("digest", NOW)
    assert await people.key("digest") == replace(SHOP, last_used=NOW)
    assert await people.all_keys() == [replace(SHOP, last_used=NOW), other]
    await people.drop_key("digest")
    assert await people.key("digest") is None
    assert await people.all_keys() == [other]
    await people.drop_key("digest")


async def test_a_session_lasts_until_it_is_closed(people: AccessStore) -> None:
    assert await people.session("secret", 60) is None
    await people.open_session("secret", SESSION, 60)
    assert await people.session("secret", 60) == SESSION
    assert await people.session("other", 60) is None
    await people.close_session("secret")
    assert await people.session("secret", 60) is None


async def test_a_session_that_nobody_asks_for_is_forgotten(people: AccessStore) -> None:
    await people.open_session("idle", SESSION, 0.2)

    async def forgotten() -> bool:
        return await people.session("idle", 0.001) is None

    await until(forgotten)


async def test_asking_for_a_session_keeps_it() -> None:
    clock = [0.0]
    people = MemoryAccess(clock=lambda: clock[0])
    await people.open_session("secret", SESSION, 60)
    for _ in range(3):
        clock[0] += 50
        assert await people.session("secret", 60) == SESSION
    clock[0] += 60
    assert await people.session("secret", 60) is None


async def test_what_was_set_aside_is_had_once(people: AccessStore) -> None:
    assert await people.take("ours") is None
    await people.set_aside("ours", b"kept", 60)
    await people.set_aside("theirs", b"other", 60)
    assert await people.take("ours") == b"kept"
    assert await people.take("ours") is None
    assert await people.take("theirs") == b"other"


async def test_what_nobody_takes_is_forgotten(people: AccessStore) -> None:
    await people.set_aside("gone", b"kept", 0.001)
    await people.set_aside("here", b"kept", 60)
    await asyncio.sleep(0.05)
    assert await people.take("gone") is None
    assert await people.take("here") == b"kept"


async def test_tries_are_counted_by_name_until_they_are_forgiven(people: AccessStore) -> None:
    assert [await people.attempt("dana", 60) for _ in range(3)] == [1, 2, 3]
    assert await people.attempt("lee", 60) == 1
    await people.forgive("dana")
    assert await people.attempt("dana", 60) == 1
    await people.attempt("soon", 0.05)

    async def begins_again() -> bool:
        return await people.attempt("soon", 0.05) == 1

    await until(begins_again, every=0.1)
