"""Words of ours in matters that are none of ours, or the very opposite: nothing is started on a keyword."""

import pytest

from services.agent.worker import AgentWorker

from .test_dialogue import Talk

NONE_OF_OURS = [
    ("banking", "A tourist forgot a card of yours on our ferry. What are we to do with it?"),
    ("banking", "somebody left a wallet at our bar, there's a debit card of yours inside"),
    ("banking", "a customer forgot her bank card at my checkout, where can I send it?"),
    ("banking", "On my run I found a Larkfield card with the name Sally Brook on it. Where should it go?"),
    ("banking", "my trainee found someone's debit card beside the copier"),
    ("banking", "a stranger's purse lay in front of our door, with a card of yours"),
    ("banking", "Found somebody's wallet at the pool, one of your bank cards is in it"),
    ("banking", "one of your cars is standing across our driveway, have it moved please"),
    ("telecom", "a minivan of yours stands in our gateway since Friday, can somebody move it?"),
    ("telecom", "one of your technicians' vans is standing on our lawn, get it moved"),
    ("telecom", "a Fernline truck blocks the fire lane in front of our building"),
    ("telecom", "somebody of yours parked in front of my stable, please move it away"),
    ("telecom", "I forgot the PIN of my screen, unlock my phone"),
    ("telecom", "there's a mobile here at our checkout that some customer forgot, it's on your network"),
    ("retail", "one of your vans is standing in our gateway, please have it moved"),
    ("retail", "your truck is parked on our tulips, could you move it"),
    ("retail", "cancel my appointment at the hairdresser"),
]
OURS = [
    ("banking", "Someone took my purse with my bank card in it", "card_lost"),
    ("banking", "my wallet is gone with the card inside, please block it", "card_lost"),
    ("banking", "I forgot my card in a bar last night", "card_lost"),
    ("banking", "my card is right here, but there is a payment of $88.10 I don't recognize", "unknown_charge"),
    ("telecom", "the phone I bought from you is locked to your network, unlock it", "unlock_phone"),
    ("telecom", "we're moving in June, please move our internet", "moving"),
    ("telecom", "my phone was stolen, block it", "sim_lost"),
    ("retail", "I changed my mind about order 48402, please cancel it", "order_cancel"),
    ("retail", "your driver was very rude to me", "complaint"),
]
EXCUSES = [
    ("banking", "I have to stop a transfer", "I'm washing up and can't open the app"),
    ("banking", "I have to stop a transfer", "my phone is broken, I can't look into the account"),
    ("banking", "stop a transfer please", "I can't see the app while I'm talking to you"),
    ("telecom", "please unlock my phone", "it won't switch on, so I can't look there"),
    ("telecom", "please unlock my phone", "the display is broken, I can't read anything on it"),
    ("telecom", "please explain my bill", "my internet is down, I can't open the mail with it"),
    ("retail", "cancel my order please", "my laptop is broken, I can't open the mail"),
    ("retail", "I'd like a refund", "the screen of my tablet is cracked, I can't read the number"),
]


async def begun(worker: AgentWorker, business: str, *said: str) -> Talk:
    talk = Talk(worker.desks[business])
    for text in said:
        await talk.say(text)
    return talk


@pytest.mark.parametrize(("business", "text"), NONE_OF_OURS)
async def test_what_is_none_of_ours_starts_nothing(worker: AgentWorker, business: str, text: str) -> None:
    talk = await begun(worker, business, text)
    assert [reason.code for reason in talk.state.reasons if reason.code not in ("complaint", "human_agent")] == []


@pytest.mark.parametrize(("business", "text", "code"), OURS)
async def test_the_same_words_in_a_matter_of_ours_start_it(
    worker: AgentWorker, business: str, text: str, code: str
) -> None:
    assert [reason.code for reason in (await begun(worker, business, text)).state.reasons] == [code]


@pytest.mark.parametrize(("business", "text", "excuse"), EXCUSES)
async def test_why_a_fact_cannot_be_had_is_no_further_matter(
    worker: AgentWorker, business: str, text: str, excuse: str
) -> None:
    before = await begun(worker, business, text)
    assert before.state.expects
    after = await begun(worker, business, text, excuse)
    assert [one.code for one in after.state.reasons] == [one.code for one in before.state.reasons]


WHY = [
    ("The curtains of order 48371 I have no use for, please cancel them.", "order_cancel"),
    ("The desk in 48405 turned out too wide for us, please cancel it.", "order_cancel"),
    ("The chairs of 48402 we no longer want, cancel those please.", "order_cancel"),
]


@pytest.mark.parametrize(("text", "code"), WHY)
async def test_why_something_is_to_be_done_is_no_request_of_its_own(worker: AgentWorker, text: str, code: str) -> None:
    assert [reason.code for reason in (await begun(worker, "retail", text)).state.reasons] == [code]
