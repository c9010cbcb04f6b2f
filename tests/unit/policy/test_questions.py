"""What is lacking goes back to the customer once, where they could know it; so do details that fit nobody."""

import re
from pathlib import Path

import pytest

from callcenter.business import Profile, load
from callcenter.errors import BusinessError
from callcenter.events import (
    ConversationHeld,
    Dialogue,
    Entity,
    Evidence,
    InformationNeeded,
    MissingFact,
    PolicyDecided,
)
from services.policy.judge import Judge
from services.policy.rulebook import Rulebook
from services.policy.worker import Desk, PolicyWorker
from tests.unit.policy.conftest import DANA, RETAIL, TOM, held

STATED = {"email": DANA["email"], "postcode": DANA["postcode"]}
UNPROVED = [
    STATED | {"postcode": "94108"},
    STATED | {"email": TOM["email"]},
    STATED | {"email": "nobody@example.com"},
    {"email": "nobody@example.com", "postcode": "00000"},
]
"""What may be stated of an account that is there or is not, with either part wrong, or both."""


def first(**said: str) -> ConversationHeld:
    """A live conversation that policy sees for the first time."""
    return held("refund_request", order_id="48213", **said).model_copy(update={"dialogue": Dialogue()})


def second(asked: InformationNeeded | PolicyDecided, **said: str) -> ConversationHeld:
    """The conversation as it comes back, once the customer has answered."""
    assert isinstance(asked, InformationNeeded)
    turn = len(asked.entities)
    again = tuple(
        Entity(
            name=name,
            value=value,
            type="text",
            evidence=Evidence(turn=turn, start=start, end=start + 1),
            confidence=1,
            extractor="test",
        )
        for start, (name, value) in enumerate(said.items())
    )
    return asked.then(ConversationHeld, dialogue=Dialogue(returned=1), entities=(*asked.entities, *again))


async def test_an_order_that_cannot_be_found_is_asked_for_again(worker: PolicyWorker):
    event = held("refund_request", order_id="99999", **DANA).model_copy(update={"dialogue": Dialogue()})
    asked = await worker.decide(event)
    assert isinstance(asked, InformationNeeded)
    assert asked.question.slot == "order_id"
    assert "99999" in asked.question.text


async def test_it_is_asked_for_once(worker: PolicyWorker):
    event = held("refund_request", order_id="99999", **DANA).model_copy(update={"dialogue": Dialogue(returned=1)})
    decided = await worker.decide(event)
    assert isinstance(decided, PolicyDecided)
    assert decided.policy.verdict == "needs_info"


async def test_what_the_customer_does_not_have_is_not_asked_for_again(worker: PolicyWorker):
    lacking = MissingFact(name="order_id", why="the customer does not have it")
    event = held("refund_request", **DANA).model_copy(update={"dialogue": Dialogue(), "missing": (lacking,)})
    assert isinstance(await worker.decide(event), PolicyDecided)


async def test_what_was_never_asked_for_is(worker: PolicyWorker):
    event = held("refund_request", **DANA).model_copy(update={"dialogue": Dialogue()})
    asked = await worker.decide(event)
    assert isinstance(asked, InformationNeeded)
    assert asked.question.slot == "order_id"


async def test_a_clear_decision_asks_nothing(worker: PolicyWorker):
    event = held("refund_request", order_id="48213", **DANA).model_copy(update={"dialogue": Dialogue()})
    assert isinstance(await worker.decide(event), PolicyDecided)


@pytest.mark.parametrize("customer_id", [None, "C-1001", "C-9999"])
async def test_details_that_fit_nobody_are_asked_for_again_and_nothing_tells_what_was_right(
    worker: PolicyWorker, customer_id: str | None
):
    questions = []
    for said in UNPROVED:
        event = first(**said)
        contact = event.contact.model_copy(update={"customer_id": customer_id})
        asked = await worker.decide(event.model_copy(update={"contact": contact}))
        assert isinstance(asked, InformationNeeded)
        assert not asked.contact.verified.verified
        questions.append(asked.question)
    assert len(set(map(repr, questions))) == 1
    assert questions[0].slot == "postcode"
    assert "the email address of your account and your zip code" in questions[0].text
    assert not re.search(r"\d|@", questions[0].text)


@pytest.mark.parametrize("said", UNPROVED)
async def test_the_second_answer_is_taken_instead_of_the_first(worker: PolicyWorker, said: dict[str, str]):
    asked = await worker.decide(first(**said))
    decided = await worker.decide(second(asked, **STATED))
    assert isinstance(decided, PolicyDecided)
    assert (decided.policy.verdict, decided.contact.verified.method) == ("allow", "email+postcode")


@pytest.mark.parametrize("said", UNPROVED)
@pytest.mark.parametrize("answer", [{}, {"postcode": "94109"}, {"order_id": "99999"}])
async def test_there_is_one_second_try(worker: PolicyWorker, said: dict[str, str], answer: dict[str, str]):
    decided = await worker.decide(second(await worker.decide(first(**said)), **answer))
    assert isinstance(decided, PolicyDecided)
    assert (decided.policy.verdict, decided.contact.verified.verified) == ("deny", False)


async def test_with_a_second_try_spent_on_who_it_is_there_is_none_for_the_order(worker: PolicyWorker):
    asked = await worker.decide(first(**UNPROVED[0]))
    decided = await worker.decide(second(asked, **STATED, order_id="99999"))
    assert isinstance(decided, PolicyDecided)
    assert (decided.policy.verdict, decided.policy.decisions[0].missing) == ("needs_info", ("order_id",))


async def test_who_stated_too_little_is_asked_for_the_rest(worker: PolicyWorker):
    asked = await worker.decide(first(email=DANA["email"]))
    assert isinstance(asked, InformationNeeded)
    assert (asked.question.slot, "couldn't match" in asked.question.text) == ("postcode", False)


async def test_what_needs_nobody_to_be_proved_is_decided(worker: PolicyWorker):
    event = held("store_hours", **UNPROVED[0]).model_copy(update={"dialogue": Dialogue()})
    assert isinstance(await worker.decide(event), PolicyDecided)


def changed(folder: Path, sentence: str) -> Path:
    policy = (RETAIL / "policy.yaml").read_text()
    identity = re.search(r"^  required: 2\n(  again: .*\n)?", policy, re.M)
    assert identity
    text = policy.replace(identity[0], f"  required: 2\n  again: {sentence}\n")
    (folder / "policy.yaml").write_text(text)
    return folder


async def test_the_business_sets_the_sentence(worker: PolicyWorker, tmp_path: Path):
    rulebook = load(changed(tmp_path, "Once more please, {missing}."), "policy.yaml", Rulebook)
    judge = Judge(rulebook, load(RETAIL, "business.yaml", Profile))
    desk = PolicyWorker({"retail": Desk(worker.desks["retail"].accounts, judge)})
    asked = await desk.decide(first(**UNPROVED[0]))
    assert asked.question.text == "Once more please, the email address of your account and your zip code."


def test_the_sentence_knows_no_fact_but_what_to_send(tmp_path: Path):
    with pytest.raises(BusinessError, match=r"identity > again: there is no fact \{slots.email\} here"):
        load(changed(tmp_path, "Is it really {slots.email}?"), "policy.yaml", Rulebook)
