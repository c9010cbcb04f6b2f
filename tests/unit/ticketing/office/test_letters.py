"""An answer of a person on the ticket of a customer who wrote a mail goes into the post, once; nothing else does."""

from datetime import timedelta

import pytest

from callcenter.errors import Unavailable
from callcenter.events import MailThread
from callcenter.storage.post import Letter, MemoryPost
from services.ticketing.office.courier import Courier
from services.ticketing.office.hooks import Hooks
from services.ticketing.office.letters import Outgoing
from tests.unit.ticketing.conftest import make_decision, make_event
from tests.unit.ticketing.office.conftest import Desk

MAIL = MailThread(
    address="dana@customer.example", subject="Lamp", message_id="<1@customer>", references=("<0@customer>",)
)


class Flaky(MemoryPost):
    """A post that is away at first."""

    troubles = 0

    async def put(self, letter: Letter, now: object) -> bool:  # type: ignore[override]
        if self.troubles:
            self.troubles -= 1
            raise Unavailable("the post is away")
        return await super().put(letter, now)  # type: ignore[arg-type]


def _courier(desk: Desk, post: MemoryPost) -> Courier:
    return Courier(desk, Hooks((), b"", 1), Outgoing(post), ladder=(), lease=10, every=0.01)


async def _opened(desk: Desk, mail: MailThread | None) -> str:
    event = make_event(make_decision("needs_review"))
    return await desk.opened(event.model_copy(update={"contact": event.contact.model_copy(update={"mail": mail})}))


async def _letters(desk: Desk, post: MemoryPost) -> list[Letter]:
    return [claimed.letter for claimed in await post.claim(desk.time + timedelta(days=900), 60, 10)]


@pytest.fixture
def post() -> Flaky:
    return Flaky()


async def test_an_answer_is_put_into_the_post_as_it_was_said(office: Desk, post: Flaky) -> None:
    ticket_id = await _opened(office, MAIL)
    await office.comment(ticket_id, "He sounds upset.", "kim", public=False)
    await office.comment(ticket_id, "We have sent a new one.", "kim", public=True)
    await office.update(ticket_id, {"status": "resolved"}, "kim")
    courier = _courier(office, post)
    while await courier.round():
        pass
    (letter,) = await _letters(office, post)
    assert letter == Letter(
        interaction_id=letter.interaction_id,
        name=f"{ticket_id}-r3",
        business="retail",
        to="dana@customer.example",
        subject=f"Re: Lamp [{ticket_id}]",
        text="We have sent a new one.",
        answers="<1@customer>",
        references=("<0@customer>",),
        by="kim",
        ticket_id=ticket_id,
    )


async def test_while_the_post_is_away_an_answer_waits_however_often_it_was_tried(office: Desk, post: Flaky) -> None:
    ticket_id = await _opened(office, MAIL)
    await office.comment(ticket_id, "We have sent a new one.", "kim", public=True)
    post.troubles, courier = 5, _courier(office, post)
    for _ in range(6):
        assert await courier.round() == 1
        assert await courier.round() == 0, "not before the lease ends"
        office.pass_time(seconds=11)
    assert [letter.text for letter in await _letters(office, post)] == ["We have sent a new one."]


async def test_who_wrote_no_mail_is_sent_none(office: Desk, post: Flaky) -> None:
    ticket_id = await _opened(office, None)
    await office.comment(ticket_id, "Called back.", "kim", public=True)
    assert await _courier(office, post).round() == 0
    assert await _letters(office, post) == []
