"""What every store promises (see callcenter/storage/protocol.py)."""

import asyncio
import time

import pytest

from callcenter.errors import TooLarge
from callcenter.events import Failure, InteractionFailed, utc_now
from callcenter.storage.protocol import MAX_EVENT, Filters, IdempotencyKey, Result, Store
from callcenter.storage.redis import RedisStore
from tests.dossier import chain, completed, decided, held, opened, requested
from tests.waiting import listed


async def test_the_five_steps_of_an_interaction(store: Store) -> None:
    first, *rest = chain()
    await store.create(first)
    for event in rest:
        step = await store.advance(event)
        assert step.result is Result.NEW
        assert step.stored
        assert step.stored.body == event.encoded()
    newest = await store.newest(first.interaction_id)
    assert newest
    assert newest.event() == rest[-1]
    history = await store.history(first.interaction_id)
    assert [(entry.rev, entry.type) for entry in history] == [(e.rev, e.type) for e in [first, *rest]]


async def test_the_same_input_twice_gives_the_first_answer(store: Store) -> None:
    first = requested()
    await store.create(first)
    one, other = held(first, "one"), held(first, "other")
    await store.advance(one)
    step = await store.advance(other)
    assert step.result is Result.REPEAT
    assert step.stored
    assert step.stored.body == one.encoded()


async def test_another_cause_is_a_conflict_and_shows_the_newest(store: Store) -> None:
    first = requested()
    await store.create(first)
    await store.advance(held(first))
    stranger = held(first).model_copy(update={"causation_id": requested().event_id})
    step = await store.advance(stranger)
    assert step.result is Result.CONFLICT
    assert step.stored
    assert step.stored.type == "ConversationHeld"


async def test_a_chain_that_has_gone_on_is_stale(store: Store) -> None:
    first = requested()
    await store.create(first)
    second = held(first)
    await store.advance(second)
    await store.advance(decided(second))
    assert (await store.advance(held(first))).result is Result.STALE


async def test_an_event_ahead_of_its_record_is_early_and_stores_nothing(store: Store) -> None:
    events = chain()
    assert (await store.advance(events[1])).result is Result.EARLY
    assert await store.newest(events[0].interaction_id) is None
    await store.create(events[0])
    assert (await store.advance(events[2])).result is Result.EARLY
    newest = await store.newest(events[0].interaction_id)
    assert newest
    assert newest.type == "InteractionRequested"


async def test_of_many_writers_one_wins_and_all_hear_the_same(store: Store) -> None:
    first = requested()
    await store.create(first)
    steps = await asyncio.gather(*(store.advance(held(first, str(n))) for n in range(40)))
    assert [step.result for step in steps].count(Result.NEW) == 1
    assert len({step.stored.body for step in steps if step.stored}) == 1


async def test_recall_answers_as_advance_would_but_writes_nothing(store: Store) -> None:
    first = requested()
    assert (await store.recall(first)).result is Result.EARLY  # type: ignore[union-attr]
    await store.create(first)
    assert await store.recall(first) is None
    second = held(first)
    await store.advance(second)
    step = await store.recall(first)
    assert step
    assert step.result is Result.REPEAT
    assert step.stored
    assert step.stored.body == second.encoded()
    other = first.model_copy(update={"event_id": requested().event_id})
    assert (await store.recall(other)).result is Result.CONFLICT  # type: ignore[union-attr]
    await store.advance(decided(second))
    assert (await store.recall(first)).result is Result.STALE  # type: ignore[union-attr]


async def test_creating_twice_is_creating_once(store: Store) -> None:
    first = requested()
    await store.create(first)
    await store.advance(held(first))
    created = await store.create(first)
    assert created.interaction_id == first.interaction_id
    newest = await store.newest(first.interaction_id)
    assert newest
    assert newest.type == "ConversationHeld"


async def test_an_idempotency_key_names_one_interaction(store: Store) -> None:
    first, second = requested(), requested()
    key = IdempotencyKey("order-1", "abc")
    assert (await store.create(first, key)).replayed is False
    again = await store.create(second, key)
    assert (again.interaction_id, again.replayed, again.mismatch) == (first.interaction_id, True, False)
    other = await store.create(second, IdempotencyKey("order-1", "xyz"))
    assert other.mismatch is True
    assert await store.newest(second.interaction_id) is None


