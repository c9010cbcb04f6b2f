"""Conversations that stand at the read-back of something that cannot be undone."""

from copy import copy

from services.agent.conversation import Desk

from .test_dialogue import Talk

OPENINGS = {
    "order_cancel": ("retail", "Cancel order 48402, my email is robert.haines@example.com, zip code 30309"),
    "refund_request": ("retail", "I want a refund for order 48213, my email is dana@example.com and my zip is 94107"),
    "account_close": (
        "banking",
        "Please close my savings account. My email is dana@example.com, I was born on April 12, 1988, zip code 94107",
    ),
    "card_lost": (
        "banking",
        "I lost my card ending in 4821. My email is dana@example.com, I was born on April 12, 1988, zip code 94107",
    ),
    "cancel": ("telecom", "Please cancel my line 415-555-0132. My email is dana@example.com and my zip code is 94107"),
    "data_topup": (
        "telecom",
        "Please add 5 GB of data to my line 415-555-0132. My email is dana@example.com and my zip code is 94107",
    ),
}


async def read_back(desks: dict[str, Desk], code: str) -> Talk:
    """The conversation in which the request `code` was just read back."""
    business, opening = OPENINGS[code]
    talk = Talk(desks[business])
    await talk.say(opening)
    assert (talk.acts[-1], [reason.code for reason in talk.state.reasons]) == ("confirm", [code])
    return talk


def again(talk: Talk) -> Talk:
    """The same conversation, to go on in another way."""
    other = copy(talk)
    other.turns = list(talk.turns)
    return other


def to_be_done(talk: Talk) -> set[str]:
    """The requests that go to policy now, to be acted on."""
    if talk.acts[-1] != "check":
        return set()
    return {reason.code for reason in talk.state.reasons if reason.asks == "request"}
