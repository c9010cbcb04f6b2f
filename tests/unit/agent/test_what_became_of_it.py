"""Who asks what became of something wants to be told, and nothing done: it is looked up, never read back to be done."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk, run

ASKS_WHAT_BECAME = [
    ("retail", "Did the cancellation of order 48402 work out?", "order_cancel"),
    ("retail", "has 48402 been canceled yet?", "order_cancel"),
    ("retail", "Have you canceled 48402 by now, as I asked on Sunday?", "order_cancel"),
    ("retail", "I'd like to know whether my cancellation of order 48402 went through", "order_cancel"),
    ("retail", "what became of my cancellation of 48402?", "order_cancel"),
    ("banking", "was my standing order to the gym stopped?", "standing_order_cancel"),
    ("banking", "did you cancel transfer T204815 already?", "transfer_cancel"),
    ("banking", "Is my savings account closed by now?", "account_close"),
    ("banking", "where is the overdraft fee that you said I would get back?", "fee_refund"),
    ("telecom", "Has the late fee on bill 418934 been dropped, as agreed?", "bill_dispute"),
    ("telecom", "there was a charge of $8 on bill 418934. Did you take it off already?", "bill_dispute"),
    ("telecom", "has my line 415-555-0132 been canceled yet?", "cancel"),
]
ASKS_FOR_IT = [
    ("retail", "cancel order 48402", "order_cancel"),
    ("retail", "Has 48402 been shipped yet? If not, please cancel it.", "order_cancel"),
    ("banking", "could you stop transfer T204815?", "transfer_cancel"),
    ("telecom", "would you take the late fee off bill 418934?", "bill_dispute"),
]


async def begun(worker: AgentWorker, business: str, text: str) -> Talk:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    return talk


@pytest.mark.parametrize(("business", "text", "code"), ASKS_WHAT_BECAME)
async def test_it_is_looked_at_and_nothing_is_to_be_done(
    worker: AgentWorker, business: str, text: str, code: str
) -> None:
    talk = await begun(worker, business, text)
    assert [(one.code, one.asks, one.follows_up) for one in talk.state.reasons] == [(code, "question", True)]
    assert talk.acts[-1].split()[0] == "ask", "whose it is has to be proved first"


@pytest.mark.parametrize(("business", "text", "code"), ASKS_FOR_IT)
async def test_who_asks_for_it_is_read_it_back(worker: AgentWorker, business: str, text: str, code: str) -> None:
    talk = await begun(worker, business, text)
    assert (code, "request", False) in [(one.code, one.asks, one.follows_up) for one in talk.state.reasons]


async def test_it_ends_without_a_read_back(worker: AgentWorker) -> None:
    talk = await run(
        worker.desks["retail"], "did my cancellation of 48402 go through", "robert.haines@example.com", "30309"
    )
    assert talk.acts == ["ask email", "ask postcode", "check"]


async def test_who_then_asks_for_it_is_read_it_back(worker: AgentWorker) -> None:
    talk = await begun(worker, "retail", "has order 48402 been canceled yet?")
    await talk.say("then please cancel order 48402 now")
    assert [(one.code, one.asks, one.follows_up) for one in talk.state.reasons] == [("order_cancel", "request", False)]