async def test_the_secret_is_made_once(store: Store) -> None:
    secrets = await asyncio.gather(*(store.secret() for _ in range(20)))
    assert {len(secret) for secret in secrets} == {32}
    assert len({*secrets, await store.secret()}) == 1


async def test_two_that_share_a_redis_share_the_secret(redis_url: str, namespace: str) -> None:
    one, two, other = RedisStore(redis_url, namespace), RedisStore(redis_url, namespace), RedisStore(redis_url, "else")
    assert await one.secret() == await two.secret() != await other.secret()
    for store in (one, two, other):
        await store.close()


async def test_a_race_for_one_key_makes_one_interaction(store: Store) -> None:
    key = IdempotencyKey("race", "abc")
    created = await asyncio.gather(*(store.create(requested(), key) for _ in range(50)))
    assert len({answer.interaction_id for answer in created}) == 1
    assert [answer.replayed for answer in created].count(False) == 1


async def test_numbers_rise_and_are_never_given_twice(store: Store) -> None:
    numbers = await asyncio.gather(*(store.next_number() for _ in range(30)))
    assert len(set(numbers)) == 30
    assert await store.next_number() > max(numbers)


async def test_the_list_is_newest_first_and_its_pages_do_not_overlap(store: Store) -> None:
    ids = []
    for number in range(7):
        event = requested(f"request {number}")
        await store.create(event)
        ids.append(event.interaction_id)
        await asyncio.sleep(0.002)  # ids sort by the millisecond
    first = await store.page(Filters(), None, 4)
    assert [card.id for card in first.cards] == ids[:2:-1]
    newcomer = requested("late")
    await store.create(newcomer)
    second = await store.page(Filters(), first.cursor, 4)
    assert [card.id for card in second.cards] == ids[2::-1]
    assert second.cursor is None


async def test_the_list_can_be_filtered_and_shows_what_is_known(store: Store) -> None:
    first, *rest = chain()
    await store.create(first)
    for event in rest:
        await store.advance(event)
    queued = requested("Just came in")
    await store.create(queued)
    done = (await store.page(Filters(status="completed"), None, 10)).cards
    assert [(card.id, card.verdict, card.ticket_id) for card in done] == [(first.interaction_id, "allow", "RET-1001")]
    (waiting,) = (await store.page(Filters(status="queued", business="retail"), None, 10)).cards
    assert (waiting.id, waiting.stage, waiting.text, waiting.verdict) == (
        queued.interaction_id,
        "agent",
        "Just came in",
        None,
    )
    assert not (await store.page(Filters(verdict="deny"), None, 10)).cards


async def test_a_failure_keeps_the_card_and_resumes(store: Store) -> None:
    first = requested()
    await store.create(first)
    second = held(first)
    await store.advance(second)
    failure = Failure(service="policy", reason="permanent", error="x", attempts=1, input_type="ConversationHeld")
    failed = second.then(InteractionFailed, failure=failure).sealed(utc_now())
    assert (await store.advance(failed)).result is Result.NEW
    (card,) = (await store.page(Filters(status="failed"), None, 10)).cards
    assert (card.stage, card.business) == ("policy", "retail")
    resumed = failed.resumed().sealed(utc_now())
    assert (await store.advance(resumed)).result is Result.NEW
    assert (await store.advance(failed.resumed().sealed(utc_now()))).result is Result.REPEAT
    assert isinstance(resumed, type(second))
    assert resumed.transcript == second.transcript
    assert (await store.advance(decided(resumed))).result is Result.NEW


async def test_a_lost_record_can_be_restored_from_any_event_but_never_set_back(store: Store) -> None:
    events = chain()
    assert await store.restore(events[2]) is True
    assert (await store.advance(events[3])).result is Result.NEW
    assert await store.restore(events[2]) is False
    newest = await store.newest(events[0].interaction_id)
    assert newest
    assert newest.type == "TicketOpened"


