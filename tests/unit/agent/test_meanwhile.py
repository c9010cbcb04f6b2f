"""What customers say while the agent waits for a fact: another fact, a question, a refusal of something else."""

import pytest

from services.agent.conversation import Desk
from services.agent.worker import AgentWorker

from .test_dialogue import Talk

REFUND = "I want a refund for order 48213"
CANCEL_LINE = "Please cancel my contract"
BILL = "could I have a copy of my bill"
KNOWN = "My email is ann@example.com, my zip code is 94107, I was born on February 3, 1980."


async def asked(worker: AgentWorker, business: str, *said: str) -> Talk:
    """The conversation after these customer turns."""
    talk = Talk(worker.desks[business])
    for text in said:
        await talk.say(text)
    return talk


# --- another fact than the one that was asked for


@pytest.mark.parametrize(
    ("business", "opening", "value", "fact"),
    [
        ("retail", REFUND, "94107", {"postcode": "94107"}),
        ("retail", REFUND, "it's 60601", {"postcode": "60601"}),
        ("retail", REFUND, "February 3, 1980", {"date_of_birth": "1980-02-03"}),
        ("retail", "I want a refund", "order 48213", {"order_id": "48213"}),
        ("retail", "I want a refund", "3 February 1980", {"date_of_birth": "1980-02-03"}),
        ("telecom", CANCEL_LINE, "33131", {"postcode": "33131"}),
        ("telecom", CANCEL_LINE, "well, 33131", {"postcode": "33131"}),
        ("telecom", CANCEL_LINE, "415-555-0132", {"phone": "+14155550132"}),
        ("telecom", CANCEL_LINE, "10001, 415-555-0132", {"postcode": "10001", "phone": "+14155550132"}),
        ("telecom", BILL, "10001", {"postcode": "10001"}),
        ("telecom", BILL, "Feb 3 1980", {"date_of_birth": "1980-02-03"}),
        ("banking", "what's my balance", "10001", {"postcode": "10001"}),
        ("banking", "what's my balance", "3 Feb 1980", {"date_of_birth": "1980-02-03"}),
    ],
)
async def test_a_fact_that_comes_before_its_turn_is_taken(
    worker: AgentWorker, business: str, opening: str, value: str, fact: dict[str, str]
):
    talk = await asked(worker, business, opening)
    before, question = talk.state.facts, talk.acts[-1]
    answered = await talk.say(value)
    assert talk.state.facts == before | fact
    assert talk.acts[-1] == question.replace("ask", "repeat")
    assert talk.state.missing == ()
    assert "too short" not in answered
    assert "too long" not in answered


async def test_facts_in_any_order_are_enough(worker: AgentWorker):
    for said in (("33131", "ann@example.com", "555 010 0001"), ("ann@example.com, 33131", "555 010 0001")):
        talk = await asked(worker, "telecom", CANCEL_LINE, *said)
        assert talk.acts[-1] == "confirm"
        assert talk.missing == {}


@pytest.mark.parametrize("value", ["2007", "555 01", "48213"])
async def test_what_fits_nothing_else_is_still_a_bad_answer(worker: AgentWorker, value: str):
    talk = await asked(worker, "telecom", CANCEL_LINE, "ann@example.com", "94107", value)
    assert set(talk.state.facts) == {"email", "postcode"}


