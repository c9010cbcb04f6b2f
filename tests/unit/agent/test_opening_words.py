"""What the first words of a conversation ask for, refuse, or only ask about."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk

REQUESTS = [
    ("retail", "Please cancel my order 48402, I no longer need it", "order_cancel"),
    ("retail", "I changed my mind, cancel order 48402 please", "order_cancel"),
    ("retail", "I don't want order 48402 any more, please cancel it", "order_cancel"),
    ("retail", "Cancel order 48402. I have found it cheaper elsewhere.", "order_cancel"),
    ("retail", "I'd like to send back order 48213, I don't need it anymore", "return_request"),
    ("retail", "Close my account please, I do not use it any longer", "account_delete"),
    ("banking", "Please close my savings account, I don't need it any more", "account_close"),
    ("banking", "I changed my mind about transfer TR-20881, cancel it please", "transfer_cancel"),
    ("banking", "Cancel my standing order to the gym, I no longer go there", "standing_order_cancel"),
    ("telecom", "Please cancel my contract, I no longer need it", "cancel"),
    ("telecom", "I don't want to stay with you any longer, cancel my line", "cancel"),
]
REFUSED = [
    ("retail", "Please do not cancel my order 48402, I only want to know where it is", "order_cancel"),
    ("retail", "I don't want a refund, I want the mug replaced", "refund_request"),
    ("retail", "Whatever you do, don't cancel order 48402", "order_cancel"),
    ("retail", "Don't close my account, just change my email address", "account_delete"),
    ("retail", "I never asked you to cancel my order 48402", "order_cancel"),
    ("retail", "No refund please, send the missing mug of order 48213", "refund_request"),
    ("retail", "I do not want to return the lamp, I need a copy of the invoice for order 48213", "return_request"),
    ("banking", "Please don't close my account, I only need a statement", "account_close"),
    ("banking", "I don't want to cancel the transfer, just tell me where it is", "transfer_cancel"),
    ("banking", "My card is not lost, it is just declined everywhere", "card_lost"),
    ("banking", "Don't block my card, I only want to know my balance", "card_lost"),
    ("banking", "I do not want to close my savings account", "account_close"),
    ("banking", "I'm not closing my account, I moved and have a new address", "account_close"),
    ("banking", "Do not cancel my standing order to the gym", "standing_order_cancel"),
    ("telecom", "Please do not cancel my contract", "cancel"),
    ("telecom", "I don't want to cancel, I want a cheaper plan", "cancel"),
    ("telecom", "I'm not leaving you, I just want a copy of my bill", "cancel"),
    ("telecom", "Don't change my plan, I only need more data", "plan_change"),
    ("telecom", "I do not want roaming, please explain my bill", "roaming_on"),
    ("retail", "This is not about a refund. Where is my order 48213?", "refund_request"),
    ("telecom", "No extra data please, my internet is just slow", "data_topup"),
]
IN_GENERAL = [
    ("telecom", "How would I go about canceling my contract?", "cancel"),
    ("retail", "How do I cancel an order?", "order_cancel"),
    ("retail", "How does one get a refund with you?", "refund_request"),
    ("retail", "Is it possible to cancel an order that has been shipped?", "order_cancel"),
    ("banking", "What do I have to do to close an account?", "account_close"),
    ("banking", "How can I cancel a transfer?", "transfer_cancel"),
    ("telecom", "How does one buy more data?", "data_topup"),
    ("telecom", "Say I cancel in the middle of the month, would I get the rest back?", "cancel"),
    ("telecom", "Let's suppose I wanted out in spring. Would there be a fee for cancelling?", "cancel"),
    ("banking", "Let's say I closed my account next year, what would happen to the interest?", "account_close"),
]


async def begun(worker: AgentWorker, business: str, text: str) -> Talk:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    return talk


def asked_for(talk: Talk) -> set[str]:
    return {reason.code for reason in talk.state.reasons if reason.asks == "request"}


@pytest.mark.parametrize(("business", "text", "code"), REQUESTS)
async def test_why_it_is_asked_for_takes_nothing_back(worker: AgentWorker, business: str, text: str, code: str):
    talk = await begun(worker, business, text)
    assert code in asked_for(talk)
    assert talk.acts[-1].split()[0] in ("ask", "confirm")
    assert code not in talk.state.declined


@pytest.mark.parametrize(("business", "text", "code"), REFUSED)
async def test_what_is_refused_is_not_asked_for(worker: AgentWorker, business: str, text: str, code: str):
    talk = await begun(worker, business, text)
    assert code not in {reason.code for reason in talk.state.reasons}


@pytest.mark.parametrize(("business", "text", "code"), REFUSED)
async def test_what_is_refused_by_name_is_noted_as_declined(worker: AgentWorker, business: str, text: str, code: str):
    assert code in (await begun(worker, business, text)).state.declined


@pytest.mark.parametrize(("business", "text", "code"), IN_GENERAL)
async def test_a_general_question_is_answered_and_nothing_is_done(
    worker: AgentWorker, business: str, text: str, code: str
):
    talk = await begun(worker, business, text)
    assert talk.acts == ["offer"]
    assert [reason.code for reason in talk.state.reasons] == [code]
    await talk.say("just a question")
    assert (talk.acts, talk.outcome) == (["offer", "check"], "understood")
    assert not asked_for(talk)
    assert talk.desk.manager.needs.needed(talk.state) == []


@pytest.mark.parametrize(("business", "text", "code"), IN_GENERAL)
async def test_a_general_question_becomes_a_request_when_they_want_it(
    worker: AgentWorker, business: str, text: str, code: str
):
    talk = await begun(worker, business, text)
    await talk.say("yes please")
    assert asked_for(talk) == {code}
    assert talk.acts[-1] != "check"


@pytest.mark.parametrize(
    ("business", "text", "code"),
    [
        ("retail", "where is the toaster I ordered?", "order_status"),
        ("banking", "how much do I have in checking?", "balance"),
    ],
)
async def test_what_customers_rather_ask_about_needs_no_offer(
    worker: AgentWorker, business: str, text: str, code: str
) -> None:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    assert [(reason.code, reason.asks) for reason in talk.state.reasons] == [(code, "request")]
    assert "offer" not in talk.acts


async def test_an_offer_that_was_not_heard_is_made_once_more(worker: AgentWorker) -> None:
    talk = Talk(worker.desks["retail"])
    await talk.say("How would one cancel an order?")
    await talk.say("I bought it in spring")
    assert talk.acts == ["offer", "offer"]
    await talk.say("just a question")
    assert talk.acts[-1] == "check"
    assert [reason.asks for reason in talk.state.reasons] == ["question"]


async def test_a_question_at_the_read_back_opens_only_what_is_asked_about(worker: AgentWorker) -> None:
    talk = Talk(worker.desks["telecom"])
    await talk.say("cancel my line 555 013 2259, my email is martha.ellison@example.com, zip 50312")
    await talk.say("and do I lose my number then?")
    assert (talk.acts, [reason.code for reason in talk.state.reasons]) == (["confirm", "confirm"], ["cancel"])
    await talk.say("what does roaming cost in Spain, by the way?")
    assert [reason.code for reason in talk.state.reasons] == ["cancel", "roaming_prices"]


@pytest.mark.parametrize(
    ("business", "text", "code"),
    [
        ("banking", "T204433 has to be stopped, my landlord is somebody else now", "transfer_cancel"),
        ("banking", "I see 18 dollars and 5 cents that wasn't me", "unknown_charge"),
        ("retail", "order 48310/2 where", "order_status"),
        ("retail", "where is order four eight two five one", "order_status"),
        ("telecom", "418676, another copy please", "bill_copy"),
    ],
)
async def test_what_is_named_speaks_for_what_needs_it(worker: AgentWorker, business: str, text: str, code: str):
    talk = await begun(worker, business, text)
    assert talk.state.reasons[0].code == code


async def test_what_is_only_told_beside_a_request_is_none(worker: AgentWorker):
    talk = await begun(worker, "retail", "I made an account with you in May and never used it. Delete all of it.")
    assert asked_for(talk) == {"account_delete"}


async def test_a_question_inside_another_clause_is_no_request_of_its_own(worker: AgentWorker):
    talk = await begun(worker, "telecom", "I want to see what you keep about my calls and where my phone has been.")
    assert asked_for(talk) == {"data_access"}


async def test_what_is_urgent_comes_first_also_where_no_proof_of_identity_is_needed(worker: AgentWorker):
    talk = await begun(worker, "banking", "Freeze debit card 1190, it's lost. And how much is in my savings?")
    assert [reason.code for reason in talk.state.reasons] == ["card_lost", "balance"]


@pytest.mark.parametrize(
    "begins",
    [
        "Dear Mr. Larkfield,\n\nI hope you are well. We have been with you for thirty years. ",
        "Hello Mr. Larkfield!\n\nMy wife told me about your bank. ",
        "Mrs. Larkfield, good morning. ",
    ],
)
async def test_the_name_of_whom_they_write_to_asks_for_nothing(worker: AgentWorker, begins: str):
    talk = Talk(worker.desks["banking"])
    await talk.say(f"{begins}The direct debit to Cedar Water still goes out, I'd be obliged if you ended it.")
    assert [reason.code for reason in talk.state.reasons] == ["standing_order_cancel"]
