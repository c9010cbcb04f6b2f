"""What is said becomes letters: each turn once, what is said at once together, each under who says it."""

from callcenter.events import AgentSpoke, Contact, Dialogue, InteractionRequested, MailThread, Turn, utc_now
from callcenter.events.words import Speaker
from callcenter.storage.post import MemoryPost
from services.intake.mail.letters import Letters
from tests.dossier import requested

THREAD = MailThread(address="dana@customer.example", subject="Parcel", message_id="<1@customer>")


def _spoke(*said: tuple[Speaker, str, str | None], mail: MailThread | None = THREAD) -> AgentSpoke:
    asked = requested()
    contact: Contact = asked.contact.model_copy(update={"mail": mail})
    event: InteractionRequested = asked.model_copy(update={"contact": contact, "interaction_id": "one"})
    turns = tuple(
        Turn(turn=number, at=utc_now(), speaker=speaker, text=text, by=by)
        for number, (speaker, text, by) in enumerate(said)
    )
    return event.then(AgentSpoke, transcript=turns, dialogue=Dialogue())


async def _written(*events: AgentSpoke) -> list[tuple[str, str, str]]:
    post = MemoryPost()
    for event in events:
        await Letters(post).write(event)
    claimed = await post.claim(utc_now(), 60, 100)
    return [(one.letter.name, one.letter.by, one.letter.text) for one in claimed]


async def test_a_turn_is_told_once_however_often_its_event_comes() -> None:
    first = _spoke(("customer", "Hi", None), ("agent", "Hello", None))
    second = _spoke(("customer", "Hi", None), ("agent", "Hello", None), ("agent", "It is done.", None))
    assert await _written(first, first, second, first, second) == [
        ("turn-1", "", "Hello"),
        ("turn-2", "", "It is done."),
    ]


async def test_what_is_said_at_once_is_one_letter_and_what_comes_late_is_none() -> None:
    first = _spoke(("customer", "Hi", None), ("agent", "Hello", None))
    second = _spoke(("customer", "Hi", None), ("agent", "Hello", None), ("agent", "It is done.", None))
    assert await _written(second, first) == [("turn-2", "", "Hello\n\nIt is done.")]


async def test_a_person_has_a_letter_of_their_own() -> None:
    said = _spoke(("customer", "Hi", None), ("agent", "Kim comes.", None), ("human_agent", "Kim here.", "kim"))
    assert await _written(said) == [("turn-1", "", "Kim comes."), ("turn-2", "kim", "Kim here.")]


async def test_a_contact_that_came_by_no_mail_has_no_letters() -> None:
    assert await _written(_spoke(("customer", "Hi", None), ("agent", "Hello", None), mail=None)) == []


async def test_after_the_customer_spoke_nothing_is_told_again() -> None:
    assert await _written(_spoke(("customer", "Hi", None), ("agent", "Hello", None), ("customer", "Yes", None))) == []
