"""One of several requests is taken back by its name, and the others stay."""

import pytest

from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker

from .test_account import Contact, desk_of_rules  # noqa: F401

ROBERT = "robert.haines@example.com, zip code 30309"
BOTH = f"Please cancel order 48402. I'd also like to unsubscribe from your newsletter. {ROBERT}"
CANCEL, LETTER = ["order_cancel"], ["newsletter"]


@pytest.fixture
def contact(worker: AgentWorker, desk_of_rules: PolicyWorker) -> Contact:  # noqa: F811
    return Contact(worker, desk_of_rules)


def kinds(contact: Contact) -> list[str]:
    return [one.code for one in contact.state.reasons]


@pytest.mark.parametrize(
    ("reply", "left"),
    [
        ("scrap the newsletter, the rest is right", CANCEL),
        ("never mind about the newsletter", CANCEL),
        ("the cancellation only", CANCEL),
        ("leave out the newsletter please", CANCEL),
        ("hmm, just the newsletter", LETTER),
        ("drop the cancellation", LETTER),
        ("not the cancellation, the other one", LETTER),
    ],
)
async def test_what_is_taken_back_by_name_is_left_and_the_rest_is_read_back(
    contact: Contact, reply: str, left: list[str]
) -> None:
    await contact.say(BOTH, reply)
    assert (contact.act, kinds(contact)) == ("confirm", left)
    assert contact.state.standing
    assert [one.contact_reason for one in contact.state.standing.proposals] == left


@pytest.mark.parametrize(
    "reply", ["please don't forget the newsletter", "you can't skip the cancellation!", "never drop the newsletter"]
)
async def test_what_must_not_be_forgotten_stays(contact: Contact, reply: str) -> None:
    await contact.say(BOTH, reply)
    assert kinds(contact) == [*CANCEL, *LETTER]


async def test_where_all_is_named_nothing_is_singled_out(contact: Contact) -> None:
    await contact.say(BOTH, "forget the cancellation and forget the newsletter")
    assert not contact.state.confirmed
