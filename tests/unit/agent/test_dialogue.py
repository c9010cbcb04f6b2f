from datetime import timedelta

import pytest

from callcenter.events import Act, Dialogue, Turn
from services.agent.conversation import Desk
from services.agent.conversation.dialogue import MAX_AGENT_TURNS
from services.agent.conversation.talk import Said, answer
from services.agent.phrasebook import Phrasebook
from services.agent.worker import AgentWorker
from tests.standing import finished

from .conftest import NOW, requested


class Talk:
    """A conversation in which a test is the customer."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.state, self.turns = desk, Dialogue(), list[Turn]()
        self.said: Said | None = None

    def add(self, speaker: str, text: str) -> None:
        at = NOW + timedelta(seconds=len(self.turns))
        self.turns.append(Turn(turn=len(self.turns), at=at, speaker=speaker, text=text))

    async def say(self, *texts: str) -> str:
        """The customer sends these messages at once; returns what the agent answers."""
        for text in texts:
            self.add("customer", text)
        begun = await answer(self.desk, self.state, self.turns, "7")
        self.said = await finished(self.desk, requested(""), begun, self.turns)
        self.state = self.said.state
        self.add("agent", self.said.text)
        return self.said.text

    @property
    def phrases(self) -> Phrasebook:
        return self.desk.languages["en"].phrases

    @property
    def acts(self) -> list[str]:
        return [f"{act.kind} {act.slot}" if act.slot else act.kind for act in self.state.acts]

    @property
    def outcome(self) -> str:
        return self.desk.manager.outcome(self.state)

    @property
    def missing(self) -> dict[str, str]:
        return {fact.name: fact.why for fact in self.desk.manager.missing(self.state)}


@pytest.fixture
def talk(desk: Desk) -> Talk:
    return Talk(desk)


async def run(desk: Desk, *customer: str) -> Talk:
    """The customer says these things, one after each agent turn; the last one again and again."""
    talk, said = Talk(desk), list(customer)
    await talk.say(said.pop(0))
    while not (talk.said and talk.said.final):
        await talk.say(said.pop(0) if said else customer[-1])
    return talk


async def test_it_asks_who_is_asking_then_for_what_the_request_needs_and_makes_sure(desk: Desk):
    talk = await run(desk, "I want a refund", "dana@example.com", "94107", "48213", "yes")
    assert talk.acts == ["ask email", "ask postcode", "ask order_id", "confirm", "check"]
    assert (talk.outcome, talk.missing) == ("understood", {})


async def test_it_does_not_ask_for_what_was_said(desk: Desk):
    text = "I want a refund for order 48213, my email is dana@example.com and my zip code is 94107"
    assert (await run(desk, text, "ok")).acts == ["confirm", "check"]


async def test_a_general_question_needs_neither_identity_nor_confirmation(desk: Desk):
    assert (await run(desk, "what are your opening hours")).acts == ["check"]


async def test_it_asks_twice_and_then_a_person_takes_over_with_all_that_is_known(desk: Desk):
    talk = await run(desk, "I want a refund", "dana@example.com", "94107", "no idea", "I don't have it")
    assert talk.acts == ["ask email", "ask postcode", "ask order_id", "ask order_id", "hand_over order_id"]
    assert talk.missing == {"order_id": "the customer does not have it"}


@pytest.mark.parametrize("excuse", ["i canont find it", "dont hvae it here", "sorry dont knwo it"])
async def test_a_mistyped_excuse_is_no_answer_in_free_words(desk: Desk, talk: Talk, excuse: str):
    await talk.say("An item is missing from my order 48208, I am dana@example.com, zip code 94107")
    await talk.say(excuse)
    assert talk.acts == ["ask product", "ask product"]
    assert {fact.name: fact.why for fact in talk.state.missing} == {"product": "the customer does not have it"}


async def test_a_fact_that_comes_late_is_not_missing(desk: Desk):
    talk = await run(desk, "I want a refund", "dana@example.com", "94107", "no idea", "wait, I found it: 48213", "ok")
    assert talk.missing == {}
    assert talk.state.facts["order_id"] == "48213"


async def test_another_identity_fact_does_where_one_is_forgotten(desk: Desk):
    talk = await run(desk, "I forgot my password", "dana@example.com", "no idea", "no idea", "April 12, 1988", "ok")
    assert talk.acts[-3:] == ["ask date_of_birth", "confirm", "check"]
    assert talk.missing == {}


async def test_an_answer_that_cannot_be_used_is_told_apart(desk: Desk):
    talk = await run(desk, "I want a refund for order 48213", *["blue"] * 6, "yes")
    assert talk.missing == dict.fromkeys(["email", "postcode", "date_of_birth"], "the answer could not be used")


@pytest.mark.parametrize(
    "correction", ["no, I meant order 48244", "No wait, it's 48244.", "sorry, wrong one, order 48244", "48244 actually"]
)
async def test_a_correction_is_taken_and_read_back(desk: Desk, talk: Talk, correction: str):
    await talk.say("I want a refund for order 48213, my email is dana@example.com and my zip code is 94107")
    answered = await talk.say(correction)
    assert talk.acts == ["confirm", "confirm"]
    assert "48244" in answered
    assert "48213" not in answered
    await talk.say("yes")
    assert talk.acts[-1] == "check"
    assert talk.state.facts["order_id"] == "48244"


async def test_the_words_of_a_correction_are_no_further_request(desk: Desk, talk: Talk):
    await talk.say("My espresso machine broke, order 48213, dana@example.com, zip code 94107")
    await talk.say("no, I meant order 48214")
    assert len(talk.state.reasons) == 1


async def test_a_correction_can_go_back_to_the_first_value(desk: Desk, talk: Talk):
    await talk.say("I want a refund for order 48213, my email is dana@example.com and my zip code is 94107")
    await talk.say("no, I meant order 48244")
    await talk.say("no, sorry, order 48213 after all")
    assert talk.state.facts["order_id"] == "48213"


async def test_a_correction_in_passing_does_not_lose_the_question(desk: Desk, talk: Talk):
    await talk.say("I want a refund for order 48213")
    await talk.say("oh, I meant order 48244")
    assert talk.acts == ["ask email", "repeat email"]
    assert talk.state.facts["order_id"] == "48244"


async def test_who_says_no_is_asked_what_to_change_and_then_passed_on(desk: Desk, talk: Talk):
    await talk.say("I want a refund for order 48213, my email is dana@example.com and my zip code is 94107")
    await talk.say("no")
    assert talk.acts == ["confirm", "amend"]
    await talk.say("no, that's wrong")
    assert talk.acts[-1] == "hand_over"


async def test_a_question_in_between_is_noted_and_the_agent_comes_back_to_its_own(desk: Desk, talk: Talk):
    await talk.say("I want a refund")
    answered = await talk.say("What are your opening hours on Saturday, by the way?")
    assert [reason.code for reason in talk.state.reasons] == ["refund_request", "store_hours"]
    assert talk.acts == ["ask email", "repeat email"]
    assert desk.reasons.by_code()["store_hours"].about in answered


@pytest.mark.parametrize(
    "named", ["its teh coffe grinder", "the coffee grinder I think", "It was the desk lamp, the black one"]
)
async def test_to_name_a_thing_is_no_question_about_it(desk: Desk, talk: Talk, named: str):
    await talk.say("my parcl arived compleatly smashd")
    await talk.say(named)
    assert [reason.code for reason in talk.state.reasons] == ["damaged_item"]


@pytest.mark.parametrize(
    "answer",
    [
        "Let me see, I have it right here. It's dana@example.com. I should really tidy up my notes, by the way!",
        "You'd find me under dana@example.com",
        "I get all my mails at dana@example.com.",
    ],
)
async def test_an_address_that_was_asked_for_is_no_further_request(desk: Desk, talk: Talk, answer: str):
    await talk.say("Please send me a copy of the invoice for order 48213")
    await talk.say(answer)
    assert [reason.code for reason in talk.state.reasons] == ["invoice_copy"]
    assert talk.acts == ["ask email", "ask postcode"]


@pytest.mark.parametrize(
    "answer",
    [
        "It's dana@example.com, and please unsubscribe me from the newsletter",
        "please take dana@example.com off your newsletter list too",
    ],
)
async def test_an_answer_that_clearly_asks_for_more_is_one_more_request(desk: Desk, talk: Talk, answer: str):
    await talk.say("Please send me a copy of the invoice for order 48213")
    await talk.say(answer)
    assert [reason.code for reason in talk.state.reasons] == ["invoice_copy", "newsletter"]
    assert talk.state.facts["email"] == "dana@example.com"


@pytest.mark.parametrize("text", ["never mind", "forget it, I changed my mind", "I don't need it anymore"])
async def test_a_request_can_be_taken_back(desk: Desk, talk: Talk, text: str):
    await talk.say("I want a refund for order 48213")
    await talk.say(text)
    assert (talk.acts[-1], talk.outcome) == ("withdraw", "withdrawn")


async def test_who_asks_whether_a_machine_answers_is_told_the_truth_and_nothing_is_lost(talk: Talk):
    text = await talk.say("lol you are a robot, right?")
    assert "automated assistant" in text
    assert talk.acts == ["greet"]
    await talk.say("where is my order 48310")
    text = await talk.say("who am I talking to")
    assert "automated assistant" in text
    assert talk.acts[-2:] == ["ask email", "repeat email"]
    assert talk.state.missing == ()
    await talk.say("yuki.tanaka@example.com")
    assert talk.acts[-1] == "ask postcode"


async def test_who_asks_for_a_person_while_asking_who_answers_gets_one(talk: Talk):
    await talk.say("where is my order 48310")
    await talk.say("are you a bot? I want to talk to a person")
    assert talk.outcome == "human_requested"


async def test_a_request_beside_the_question_who_answers_is_heard(talk: Talk):
    text = await talk.say("Are you a bot? I want to cancel order 48399.")
    assert "automated assistant" in text
    assert "your cancellation" in text
    assert talk.state.facts == {"order_id": "48399"}


async def test_who_needs_a_moment_gets_one_and_the_question_stays_open(talk: Talk):
    await talk.say("I want a refund")
    assert {await talk.say("hold on"), await talk.say("let me check")} < set(talk.phrases.wait)
    assert talk.acts == ["ask email", "wait email", "wait email"]
    await talk.say("dana@example.com")
    assert talk.state.facts["email"] == "dana@example.com"
    assert talk.state.missing == ()


async def test_who_asks_why_a_detail_is_needed_is_told_why(talk: Talk):
    await talk.say("Cancel order 48402")
    text = await talk.say("why do you need all that?")
    assert any(sentence in text for sentence in talk.phrases.why_safe)
    assert talk.acts == ["ask email", "repeat email"]
    await talk.say("why do you need my email?")
    assert [reason.code for reason in talk.state.reasons] == ["order_cancel"]
    await talk.say("robert.haines@example.com")
    assert talk.acts[-1] == "ask postcode"


async def test_a_yes_to_being_given_time_is_no_yes_to_what_was_read_back(talk: Talk):
    await talk.say("Cancel order 48402, my email is robert.haines@example.com, zip code 30309")
    await talk.say("hold on, I have to check something")
    await talk.say("ok")
    assert talk.acts == ["confirm", "wait", "confirm"]
    await talk.say("yes")
    assert talk.acts[-1] == "check"


@pytest.mark.parametrize("aside", ["what?", "why?", "are you a bot?"])
async def test_a_yes_after_an_aside_still_answers_what_was_to_be_confirmed(talk: Talk, aside: str):
    await talk.say("Cancel order 48402, my email is robert.haines@example.com, zip code 30309")
    assert talk.acts == ["confirm"]
    await talk.say(aside)
    await talk.say("yes")
    assert talk.acts == ["confirm", "repeat", "check"]


@pytest.mark.parametrize("text", ["33131", "well, it's 33131", "I think 33131"])
async def test_a_bare_number_in_place_of_another_answer_does_not_replace_what_is_known(talk: Talk, text: str):
    await talk.say("I moved, please change the delivery address of order 48399")
    await talk.say(text)
    assert talk.state.facts["order_id"] == "48399"


@pytest.mark.parametrize(
    "text",
    [
        "wait, I meant 48402",
        "not 48399 but 48402",
        "it's not 48399, it's 48402",
        "48402 instead of 48399",
        "no 48402",
        "make it 48402",
        "the other one, 48402",
        "I gave you the wrong number: 48402",
        "order 48402",
    ],
)
async def test_a_known_fact_is_corrected_whatever_was_asked_for(talk: Talk, text: str):
    await talk.say("Cancel order 48399")
    assert talk.acts == ["ask email"]
    await talk.say(text)
    assert talk.state.facts["order_id"] == "48402"


async def test_a_fact_that_was_not_asked_for_is_thanked_for(talk: Talk):
    await talk.say("I moved, please change the delivery address of order 48399")
    text = await talk.say("my zip code is 94107")
    assert talk.acts[-1] == "repeat email"
    assert not any(sentence in text for sentence in talk.phrases.no_matter + talk.phrases.retry)
    assert any(sentence in text for sentence in talk.phrases.thanks)


@pytest.mark.parametrize("text", ["a question about my order", "need help with an order", "it's about my account"])
async def test_what_could_be_anything_is_asked_about(talk: Talk, text: str):
    await talk.say(text)
    assert talk.acts == ["clarify"]


@pytest.mark.parametrize("text", ["what?", "can you repeat that please", "sorry, I don't understand the question"])
async def test_the_question_is_put_again_in_other_words(desk: Desk, talk: Talk, text: str):
    first = await talk.say("I want a refund")
    again = await talk.say(text)
    assert talk.acts == ["ask email", "repeat email"]
    questions = desk.reasons.slots["email"].questions
    assert len({q for q in questions if q in first} | {q for q in questions if q in again}) == 2
    await talk.say("dana@example.com")
    assert talk.state.facts["email"] == "dana@example.com"


async def test_a_greeting_is_answered_with_one(desk: Desk, talk: Talk):
    assert (await talk.say("Hi there!")).startswith(desk.profile.voice.greeting)
    assert talk.acts == ["greet"]
    await talk.say("I want to cancel order 48213")
    assert talk.acts == ["greet", "ask email"]


async def test_who_stays_unclear_twice_is_offered_a_person(desk: Desk, talk: Talk):
    await talk.say("it's the thing")
    await talk.say("you know, the thing")
    assert talk.acts == ["clarify", "offer_person"]
    await talk.say("yes please")
    assert (talk.acts[-1], talk.outcome) == ("hand_over", "human_requested")


async def test_who_stays_unclear_and_wants_no_person_is_passed_on_as_unclear(desk: Desk):
    talk = await run(desk, "it's the thing", "hm")
    assert talk.acts == ["clarify", "offer_person", "unclear"]
    assert talk.outcome == "unclear"


@pytest.mark.parametrize("text", ["let me talk to a human", "I want a refund, and let me speak to a real person"])
async def test_who_asks_for_a_person_gets_one_at_once(desk: Desk, text: str):
    talk = await run(desk, text)
    assert (talk.acts, talk.outcome) == (["hand_over"], "human_requested")


async def test_a_person_can_be_asked_for_at_any_time(desk: Desk):
    talk = await run(desk, "I want a refund", "I want to talk to a human")
    assert talk.acts == ["ask email", "hand_over"]
    assert [reason.code for reason in talk.state.reasons] == ["refund_request"]


async def test_pure_abuse_is_met_calmly_and_ended(desk: Desk):
    talk = await run(desk, "you fucking idiots", "go to hell")
    assert (talk.acts, talk.outcome) == (["calm", "abusive"], "abusive")


async def test_a_rude_request_is_a_request(desk: Desk):
    talk = await run(desk, "cancel my damn order 48399, you idiots", "a@b.org", "94107", "ok")
    assert talk.outcome == "understood"
    assert talk.state.reasons[0].code == "order_cancel"


async def test_an_insult_on_the_way_is_met_calmly_and_the_work_goes_on(desk: Desk, talk: Talk):
    await talk.say("cancel order 48399")
    answered = await talk.say("a@b.org, you stupid idiots")
    assert "angry" in answered or "hear you" in answered
    assert talk.acts == ["ask email", "ask postcode"]


async def test_another_language_is_not_guessed_at(desk: Desk):
    talk = await run(desk, "Hola, ¿dónde está mi pedido 48320?")
    assert (talk.acts, talk.outcome, talk.state.language) == (["unsupported"], "unsupported_language", "es")
    assert talk.state.reasons == ()


async def test_several_quick_messages_are_one_turn(desk: Desk, talk: Talk):
    await talk.say("hi", "I want a refund", "order 48213", "dana@example.com")
    assert talk.acts == ["ask postcode"]
    assert talk.state.facts == {"order_id": "48213", "email": "dana@example.com"}
    assert {entity.name: entity.evidence.turn for entity in talk.state.entities} == {"order_id": 2, "email": 3}
    assert talk.state.heard == 4


async def test_it_never_takes_more_than_its_turns(desk: Desk):
    text = "Please change the delivery address of my order. An item is missing from my box. My gift card doesn't work."
    talk = await run(desk, text, "hm")
    assert len(talk.acts) < MAX_AGENT_TURNS, "the outcome takes one more"


@pytest.mark.parametrize("text", ["what?", "no", "48213 no 48244 no", "", "🤬"])
async def test_nothing_that_is_said_again_and_again_goes_on_for_ever(desk: Desk, text: str):
    assert len((await run(desk, "I want a refund", text)).acts) < MAX_AGENT_TURNS


async def test_the_mind_survives_being_written_down(desk: Desk, talk: Talk):
    await talk.say("I want a refund for order 48213")
    kept = Dialogue.model_validate_json(talk.state.model_dump_json())
    assert kept == talk.state
    assert kept.expects == "email"
    assert kept.acts == (Act(kind="ask", slot="email"),)


async def test_a_new_value_beside_the_known_one_corrects_it(worker: AgentWorker):
    talk = Talk(worker.desks["telecom"])
    for words in ("switch on roaming for 555 013 2182, I'm going to Spain", "a@example.com", "77057"):
        await talk.say(words)
    await talk.say("Spain was last year, sorry. It's Italy now")
    assert (talk.state.facts["country"], talk.state.unsettled) == ("ITALY", ())


async def test_a_day_that_does_not_suit_is_not_the_one_they_want(worker: AgentWorker):
    talk = Talk(worker.desks["telecom"])
    for words in ("I need a technician", "Wednesday doesn't suit me, Thursday does"):
        await talk.say(words)
    assert (talk.state.facts["day"], talk.state.unsettled) == ("THURSDAY", ())


async def test_who_has_nothing_to_go_by_is_helped_by_a_person(worker: AgentWorker):
    talk = Talk(worker.desks["retail"])
    await talk.say("the vase I was given at your shop is broken")
    for _ in range(MAX_AGENT_TURNS):
        if talk.said and talk.said.final:
            break
        await talk.say("I don't have that, it was a present")
    assert talk.acts[-1] == "hand_over order_id"
    assert not any(act.startswith("confirm") for act in talk.acts)
