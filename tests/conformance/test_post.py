"""The post keeps what has to go out until somebody says what came of it: in memory as on Redis."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from callcenter.events import MailThread
from callcenter.storage.post import Letter, Post

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
LETTER = Letter(
    interaction_id="one",
    name="turn-1",
    business="retail",
    to="dana@customer.example",
    subject="Re: Größe",
    text="It is on its way.\n",
    answers="<1@customer>",
    references=("<0@customer>",),
    by="kim",
    ticket_id="RET-1",
)


async def test_what_is_put_twice_is_there_once_and_as_it_was(post: Post) -> None:
    assert await post.put(LETTER, NOW)
    assert not await post.put(replace(LETTER, text="Something else"), NOW)
    (claimed,) = await post.claim(NOW, 60, 10)
    assert (claimed.letter, claimed.attempt) == (LETTER, 1)


async def test_nobody_else_gets_a_letter_while_its_lease_lasts(post: Post) -> None:
    await post.put(LETTER, NOW)
    both = await asyncio.gather(post.claim(NOW, 60, 10), post.claim(NOW, 60, 10))
    assert sorted(map(len, both)) == [0, 1]
    assert await post.claim(NOW + timedelta(seconds=59), 60, 10) == []
    (again,) = await post.claim(NOW + timedelta(seconds=61), 60, 10)
    assert again.attempt == 2


async def test_letters_are_claimed_up_to_a_limit_the_longest_due_first(post: Post) -> None:
    for number in range(3):
        await post.put(replace(LETTER, name=f"turn-{number}"), NOW + timedelta(seconds=number))
    claimed = await post.claim(NOW + timedelta(minutes=1), 60, 2)
    assert [one.letter.name for one in claimed] == ["turn-0", "turn-1"]


async def test_what_waits_is_due_again_and_what_was_sent_is_not(post: Post) -> None:
    await post.put(LETTER, NOW)
    (first,) = await post.claim(NOW, 60, 10)
    await post.settle(first, "waiting", NOW, "451 busy", NOW + timedelta(minutes=5))
    (waits,) = await post.of("one")
    assert (waits.state, waits.why, waits.attempts, waits.by) == ("waiting", "451 busy", 1, "kim")
    assert await post.claim(NOW + timedelta(minutes=4), 60, 10) == []
    later = NOW + timedelta(minutes=6)
    (second,) = await post.claim(later, 60, 10)
    await post.settle(second, "sent", later)
    (sent,) = await post.of("one")
    assert (sent.name, sent.state, sent.why, sent.at) == ("turn-1", "sent", "", later)
    assert await post.claim(later + timedelta(days=1), 60, 10) == []
    assert not await post.put(LETTER, later), "it was sent already"


async def test_who_was_too_slow_settles_nothing(post: Post) -> None:
    await post.put(LETTER, NOW)
    (slow,) = await post.claim(NOW, 60, 10)
    later = NOW + timedelta(seconds=61)
    (quick,) = await post.claim(later, 60, 10)
    await post.settle(slow, "failed", later, "too late")
    assert (await post.of("one"))[0].state == "waiting"
    await post.settle(quick, "sent", later)
    await post.settle(slow, "failed", later, "too late")
    assert (await post.of("one"))[0].state == "sent"


async def test_what_came_back_has_failed_even_before_it_was_noted_as_sent(post: Post) -> None:
    assert not await post.came_back("one", "turn-1", "gone", NOW)
    await post.put(LETTER, NOW)
    (claimed,) = await post.claim(NOW, 60, 10)
    assert await post.came_back("one", "turn-1", "no such mailbox", NOW)
    await post.settle(claimed, "sent", NOW)
    (failed,) = await post.of("one")
    assert (failed.state, failed.why) == ("failed", "no such mailbox")
    assert await post.claim(NOW + timedelta(days=1), 60, 10) == []


async def test_the_letters_of_a_contact_are_told_in_their_order(post: Post) -> None:
    for name in ("turn-1", "turn-3", "RET-1-r2"):
        await post.put(replace(LETTER, name=name), NOW)
    await post.put(replace(LETTER, interaction_id="two"), NOW)
    assert [one.name for one in await post.of("one")] == ["turn-1", "turn-3", "RET-1-r2"]
    assert await post.of("three") == []


async def test_a_ticket_leads_to_the_contact_whose_customer_was_told_of_it(post: Post) -> None:
    await post.put(LETTER, NOW)
    assert await post.told_of("retail", "RET-1") == "one"
    assert await post.told_of("banking", "RET-1") is None
    assert await post.told_of("retail", "RET-2") is None


@pytest.mark.parametrize(
    ("subject", "ticket_id", "answered"),
    [
        ("Parcel", "", "Re: Parcel"),
        ("RE: Parcel", "", "RE: Parcel"),
        ("Re: Parcel [RET-1]", "RET-1", "Re: Parcel [RET-1]"),
        ("", "RET-1", "Re: [RET-1]"),
    ],
)
def test_the_subject_of_an_answer(subject: str, ticket_id: str, answered: str) -> None:
    mail = MailThread(address="a@b", subject=subject)
    letter = Letter.answering(mail, "Hi", ticket_id=ticket_id, interaction_id="one", name="turn-1", business="retail")
    assert letter.subject == answered


async def test_the_letters_of_an_erased_contact_are_gone_and_no_ticket_leads_to_it(post: Post) -> None:
    for name in ("turn-1", "turn-3"):
        await post.put(replace(LETTER, name=name), NOW)
    other = replace(LETTER, interaction_id="two", ticket_id="RET-2")
    await post.put(other, NOW)
    (first, *_) = await post.claim(NOW, 60, 1)
    await post.settle(first, "sent", NOW)
    for _ in range(2):
        await post.erase("one")
        assert await post.of("one") == []
        assert await post.told_of("retail", "RET-1") is None
    assert [one.letter for one in await post.claim(NOW + timedelta(hours=1), 60, 9)] == [other]
    assert await post.told_of("retail", "RET-2") == "two"
