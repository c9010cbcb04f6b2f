"""What every ticket book promises (see callcenter/storage/book/protocol.py)."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callcenter.storage.book import Delivery, Leaf, RedisBook, TicketBook, TicketCard, TicketFilters

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def leaf(number: int = 1, rev: int = 1, event: bytes = b"", **facts: Any) -> Leaf:
    extra = {name: facts.pop(name) for name in ("alarm", "hooks", "done", "keep") if name in facts}
    card = TicketCard(
        ticket_id=f"RET-{number}",
        number=number,
        business="retail",
        title="Where is my order",
        type="question",
        status="open",
        priority="P3",
        queue="orders",
        sla="running",
        opened_at=NOW.isoformat(),
        updated_at=NOW.isoformat(),
        first_response_due=LATER.isoformat(),
        resolution_due=LATER.isoformat(),
        interaction_id=f"i-{number}",
    )
    told = event or f"event {number}/{rev}".encode()
    return Leaf(rev, replace(card, **facts), f"body {number}/{rev}".encode(), told, **extra)


async def test_a_ticket_is_its_newest_revision_and_all_that_happened(book: TicketBook) -> None:
    assert await book.read("RET-1") is None
    assert await book.events("RET-1") == []
    for rev in (1, 2, 3):
        assert await book.write(leaf(rev=rev))
    assert await book.read("RET-1") == b"body 1/3"
    assert await book.events("RET-1") == [b"event 1/1", b"event 1/2", b"event 1/3"]


async def test_a_revision_is_written_once(book: TicketBook) -> None:
    assert await book.write(leaf())
    assert not await book.write(leaf(event=b"another first"))
    assert not await book.write(leaf(rev=3))
    assert await book.events("RET-1") == [b"event 1/1"]


async def test_the_same_write_again_is_true_and_changes_nothing(book: TicketBook) -> None:
    assert await book.write(leaf(hooks=("a",)))
    assert await book.write(leaf(hooks=("a",)))
    assert await book.events("RET-1") == [b"event 1/1"]
    assert await book.waiting() == {"a": 1}


async def test_of_many_writers_of_a_revision_one_wins(book: TicketBook) -> None:
    await book.write(leaf())
    written = await asyncio.gather(*(book.write(leaf(rev=2, event=f"{n}".encode())) for n in range(30)))
    assert written.count(True) == 1
    assert await book.events("RET-1") == [b"event 1/1", f"{written.index(True)}".encode()]


async def test_the_list_is_newest_first_in_pages_that_do_not_overlap(book: TicketBook) -> None:
    for number in (1001, 1002, 1003, 1004, 1005):
        await book.write(leaf(number))
    first = await book.page(TicketFilters(), None, 2)
    assert [card.number for card in first.cards] == [1005, 1004]
    await book.write(leaf(1006))
    second = await book.page(TicketFilters(), first.cursor, 3)
    assert [card.number for card in second.cards] == [1003, 1002, 1001]
    rest = await book.page(TicketFilters(), second.cursor, 3) if second.cursor else None
    assert rest is None or not rest.cards


@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_tickets_of_one_contact_stand_one_below_the_other_on_whatever_page(book: TicketBook, limit: int) -> None:
    contacts = {
        f"RET-{number}{place}": number - at / 64 for number in (1, 2) for at, place in enumerate(("", "-2", "-3"))
    }
    for ticket_id, number in contacts.items():
        await book.write(
            replace(leaf(1), card=replace(leaf(1).card, ticket_id=ticket_id, number=number, customer_id="C"))
        )
    shown: list[str] = []
    cursor: float | None = None
    while len(shown) < 6:
        page = await book.page(TicketFilters(), cursor, limit)
        assert page.cards
        shown += [card.ticket_id for card in page.cards]
        cursor = page.cursor
    assert shown == ["RET-2", "RET-2-2", "RET-2-3", "RET-1", "RET-1-2", "RET-1-3"]
    assert [card.ticket_id for card in await book.of_customer("retail", "C", 9)] == shown


async def test_the_list_shows_and_filters_by_the_newest_card(book: TicketBook) -> None:
    await book.write(leaf(1, customer_id="C-1", assignee="dana"))
    await book.write(leaf(2, status="resolved"))
    await book.write(leaf(1, rev=2, status="pending", customer_id="C-1"))
    page = await book.page(TicketFilters(status="pending"), None, 10)
    assert list(page.cards) == [leaf(1, status="pending", customer_id="C-1").card]
    assert [c.number for c in (await book.page(TicketFilters(status="resolved"), None, 10)).cards] == [2]
    assert not (await book.page(TicketFilters(assignee="dana"), None, 10)).cards
    assert not (await book.page(TicketFilters(business="telecom"), None, 10)).cards


async def test_a_customers_tickets_are_their_own(book: TicketBook) -> None:
    for number in (1, 2, 3):
        await book.write(leaf(number, customer_id="C-1"))
    await book.write(leaf(4, customer_id="C-2"))
    await book.write(leaf(5, customer_id="C-1", business="telecom"))
    await book.write(leaf(6))
    assert [card.number for card in await book.of_customer("retail", "C-1", 2)] == [3, 2]
    assert await book.of_customer("retail", "C-9", 5) == []


async def test_the_clock_sees_what_is_due_longest_first(book: TicketBook) -> None:
    await book.write(leaf(1, alarm=LATER))
    await book.write(leaf(2, alarm=NOW))
    await book.write(leaf(3))
    assert await book.alarms(NOW, 10) == ["RET-2"]
    assert await book.alarms(LATER, 10) == ["RET-2", "RET-1"]
    assert await book.alarms(LATER, 1) == ["RET-2"]
    await book.postpone("RET-2", LATER + timedelta(days=1))
    await book.write(leaf(1, rev=2))
    assert await book.alarms(LATER, 10) == []


async def test_a_delivery_is_claimed_by_one_and_comes_back_when_its_lease_ends(book: TicketBook) -> None:
    await book.write(leaf(hooks=("a", "b")))
    assert await book.claim(NOW - timedelta(seconds=1), 30, 10) == []
    claimed = await asyncio.gather(*(book.claim(NOW, 30, 10) for _ in range(5)))
    assert sorted(d.line for some in claimed for d in some) == ["RET-1@a", "RET-1@b"]
    assert await book.claim(NOW + timedelta(seconds=29), 30, 10) == []
    again = await book.claim(NOW + timedelta(seconds=30), 30, 10)
    assert {(d.hook, d.rev, d.attempt) for d in again} == {("a", 1, 2), ("b", 1, 2)}


async def test_a_settled_delivery_is_over_and_a_postponed_one_comes_again(book: TicketBook) -> None:
    await book.write(leaf(hooks=("a", "b")))
    one, other = sorted(await book.claim(NOW, 30, 10), key=lambda delivery: delivery.hook)
    await book.settle(one, b"200")
    await book.settle(other, b"503", again=LATER)
    assert await book.waiting() == {"b": 1}
    assert await book.claim(LATER - timedelta(seconds=1), 30, 10) == []
    assert await book.claim(LATER, 30, 10) == [Delivery("RET-1", "b", 1, 2)]
    assert await book.deliveries("RET-1", 10) == [b"503", b"200"]
    assert await book.deliveries(None, 1) == [b"503"]
    assert await book.deliveries("RET-2", 10) == []


async def test_the_events_of_a_ticket_are_told_in_their_order(book: TicketBook) -> None:
    await book.write(leaf(hooks=("a",)))
    await book.write(leaf(rev=2, hooks=("a",)))
    (first,) = await book.claim(NOW, 30, 10)
    await book.settle(first, b"503", again=LATER)
    await book.write(leaf(rev=3, hooks=("a",)))
    assert await book.claim(NOW, 30, 10) == []
    told = []
    while due := await book.claim(LATER, 30, 10):
        told += [(delivery.rev, delivery.attempt) for delivery in due]
        await book.settle(due[0], b"200")
    assert told == [(1, 2), (2, 1), (3, 1)]
    assert await book.waiting() == {}
    await book.write(leaf(rev=4, hooks=("a",)))
    assert await book.claim(NOW, 30, 10) == [Delivery("RET-1", "a", 4, 1)]


async def test_an_attempt_that_lost_its_lease_only_logs(book: TicketBook) -> None:
    await book.write(leaf(hooks=("a",)))
    (slow,) = await book.claim(NOW, 1, 10)
    (second,) = await book.claim(LATER, 30, 10)
    await book.settle(slow, b"slow")
    assert await book.waiting() == {"a": 1}
    await book.settle(second, b"second")
    assert await book.waiting() == {}
    assert await book.deliveries(None, 5) == [b"second", b"slow"]


async def test_events_can_be_told_again_from_any_revision(book: TicketBook) -> None:
    for rev in (1, 2):
        await book.write(leaf(rev=rev))
    await book.tell("RET-1", 2, ["a", "b"], LATER)
    assert await book.waiting() == {"a": 1, "b": 1}
    assert {(d.hook, d.rev, d.attempt) for d in await book.claim(LATER, 30, 10)} == {("a", 2, 1), ("b", 2, 1)}


@pytest.mark.parametrize("done_then_reopened", [False, True])
async def test_a_finished_ticket_expires_and_leaves_every_list(
    redis_url: str, namespace: str, done_then_reopened: bool
) -> None:
    book = RedisBook(redis_url, namespace, retention_hours=1 / 3600)
    try:
        await book.write(leaf(1, done=True, customer_id="C-1"))
        if done_then_reopened:
            await book.write(leaf(1, rev=2, customer_id="C-1"))
        await asyncio.sleep(1.3)
        page = await book.page(TicketFilters(), None, 10)
        known = [1] if done_then_reopened else []
        assert [card.number for card in page.cards] == known
        assert [card.number for card in await book.of_customer("retail", "C-1", 5)] == known
        assert bool(await book.events("RET-1")) is done_then_reopened
    finally:
        await book.close()


async def test_what_is_of_no_ticket_is_told_in_its_order_and_once_and_is_in_no_list(book: TicketBook) -> None:
    for event in (b"asked", b"asked", b"in vain"):
        await book.notice("handoff:i-1", event, ("a", "b"), NOW)
    assert await book.events("handoff:i-1") == [b"asked", b"in vain"]
    assert await book.waiting() == {"a": 1, "b": 1}
    first = await book.claim(NOW, 60, 9)
    assert {(one.ticket_id, one.hook, one.rev) for one in first} == {("handoff:i-1", hook, 1) for hook in "ab"}
    for one in first:
        await book.settle(one, b"line")
    second = await book.claim(NOW, 60, 9)
    assert {(one.hook, one.rev) for one in second} == {("a", 2), ("b", 2)}
    for one in second:
        await book.settle(one, b"line")
    assert await book.waiting() == {}
    await book.notice("handoff:i-1", b"asked", ("a", "b"), LATER)
    assert await book.waiting() == {}
    assert await book.deliveries("handoff:i-1", 9) == [b"line"] * 4
    assert await book.read("handoff:i-1") is None
    assert not (await book.page(TicketFilters(), None, 9)).cards


async def test_a_notice_and_a_ticket_are_told_beside_each_other(book: TicketBook) -> None:
    await book.notice("handoff:i-1", b"asked", ("a",), NOW)
    await book.write(leaf(hooks=("a",)))
    claimed = await book.claim(LATER, 60, 9)
    assert {one.ticket_id for one in claimed} == {"handoff:i-1", "RET-1"}
    assert await book.waiting() == {"a": 2}


async def test_a_ticket_is_erased_whole_and_stays_where_it_was(book: TicketBook) -> None:
    for rev in (1, 2):
        assert await book.write(leaf(rev=rev, customer_id="C-1", subject="a lamp", alarm=LATER, hooks=("a",)))
    assert await book.write(leaf(2, customer_id="C-1"))
    (told,) = await book.claim(NOW, 5, 10)
    await book.settle(told, b"line 1")
    await book.settle(Delivery("RET-2", "a", 1, 1), b"line 2")
    card = (await book.of_customer("retail", "C-1", 10))[1]
    assert not await book.erase(card, 1, b"masked", [b"one", b"two"], "gone")
    assert not await book.erase(card, 2, b"masked", [b"one"], "gone")
    for _ in range(2):
        assert await book.erase(card, 2, b"masked", [b"one", b"two"], "gone")
        assert await book.read("RET-1") == b"masked"
        assert await book.events("RET-1") == [b"one", b"two"]
        assert await book.deliveries("RET-1", 10) == []
        assert await book.deliveries(None, 10) == [b"line 2"]
        assert [one.ticket_id for one in await book.of_customer("retail", "C-1", 10)] == ["RET-2"]
        shown = (await book.page(TicketFilters(), None, 10)).cards[1]
        assert (shown.title, shown.subject, shown.customer_id, shown.status) == ("gone", "gone", "", "open")
        assert await book.alarms(LATER, 10) == ["RET-1"]
        assert await book.waiting() == {"a": 1}
    assert await book.write(leaf(rev=3, customer_id="", title="gone"))


async def test_a_ticket_that_is_not_there_is_not_erased(book: TicketBook) -> None:
    card = leaf(customer_id="C-1").card
    assert not await book.erase(card, 1, b"masked", [b"one"], "gone")
    assert await book.read("RET-1") is None


async def test_a_closed_ticket_is_kept_as_long_as_its_business_says(book: TicketBook) -> None:
    assert await book.write(leaf(1, done=True, keep=0))
    assert await book.write(leaf(2, done=True, keep=3600))
    assert await book.read("RET-1") is None
    assert await book.read("RET-2")
