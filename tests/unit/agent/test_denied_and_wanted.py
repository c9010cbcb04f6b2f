"""Not this, only that: what is denied is not done, and what is wanted beside it is; also of a thing that is only it."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk

NOT_THIS_BUT_THAT = [
    (
        "telecom",
        "leave my tariff on 555 013 2091 how it is, I'd only like five more gigabytes",
        "plan_change",
        "data_topup",
    ),
    ("telecom", "the plan is to stay, only a 10 GB pack should be added", "plan_change", "data_topup"),
    ("telecom", "Nobody asked you to cancel my line, all I wanted was a copy of the bill", "cancel", "bill_copy"),
    ("telecom", "no, keep my contract running - I simply need a new SIM card", "cancel", "sim_replace"),
    ("retail", "don't send the money back, just send me the lamp that is missing", "refund_request", "missing_item"),
    (
        "retail",
        "I never told you to cancel 48402. All I wanted was another delivery address.",
        "order_cancel",
        "delivery_address",
    ),
    (
        "retail",
        "my order is not to be canceled; please deliver it to 12 Oak Street instead",
        "order_cancel",
        "delivery_address",
    ),
    ("banking", "please don't close anything, a statement is all I need", "account_close", "statement"),
    ("banking", "My account is to stay open - just tell me the balance", "account_close", "balance"),
    (
        "banking",
        "nobody said that the card should be blocked, I only need a higher transfer limit",
        "card_lost",
        "transfer_limit",
    ),
]
OF_THE_THING = [
    (
        "banking",
        "You must not stop T204815. I would only like to hear when it gets there.",
        "transfer_cancel",
        "transfer_status",
    ),
    (
        "banking",
        "Don't cancel T198220! All I'd like to know is whether it has arrived.",
        "transfer_cancel",
        "transfer_status",
    ),
    ("retail", "Don't cancel 48310, I merely want to know when it comes.", "order_cancel", "order_status"),
    ("retail", "I never asked for 48310 to be canceled. Just tell me where it is.", "order_cancel", "order_status"),
]


async def begun(worker: AgentWorker, business: str, text: str) -> Talk:
    talk = Talk(worker.desks[business])
    await talk.say(text)
    return talk


@pytest.mark.parametrize(("business", "text", "denied", "wanted"), [*NOT_THIS_BUT_THAT, *OF_THE_THING])
async def test_what_is_denied_is_cut_away_and_the_rest_is_taken_up(
    worker: AgentWorker, business: str, text: str, denied: str, wanted: str
) -> None:
    codes = [reason.code for reason in (await begun(worker, business, text)).state.reasons]
    assert (wanted in codes, denied in codes) == (True, False)
