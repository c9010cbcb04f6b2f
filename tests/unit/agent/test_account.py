"""Once a customer has proved who they are, the agent knows what they point at, and reads back what would be done."""

from datetime import timedelta

import pytest

from callcenter.events import ActionsAgreed, ConversationHeld, Dialogue, PolicyDecided, Turn
from services import policy
from services.agent.conversation.talk import answer, held
from services.agent.worker import AgentWorker
from services.policy.worker import PolicyWorker
from tests.standing import finished

from .conftest import NOW, requested


@pytest.fixture(scope="session")
def desk_of_rules() -> PolicyWorker:
    return policy.build()


class Contact:
    """A live conversation with the agent, and policy behind it."""

    def __init__(self, worker: AgentWorker, rules: PolicyWorker, business: str = "retail") -> None:
        self.desk, self.rules, self.event = worker.desks[business], rules, requested("", business=business)
        self.state, self.turns = Dialogue(), list[Turn]()

    async def say(self, *texts: str) -> str:
        """Each after the agent's answer to the one before; returns the last answer."""
        for text in texts:
            self._add("customer", text)
            begun = await answer(self.desk, self.state, self.turns, "7")
            said = await finished(self.desk, self.event, begun, self.turns, self.rules.look)
            self.state = said.state
            self._add("agent", said.text)
        return self.turns[-1].text

    def _add(self, speaker: str, text: str) -> None:
        at = NOW + timedelta(seconds=len(self.turns))
        self.turns.append(Turn(turn=len(self.turns), at=at, speaker=speaker, text=text))

    async def decided(self) -> PolicyDecided:
        event = self.event.then(ConversationHeld, **held(self.desk, self.event, self.state, self.turns, None))
        decided = await self.rules.decide(event)
        if isinstance(decided, ActionsAgreed):
            decided = await self.rules.carry_out(decided)
        assert isinstance(decided, PolicyDecided)
        return decided

    @property
    def act(self) -> str:
        act = self.state.acts[-1]
        return f"{act.kind} {act.slot}" if act.slot else act.kind


@pytest.fixture
def contact(worker: AgentWorker, desk_of_rules: PolicyWorker) -> Contact:
    return Contact(worker, desk_of_rules)


DANA = ("dana.lopez@example.com", "94107")


async def test_the_only_order_needs_no_number(contact: Contact):
    text = await contact.say("I'd like to return the espresso machine", *DANA)
    assert contact.act == "confirm"
    assert "order 48213 (Espresso machine" in text
    assert "send you a return label" in text


async def test_before_identity_is_proved_nothing_of_the_account_is_there(contact: Contact):
    await contact.say("I'd like to return the espresso machine", "dana.lopez@example.com")
    assert contact.state.standing is None
    await contact.say("94108")
    assert contact.state.standing is not None
    assert contact.state.standing.things == ()
    assert not any("48213" in turn.text or "Espresso" in turn.text for turn in contact.turns if turn.speaker == "agent")


async def test_who_is_not_known_is_asked_once_more_and_may_mend_it(contact: Contact):
    await contact.say("I'd like to return the espresso machine", "dana.lopez@example.com", "94108")
    assert contact.act.startswith("ask")
    await contact.say("sorry, 94107")
    assert contact.act == "confirm"


NEWSLETTER = (
    "Please cancel my order 48402, and unsubscribe me from the newsletter. robert.haines@example.com, zip 30308"
)


@pytest.mark.parametrize("again", ["it is 30308", "sorry, 30307"])
async def test_where_nobody_is_proved_what_needs_no_proof_still_needs_a_yes(contact: Contact, again: str):
    await contact.say(NEWSLETTER, again)
    assert contact.act == "confirm"
    await contact.say("yes")
    done = {one.contact_reason: one.action and one.action.name for one in (await contact.decided()).policy.decisions}
    assert done == {"order_cancel": None, "newsletter": "change_newsletter"}


@pytest.mark.parametrize("again", ["it is 30308", "sorry, 30307"])
async def test_who_is_still_not_known_is_told_so_and_asked_for_no_yes(contact: Contact, again: str):
    await contact.say("cancel my order 48402, robert.haines@example.com, zip code 30308", again)
    assert contact.act == "check"
    assert (await contact.decided()).policy.verdict == "deny"


async def test_what_a_person_decides_is_read_back_as_that(worker: AgentWorker, desk_of_rules: PolicyWorker):
    contact = Contact(worker, desk_of_rules, "telecom")
    text = await contact.say("bill 417255 is wrong, all $125.00 of it", "hannah.brooks@example.com", "60614")
    assert contact.act == "confirm"
    assert "I would pass it to a colleague, who decides." in text


async def test_a_refusal_is_told_and_asks_for_no_yes(contact: Contact):
    await contact.say("please cancel my order 48213", *DANA)
    assert contact.act == "check"
    assert (await contact.decided()).policy.verdict == "deny"


async def test_what_is_read_back_is_what_is_agreed(contact: Contact):
    await contact.say("I'd like to return the espresso machine", *DANA, "yes please")
    standing, decided = contact.state.standing, await contact.decided()
    assert standing is not None
    assert [one.action for one in standing.proposals] == [one.action for one in decided.policy.decisions]


async def test_what_the_account_shows_is_not_in_the_record(contact: Contact):
    await contact.say("I'd like to return the espresso machine", *DANA, "yes please")
    assert contact.state.standing is not None
    assert contact.state.standing.things
    kept = (await contact.decided()).dialogue
    assert kept is not None
    assert kept.standing is not None
    assert kept.standing.things == ()


async def test_what_would_be_done_otherwise_than_read_back_goes_to_a_person(contact: Contact):
    await contact.say("I'd like to return the espresso machine", *DANA, "yes please")
    assert contact.state.standing is not None
    other = tuple(one.model_copy(update={"action": None}) for one in contact.state.standing.proposals)
    standing = contact.state.standing.model_copy(update={"proposals": other})
    contact.state = contact.state.model_copy(update={"standing": standing})
    decision = (await contact.decided()).policy.decisions[0]
    assert (decision.verdict, decision.action) == ("needs_review", None)


async def test_a_street_is_no_order(contact: Contact):
    move = "Please change the delivery address of my order to 12 Cushion Street, Portland, OR 97205."
    await contact.say(move, "grace.adeyemi@example.com", "20009")
    assert contact.act == "ask order_id"


async def test_what_a_mail_quotes_chooses_nothing(contact: Contact):
    await contact.say("I want to exchange my wool rug. grace.adeyemi@example.com, zip code 20009.")
    quote = "> There is the wool rug of 5 by 8 feet or the wool rug of 6 by 9 feet."
    await contact.say(f"Hello,\n\nthe one of 6 by 9\n\nBest wishes\nGrace\n\n{quote}")
    assert contact.state.facts["variant"] == "wool rug of 6 by 9 feet"