async def test_a_number_that_is_known_already_is_no_other_fact(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    await talk.say("48213")
    assert talk.state.facts == {"order_id": "48213"}


# --- a question of their own

QUESTIONS = [
    "do I get all of it back?",
    "is it going to cost me anything?",
    "how many days until it's sorted?",
    "so will I be reimbursed in full?",
    "and then what happens?",
    "am I too late for it?",
    "when do I get an answer",
    "would it be quicker by phone",
    "do I lose my points?",
    "is there a charge for that",
    "can my husband do it for me?",
    "will you tell me when it's done?",
    "any chance to get it this week?",
    "before I tell you: do I have to pay a fee?",
    "tell me first how long that takes",
    "what if I don't have one?",
    "isn't that on the order?",
]
WHYS = [
    "do you really need it?",
    "haven't you got that already?",
    "I don't see why you need that",
    "I don't know why that matters",
    "no idea why you'd need that",
    "don't you have it on file?",
    "what's that got to do with it?",
    "does it matter which one",
    "what do you need it for",
    "why are you asking me this",
]


@pytest.mark.parametrize("text", QUESTIONS)
async def test_a_question_is_answered_and_the_open_one_asked_again(desk: Desk, text: str):
    talk = Talk(desk)
    first = await talk.say(REFUND)
    answered = await talk.say(text)
    assert talk.acts == ["ask email", "repeat email"]
    assert any(sentence.format(about="your refund request") in answered for sentence in talk.phrases.meanwhile)
    assert answered.rsplit(". ", 1)[-1] not in first
    assert not any(sentence in answered for sentence in (*talk.phrases.no_matter, *talk.phrases.move_on))
    assert [reason.code for reason in talk.state.reasons] == ["refund_request"]
    assert (talk.state.missing, talk.state.declined) == ((), ())


@pytest.mark.parametrize(
    ("business", "opening", "text"),
    [
        ("banking", "I lost my card", "do I get another one?"),
        ("banking", "I lost my card", "how soon is the new card here?"),
        ("retail", "I want to cancel my order 48402", "can I get a refund for it then?"),
        ("retail", "I want to cancel my order 48402", "when do I see the money?"),
    ],
)
async def test_a_question_about_a_part_of_the_request_is_one_too(
    worker: AgentWorker, business: str, opening: str, text: str
):
    talk = await asked(worker, business, opening)
    before, question = talk.state.reasons, talk.acts[-1]
    answered = await talk.say(text)
    assert talk.acts[-1] == question.replace("ask", "repeat")
    assert (talk.state.reasons, talk.state.missing) == (before, ())
    about = talk.desk.reasons.by_code()[before[0].code].about
    assert any(sentence.format(about=about) in answered for sentence in talk.phrases.meanwhile)


@pytest.mark.parametrize("text", WHYS)
async def test_why_it_is_needed_is_told(desk: Desk, text: str):
    talk = Talk(desk)
    await talk.say(REFUND)
    answered = await talk.say(text)
    assert talk.acts == ["ask email", "repeat email"]
    assert any(sentence in answered for sentence in talk.phrases.why_safe)
    assert talk.state.missing == ()


async def test_who_asks_much_is_still_asked_for_the_fact_and_then_helped(desk: Desk):
    talk = Talk(desk)
    for text in (REFUND, *QUESTIONS[:2], "ann@example.com", "can my sister do it for me?", "10001"):
        await talk.say(text)
    assert talk.acts[-1] == "confirm"
    assert talk.missing == {}


@pytest.mark.parametrize("text", ["when are you open on Saturday?", "what time do you close tonight?"])
async def test_a_question_about_something_else_is_taken_up_and_is_no_try(desk: Desk, text: str):
    talk = Talk(desk)
    await talk.say(REFUND)
    await talk.say(text)
    assert [reason.code for reason in talk.state.reasons] == ["refund_request", "store_hours"]
    assert talk.acts == ["ask email", "repeat email"]
    assert talk.state.missing == ()


@pytest.mark.parametrize(
    "text", ["ann@example.com, how long will that take?", "ann@example.com. Is that free of charge?"]
)
async def test_a_question_beside_the_answer_is_not_passed_over(desk: Desk, text: str):
    talk = Talk(desk)
    await talk.say(REFUND)
    answered = await talk.say(text)
    assert talk.acts == ["ask email", "ask postcode"]
    assert any(sentence.format(about="your refund request") in answered for sentence in talk.phrases.meanwhile)


@pytest.mark.parametrize("text", ["can I give you my name instead?", "would my phone number do instead?"])
async def test_another_fact_that_is_offered_is_no_other_request(desk: Desk, text: str):
    talk = Talk(desk)
    await talk.say(REFUND)
    await talk.say(text)
    assert [reason.code for reason in talk.state.reasons] == ["refund_request"]


@pytest.mark.parametrize(
    ("business", "opening", "excuse"),
    [
        ("telecom", "please unlock my old phone", "the display is shattered, I can't look anything up there"),
        ("telecom", "please unlock my old phone", "the battery is dead and I can't switch it on"),
        ("banking", "I want to cancel a transfer", "I'm at work, I can't open the app here"),
        ("banking", "I want to cancel a transfer", "the app doesn't open on this phone"),
        ("retail", "where is my order?", "my parcel app shows nothing and the paper is gone"),
    ],
)
async def test_an_excuse_is_no_further_request(worker: AgentWorker, business: str, opening: str, excuse: str):
    talk = await asked(worker, business, opening)
    before = [reason.code for reason in talk.state.reasons]
    await talk.say(excuse)
    assert [reason.code for reason in talk.state.reasons] == before


# --- refusing something else


@pytest.mark.parametrize("opening", ["I want to cancel my order 48402", REFUND, "my lamp 48251 is broken"])
@pytest.mark.parametrize(
    "text",
    [
        "no exchange needed, only my money",
        "I don't want a replacement",
        "I'd rather not have another one",
        "don't send another lamp",
        "please don't send a new one",
        "don't send me a new lamp",
        "no store credit please",
        "I don't want a different color",
        "please no calls",
        "don't send anybody",
        "no spare part please, just the money",
        "I don't need a repair, only the refund",
    ],
)
async def test_only_what_is_refused_is_declined(desk: Desk, opening: str, text: str):
    talk = Talk(desk)
    await talk.say(opening)
    before = {reason.code for reason in talk.state.reasons}
    await talk.say(text)
    assert before <= {reason.code for reason in talk.state.reasons}
    assert not before & set(talk.state.declined)


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        ("I want to cancel my order 48402", "no wait, do not cancel it"),
        ("I want to cancel my order 48402", "please don't cancel the order after all"),
        (REFUND, "I don't want a refund any more"),
        (REFUND, "no refund please"),
    ],
)
async def test_what_is_under_way_can_still_be_refused(desk: Desk, opening: str, text: str):
    talk = Talk(desk)
    await talk.say(opening)
    await talk.say(text)
    assert talk.acts[-1] in ("withdraw", "hand_over")
    assert not {"order_cancel", "refund_request"} & {reason.code for reason in talk.state.reasons}


