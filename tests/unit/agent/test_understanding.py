from itertools import pairwise

import pytest

from services.agent.conversation import Desk
from services.agent.understanding import Understanding
from services.agent.understanding.embedded import LiteEngine
from services.agent.understanding.examples import Examples
from services.agent.understanding.phrases import asks, refers_back, split, states_fact
from services.agent.worker import AgentWorker

UNSEEN = [
    ("Could you look up where my parcel 48310 is at the moment?", "order_status"),
    ("I'd love to get my money back for this chair", "refund_request"),
    ("why do I see the same payment two times on my card?", "double_charge"),
    ("the plate I unpacked was broken", "damaged_item"),
    ("I can't get into my account since I forgot the password", "account_access"),
    ("pls take me off the newsletter", "newsletter"),
    ("at what time do you open on Saturdays?", "store_hours"),
    ("cancel the order I placed this morning", "order_cancel"),
    ("is PayPal ok as payment method?", "payment_methods"),
    ("please close and delete my account", "account_delete"),
    ("my gift card balance shows zero", "gift_card"),
    ("let me talk to a real human being", "human_agent"),
]


@pytest.fixture(scope="module")
def understanding(desk: Desk) -> Understanding:
    return desk.understanding


@pytest.mark.parametrize(("text", "code"), UNSEEN)
async def test_a_request_in_new_words_is_understood(understanding: Understanding, text: str, code: str):
    assert (await understanding.find(text))[0].code == code


@pytest.mark.parametrize(
    "text",
    [
        "what's the weather like today",
        "sing a song for me",
        "asdfgh jkl",
        "?",
        "",
        "🙂🙂",
        "48213",
        "$45 #12345 @x@",
        "order 48213",
    ],
)
async def test_what_is_none_of_our_business_is_no_request(understanding: Understanding, text: str):
    assert (await understanding.find(text)) == ()


async def test_a_second_request_is_found_with_its_own_words(understanding: Understanding):
    text = "Where is my order 48310? And please unsubscribe me from the newsletter."
    first, second = await understanding.find(text)
    assert {first.code, second.code} == {"order_status", "newsletter"}
    said = {found.code: text[found.start : found.end] for found in (first, second)}
    assert said["newsletter"].endswith("please unsubscribe me from the newsletter")
    assert said["order_status"] == "Where is my order 48310"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Please cancel my order 48399. My email is nobody@example.com and my zip code is 12345.", "order_cancel"),
        ("helo, my parcl arived compleatly smashd. ordr 48119, my emial is nobody@example.com", "damaged_item"),
    ],
)
async def test_facts_beside_a_request_are_no_further_request(understanding: Understanding, text: str, code: str):
    assert [found.code for found in await understanding.find(text)] == [code]


PARTS = [
    ("I was charged twice for order 48213, please refund one charge", "double_charge"),
    ("I want my money back, you charged my card twice for order 48260", "double_charge"),
    ("my parcel came damaged, I want a refund", "damaged_item"),
    ("I want a refund. The lamp arrived broken.", "damaged_item"),
    ("cancel my order and give me my money back", "order_cancel"),
    ("Please cancel order 48399. When will I get my refund?", "order_cancel"),
    ("wrong item, I want to send it back", "wrong_item"),
    ("You sent me the wrong jacket. I'd like to exchange it for the right one.", "wrong_item"),
    ("Where is my order? It should have been here three days ago!", "delivery_late"),
    ("I'd like to return the boots and get my money back", "refund_request"),
    ("I need to change my order 48399 before it ships. Can I switch the cover to queen size?", "order_change"),
]


@pytest.mark.parametrize(("text", "code"), PARTS)
async def test_what_is_only_a_part_of_a_request_is_no_further_one(understanding: Understanding, text: str, code: str):
    assert [found.code for found in (await understanding.find(text))] == [code]


TOPICS = [
    ("where is order 48213, and also what are your store hours?", ["order_status", "store_hours"]),
    ("I was charged twice for order 48260. Also, can you send me the invoice?", ["double_charge", "invoice_copy"]),
    ("Also what payment methods do you take? I want a refund for order 48213.", ["refund_request", "payment_methods"]),
    ("Cancel order 48399, and by the way how do I reset my password?", ["order_cancel", "account_access"]),
    ("Where is my order 48310? And please unsubscribe me from the newsletter.", ["order_status", "newsletter"]),
]


@pytest.mark.parametrize(("text", "codes"), TOPICS)
async def test_two_topics_stay_two_and_the_general_question_is_the_second(
    understanding: Understanding, text: str, codes: list[str]
):
    assert [found.code for found in (await understanding.find(text))] == codes


