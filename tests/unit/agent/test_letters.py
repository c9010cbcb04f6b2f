"""Letters and dictated texts: what greets, signs and proves in them is not taken for what is wanted."""

import pytest

from callcenter.events import Dialogue
from services.agent.worker import AgentWorker

from .read_backs import read_back
from .test_dialogue import Talk


async def opened(worker: AgentWorker, business: str, text: str) -> Talk:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    return talk


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("Order no. 48251 came in pieces. rosa.marin@example.com, 78704", ["48251"]),
        ("Please cancel 48402 and 48244, robert.haines@example.com 30309", ["48402", "48244"]),
        ("I'd like to return order 48213.\n\nBest,\nDana Lopez\ndana.lopez@example.com\n94107", ["48213"]),
    ],
)
async def test_five_digits_behind_an_email_are_the_zip_code(worker: AgentWorker, text: str, orders: list[str]):
    talk = await opened(worker, "retail", text)
    named = [one.value for one in talk.state.entities if one.name == "order_id"]
    assert named == orders
    assert talk.state.facts["postcode"] in text.rsplit(maxsplit=1)[-1]


async def test_they_are_the_order_where_nothing_else_is(worker: AgentWorker):
    talk = await opened(worker, "retail", "I want my money back. dana.lopez@example.com 48213")
    assert talk.state.facts["order_id"] == "48213"
    assert "postcode" not in talk.state.facts


async def test_greeting_and_signature_make_no_story_of_three_sentences(worker: AgentWorker):
    text = (
        "Dear Madam or Sir,\nI'm writing for my late brother, who had been a customer of yours since 1990. His letters"
        " still come, and it is hard to see his name. Please stop this.\nYours sincerely,\nK. Aldous"
    )
    talk = await opened(worker, "banking", text)
    assert [one.code for one in talk.state.reasons] == ["bereavement"]


async def test_spoken_signs_are_no_matter(worker: AgentWorker):
    text = (
        "hello comma i bought a floor cushion last week comma please cancel that order period my mail is"
        " grace.adeyemi@example.com and the zip code is two zero zero zero nine period"
    )
    talk = await opened(worker, "retail", text)
    assert [one.code for one in talk.state.reasons] == ["order_cancel"]
    assert talk.state.facts["postcode"] == "20009"


async def test_a_dictated_yes_is_one(worker: AgentWorker):
    talk = await read_back(worker.desks, "order_cancel")
    await talk.say("yes comma go ahead period")
    assert talk.acts[-1] == "check"


@pytest.mark.parametrize(
    ("said", "signed"),
    [
        ("yes comma go ahead period", "yes ,     go ahead .     "),
        ("yes period", "yes .     "),
        ("when does it come question mark i need it", "when does it come question mark i need it"),
        ("is it due at the end of the billing period", "is it due at the end of the billing period"),
        ("the notice period is over comma end it full stop", "the notice period is over ,     end it .        "),
        ("I typed it, comma and all, period", "I typed it, comma and all, period"),
    ],
)
def test_signs_said_as_words_are_signs(worker: AgentWorker, said: str, signed: str):
    pack = worker.desks["retail"].pack(Dialogue())
    assert pack.dictated.signed(said) == signed