async def test_pending_until_published_and_watched_until_finished(store: Store) -> None:
    first = requested()
    await store.create(first)
    assert first.interaction_id in await listed(store.pending(0))
    assert first.interaction_id not in await listed(store.pending(60))
    await store.published(first.interaction_id, first.rev)
    assert await listed(store.pending(0)) == []
    assert await listed(store.idle(0)) == [first.interaction_id]
    await store.finish(first.interaction_id)
    assert await listed(store.idle(0)) == []
    assert await store.newest(first.interaction_id)


async def test_a_step_counts_as_progress(store: Store) -> None:
    first = requested()
    await store.create(first)
    await asyncio.sleep(0.3)
    assert await listed(store.idle(0.25)) == [first.interaction_id]
    await store.advance(held(first))
    assert await listed(store.idle(0.25)) == []


async def test_what_could_not_be_sent_is_not_stored(store: Store) -> None:
    large = requested("blah" * (MAX_EVENT // 4))
    for write in (store.create(large), store.create(large, IdempotencyKey("large", "abc")), store.restore(large)):
        with pytest.raises(TooLarge):
            await write
    assert await store.newest(large.interaction_id) is None
    assert (await store.create(requested(), IdempotencyKey("large", "abc"))).replayed is False
    first = requested()
    await store.create(first)
    with pytest.raises(TooLarge):
        await store.advance(held(first, "blah" * (MAX_EVENT // 4)), pending=True)
    newest = await store.newest(first.interaction_id)
    assert newest
    assert newest.body == first.encoded()
    assert len(await store.history(first.interaction_id)) == 1


async def test_all_that_wait_are_told_of_however_many_stay(store: Store) -> None:
    """What cannot be helped, and stays, does not hide what waits behind it."""
    events = [requested(f"request {number}") for number in range(450)]
    await asyncio.gather(*(store.create(event) for event in events))
    ids = {event.interaction_id for event in events}
    pending, idle = await listed(store.pending(0)), await listed(store.idle(0))
    assert (len(pending), set(pending)) == (450, ids)
    assert (len(idle), set(idle)) == (450, ids)
    first_half = pending[:300]
    async for interaction_id in store.pending(0):  # and those that go while it is read make none be told of twice
        if interaction_id in first_half[::2]:
            await store.published(interaction_id, 1)
    assert set(await listed(store.pending(0))) == ids - set(first_half[::2])


@pytest.mark.parametrize("ahead", [-2400, 2400])
async def test_how_long_ago_is_told_by_the_clock_of_the_store(
    store: Store, monkeypatch: pytest.MonkeyPatch, ahead: int
) -> None:
    """One service writes, another asks; the clocks of their machines are 40 minutes apart."""
    waiting, moving = requested(), requested()
    true = time.time
    with monkeypatch.context() as machine:
        machine.setattr(time, "time", lambda: true() + ahead)
        await store.create(waiting)
        await store.create(moving)
        await store.advance(held(moving))
    assert await listed(store.pending(60)) == []
    assert await listed(store.idle(60)) == []
    assert set(await listed(store.idle(0))) == {waiting.interaction_id, moving.interaction_id}
    assert 0 <= await store.idle_for(moving.interaction_id) < 60


async def test_what_has_ended_or_never_was_is_idle_for_no_time(store: Store) -> None:
    ended = requested()
    await store.create(ended)
    await asyncio.sleep(0.05)
    assert await store.idle_for(ended.interaction_id) >= 0.05
    await store.finish(ended.interaction_id)
    assert await store.idle_for(ended.interaction_id) == 0
    assert await store.idle_for("nobody") == 0


async def test_a_watcher_hears_of_each_step(store: Store) -> None:
    first = requested()
    await store.create(first)
    second = held(first)
    async with store.watch(first.interaction_id) as changed:
        await asyncio.sleep(0.2)  # the subscription itself may wake it
        changed.clear()
        await store.advance(second)
        await asyncio.wait_for(changed.wait(), 5)
        changed.clear()
        await store.advance(decided(second))
        await asyncio.wait_for(changed.wait(), 5)


async def test_a_watcher_hears_nothing_of_others(store: Store) -> None:
    mine, other = requested(), requested()
    await store.create(mine)
    await store.create(other)
    async with store.watch(mine.interaction_id) as changed:
        await asyncio.sleep(0.2)
        changed.clear()
        await store.advance(held(other))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(changed.wait(), 0.3)


async def test_the_whole_record_survives_in_any_script(store: Store) -> None:
    first = requested('Grüße 你好 🙂 "quoted" \\ \n <b>')
    await store.create(first)
    last = completed(opened(decided(held(first))))
    for event in (held(first), decided(held(first)), opened(decided(held(first))), last):
        await store.advance(event.model_copy(update={"causation_id": None}))
    (card,) = (await store.page(Filters(), None, 1)).cards
    assert card.text == first.request.text


async def test_whoever_is_cancelled_while_asking_ends(store: Store) -> None:
    """At whatever moment: a sweeper that missed it would keep its process from ending."""

    async def ask_for_ever() -> None:
        while True:
            await store.idle_for("nobody")
            await asyncio.sleep(0)

    for number in range(300):
        asking = asyncio.create_task(ask_for_ever())
        await asyncio.sleep(0.002 + number % 7 * 0.0003)
        asking.cancel()
        await asyncio.wait({asking}, timeout=5)
        assert asking.cancelled(), f"after {number} others"


async def test_ping(store: Store) -> None:
    await store.ping()


async def test_what_was_erased_is_gone_with_its_key_and_stays_gone(store: Store) -> None:
    events = chain()
    key = IdempotencyKey("key", "asked")
    await store.create(events[0], key)
    for event in events[1:]:
        await store.advance(event)
    gone = events[0].interaction_id
    assert await store.key_of(gone) == "key"
    for _ in range(2):
        await store.erase(gone)
        assert await store.newest(gone) is None
        assert await store.history(gone) == []
        assert await store.key_of(gone) is None
        assert [card.id for card in (await store.page(Filters(), None, 10)).cards] == []
        assert (await listed(store.pending(0)), await listed(store.idle(0))) == ([], [])
    for event in events:
        assert (await store.advance(event)).result is Result.STALE
        step = await store.recall(event)
        assert step
        assert (step.result, step.stored) == (Result.STALE, None)
        assert not await store.restore(event)
    assert await store.newest(gone) is None
    other = requested()
    assert (await store.create(other, key)).interaction_id == other.interaction_id


async def test_a_key_that_names_another_interaction_by_now_stays(store: Store) -> None:
    first, second = requested(), requested()
    await store.create(first, IdempotencyKey("one", "asked"))
    await store.create(second, IdempotencyKey("two", "asked"))
    await store.erase(first.interaction_id)
    again = await store.create(requested(), IdempotencyKey("two", "asked"))
    assert (again.interaction_id, again.replayed) == (second.interaction_id, True)


async def test_what_was_said_goes_before_the_record(store: Store) -> None:
    fresh, events = requested(), chain()
    await store.create(fresh)
    await store.finish(fresh.interaction_id, 3600, 3600)
    await store.create(events[0])
    for event in events[1:]:
        await store.advance(event)
    ended, silent = events[0].interaction_id, requested("•••").request
    for _ in range(2):
        await store.finish(ended, 3600, 0)
        assert await listed(store.worn()) == [ended]
    await store.reworded(events[-1], worn=False)
    assert await listed(store.worn()) == [ended]
    await store.reworded(events[-1].model_copy(update={"request": silent}))
    newest = await store.newest(ended)
    assert newest
    assert newest.event() == events[-1].model_copy(update={"request": silent})
    assert await listed(store.worn()) == []
    cards = {card.id: card.text for card in (await store.page(Filters(), None, 5)).cards}
    assert cards[ended] == "•••"
    assert len(await store.history(ended)) == len(events)


async def test_words_that_are_late_replace_nothing(store: Store) -> None:
    events = chain()
    await store.create(events[0])
    await store.advance(events[1])
    await store.reworded(requested("•••").model_copy(update={"interaction_id": events[0].interaction_id}))
    newest = await store.newest(events[0].interaction_id)
    assert newest
    assert newest.event() == events[1]


async def test_a_record_is_kept_as_long_as_its_business_says(store: Store) -> None:
    short, long = requested(), requested()
    for event, keep in ((short, 0), (long, 3600)):
        await store.create(event)
        await store.finish(event.interaction_id, keep)
    assert await store.newest(short.interaction_id) is None
    assert await store.newest(long.interaction_id)