ONE_THING = [
    ("telecom", "You charged me $38.75 for roaming in Brazil on bill 418862. I want it off my bill!", "bill_dispute"),
    ("telecom", "What is this scam charge, get it off my bill", "bill_dispute"),
    ("telecom", "My bill went up by 10 dollars, why? Bill number 419020.", "bill_explain"),
    ("telecom", "stolen phone!! lock it now", "sim_lost"),
    ("retail", "I don't use the account anymore, cancel it", "account_delete"),
    ("retail", "Still waiting for my refund for order 46870, when will I get it?", "refund_status"),
    ("retail", "I want a refund for order 48213. Reply to dana@example.com please", "refund_request"),
]


@pytest.mark.parametrize(("business", "text", "code"), ONE_THING)
async def test_words_that_only_go_on_about_a_request_are_no_further_one(
    worker: AgentWorker, business: str, text: str, code: str
):
    assert [found.code for found in await worker.desks[business].understanding.find(text)] == [code]


async def test_no_two_requests_are_made_of_the_same_words(worker: AgentWorker):
    for desk in worker.desks.values():
        for reason in desk.reasons.reasons:
            for text in reason.examples:
                found = sorted(await desk.understanding.find(text), key=lambda one: one.start)
                assert all(one.end <= two.start for one, two in pairwise(found)), text


async def test_a_business_that_covers_nothing_gets_every_request(desk: Desk):
    each = desk.reasons.model_copy(
        update={"reasons": tuple(reason.model_copy(update={"covers": ()}) for reason in desk.reasons.reasons)}
    )
    found = await Understanding(desk.understanding.engine, each).find("cancel my order and give me my money back")
    assert {f.code for f in found} == {"order_cancel", "refund_request"}


async def test_all_reasons_are_ranked_by_confidence(understanding: Understanding, desk: Desk):
    ranked = await understanding.predict("where is my refund")
    assert ranked[0][0] == "refund_status"
    assert {code for code, _ in ranked} == set(desk.reasons.by_code())
    assert [confidence for _, confidence in ranked] == sorted((c for _, c in ranked), reverse=True)


async def test_two_trainings_agree(desk: Desk):
    text = "my payment failed and the lamp is late"
    examples = Examples.of_business(desk.reasons)
    assert await LiteEngine.of(examples).rank([text]) == await LiteEngine.of(examples).rank([text])


async def test_a_very_long_text_is_understood(understanding: Understanding):
    text = (
        "I was charged twice for my order. " + "I really hope somebody reads this, it has been a long day for me. " * 60
    )
    found = await understanding.find(text[:4000])
    assert found[0].code == "double_charge"


def test_clauses_are_cut_where_a_new_thought_starts():
    text = "I want a refund, and let me speak to a manager. Also, the box was wet!"
    assert [text[start:end] for start, end in split(text)] == [
        "I want a refund",
        "let me speak to a manager",
        "Also, the box was wet",
    ]


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("block my card and raise my limit", ["block my card", "raise my limit"]),
        ("Cancel the kettle and take me off your list", ["Cancel the kettle", "take me off your list"]),
        ("close it, and mail me a statement", ["close it", "mail me a statement"]),
        ("my name and mail address", ["my name and mail address"]),
        ("and my limit, raise it to 900", ["and my limit, raise it to 900"]),
        ("the rug, please return it", ["the rug, please return it"]),
    ],
)
def test_a_second_order_is_a_clause_of_its_own_unless_it_is_about_what_is_named(text: str, clauses: list[str]) -> None:
    assert [text[start:end] for start, end in split(text)] == clauses


@pytest.mark.parametrize(
    "clause",
    [
        "My email is a@b.org",
        "order 48213",
        "the order number is 48213",
        "I was born on 1990-01-01",
        "It's a@b.org",
        "you can reach me at a@b.org",
        "oh sure, that would be the 4th of May",
        "Bill number 419020",
    ],
)
def test_a_clause_that_only_states_a_fact(clause: str):
    assert states_fact(clause)


@pytest.mark.parametrize(
    "clause",
    [
        "cancel order 48213",
        "my email is not working",
        "where is order 48213",
        "marketing mails",
        "can I return it in May",
    ],
)
def test_a_clause_that_asks_for_something(clause: str):
    assert not states_fact(clause)


@pytest.mark.parametrize("clause", ["cancel it", "when will I get it?", "get it off my bill!", "please email them"])
def test_a_clause_that_refers_back(clause: str):
    assert refers_back(clause)


@pytest.mark.parametrize("clause", ["it was dented in shipping", "cancel my order", "I opened it but never used it"])
def test_a_clause_that_names_its_own_matter(clause: str):
    assert not refers_back(clause)


@pytest.mark.parametrize("clause", ["and please stop the newsletter", "is it open?", "I\u2019d like that", "cancel it"])
def test_a_clause_that_clearly_asks(clause: str):
    assert asks(clause)


@pytest.mark.parametrize("clause", ["It's a@b.org", "I get my mails at a@b.org", "the 94107 one, I think"])
def test_a_clause_that_asks_for_nothing(clause: str):
    assert not asks(clause)