async def test_what_is_wanted_instead_of_something_never_offered_drops_nothing(desk: Desk):
    talk = Talk(desk)
    await talk.say("I want to cancel my order 48402")
    await talk.say("no new chair please, only the refund")
    assert [reason.code for reason in talk.state.reasons] == ["order_cancel"]


# --- what they cannot have


@pytest.mark.parametrize(
    ("business", "slot", "said"),
    [
        ("retail", "order_id", ("I want a refund", "I haven't got the number", "I really can't find it")),
        ("retail", "order_id", ("my vase came broken", "it was a present, there is no number", "no idea")),
        ("telecom", "bill_number", (BILL, "I don't have any number", "that's the thing, I don't have it")),
        ("telecom", "device_number", ("please unlock my old phone", "I can't look it up", "don't have it")),
        ("banking", "transfer_ref", ("I want to cancel a transfer", "I don't know the reference", "no clue")),
    ],
)
async def test_who_cannot_have_it_is_told_what_else_helps_and_gets_a_person(
    worker: AgentWorker, business: str, slot: str, said: tuple[str, str, str]
):
    talk, (opening, excuse, again) = Talk(worker.desks[business]), said
    await talk.say(f"{opening}. {KNOWN}")
    assert talk.acts == [f"ask {slot}"]
    assert (talk.desk.reasons.slots[slot].otherwise or "") in await talk.say(excuse)
    answers = {"email": "ann@example.com", "postcode": "10001", "date_of_birth": "February 3, 1980"}
    await talk.say(again)
    while not (talk.said and talk.said.final):
        last = talk.state.expects or ""
        await talk.say(answers.get(last, "olive"))
    assert talk.acts.count(f"ask {slot}") == 2
    assert talk.acts[-1] == f"hand_over {slot}"
    assert "confirm" not in talk.acts
    assert talk.missing[slot] == "the customer does not have it"
    assert talk.desk.reasons.slots[slot].title in talk.said.text


async def test_who_cannot_prove_who_they_are_with_one_fact_is_told_which_others_will_do(desk: Desk):
    talk = Talk(desk)
    await talk.say(REFUND)
    answered = await talk.say("I don't have that address any more")
    assert "zip code and date of birth" in answered
    await talk.say("10001")
    await talk.say("February 3, 1980")
    assert talk.acts[-1] == "confirm"


async def test_what_the_rules_can_do_without_is_no_dead_end(worker: AgentWorker):
    said = ("I lost my card", "I don't know the digits", "no idea", "ann@example.com", "February 3, 1980", "10001")
    talk = await asked(worker, "banking", *said)
    assert talk.acts[-1] == "confirm"
