"""A trade and a language that no code knows of: whole conversations of an airline, and of a practice in German."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from shutil import copy, copytree

import pytest

from callcenter.errors import BusinessError
from callcenter.events import Contact, ConversationHeld, Dialogue, InteractionRequested, PolicyDecided, Turn
from callcenter.settings import PROJECT
from services.agent import build
from services.agent.conversation import Desk
from services.agent.conversation.talk import answer, held
from services.agent.settings import AgentSettings
from services.agent.worker import AgentWorker
from services.policy import build as build_policy
from services.policy.settings import PolicySettings
from services.policy.worker import PolicyWorker
from tests.standing import finished

from .conftest import NOW, requested

TRADES = PROJECT / "tests" / "trades"


@dataclass
class Conversation:
    """A conversation in which a test is the customer, up to the decision."""

    desk: Desk
    policy: PolicyWorker
    state: Dialogue = field(init=False)
    turns: list[Turn] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.state = self.desk.opening()

    def add(self, speaker: str, text: str) -> str:
        at = NOW + timedelta(seconds=len(self.turns))
        self.turns.append(Turn(turn=len(self.turns), at=at, speaker=speaker, text=text))
        return text

    async def say(self, text: str) -> str:
        self.add("customer", text)
        begun = await answer(self.desk, self.state, self.turns, "7")
        event = requested("", business=self.desk.profile.name)
        said = await finished(self.desk, event, begun, self.turns, self.policy.look)
        self.state = said.state
        return self.add("agent", said.text)

    @property
    def acts(self) -> list[str]:
        return [f"{act.kind} {act.slot}" if act.slot else act.kind for act in self.state.acts]

    @property
    def reasons(self) -> list[str]:
        return [reason.code for reason in self.state.reasons]

    async def decision(self) -> PolicyDecided:
        event: InteractionRequested = requested(self.turns[0].text, business=self.desk.profile.name)
        event = event.model_copy(update={"contact": Contact(number=1, initiated_at=NOW)})
        decided = await self.policy.decide(
            event.then(ConversationHeld, **held(self.desk, event, self.state, self.turns, None))
        )
        assert isinstance(decided, PolicyDecided)
        return decided


@pytest.fixture(scope="module")
def languages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The languages that are brought along, and German."""
    folder = tmp_path_factory.mktemp("languages")
    copytree(PROJECT / "languages", folder, dirs_exist_ok=True)
    copytree(PROJECT / "tests" / "languages", folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def agent(languages: Path) -> AgentWorker:
    return build(AgentSettings(businesses_dir=TRADES, languages_dir=languages))


@pytest.fixture(scope="module")
def policy() -> PolicyWorker:
    return build_policy(PolicySettings(businesses_dir=TRADES))


@pytest.fixture
def airline(agent: AgentWorker, policy: PolicyWorker) -> Conversation:
    return Conversation(agent.desks["airline"], policy)


@pytest.fixture
def praxis(agent: AgentWorker, policy: PolicyWorker) -> Conversation:
    return Conversation(agent.desks["praxis"], policy)


@pytest.mark.parametrize(
    ("booking", "email", "member", "verdict"),
    [("SK1001", "ann.byrne@example.com", "M-20001", "allow"), ("SK1002", "tom.walsh@example.com", "M-20002", "deny")],
)
async def test_an_airline_cancels_what_its_rules_let_it(
    airline: Conversation, booking: str, email: str, member: str, verdict: str
):
    await airline.say("Hi, please cancel my flight")
    await airline.say(email)
    await airline.say(member)
    text = await airline.say(booking)
    assert airline.acts == ["ask email", "ask member", "ask booking", "confirm" if verdict == "allow" else "check"]
    if verdict == "allow":
        assert f"cancelling your flight, booking code {booking}" in text
        await airline.say("yes please")
    assert airline.acts[-1] == "check"
    assert [(one.verdict) for one in (await airline.decision()).policy.decisions] == [verdict]


async def test_an_airline_does_nothing_after_a_no_to_the_read_back(airline: Conversation):
    await airline.say("my suitcase is lost, booking SK1001, ann.byrne@example.com, member number M-20001")
    assert airline.acts == ["confirm"]
    await airline.say("no")
    assert airline.acts[-1] == "amend"


async def test_an_airline_hears_what_is_not_wanted(airline: Conversation):
    await airline.say("I do not want to cancel my flight")
    assert airline.reasons == []
    assert "confirm" not in airline.acts


async def test_a_request_in_german_comes_to_its_decision(praxis: Conversation):
    text = await praxis.say("Guten Tag, ich möchte meinen Termin absagen")
    assert text.startswith("Guten Tag, hier ist Jana")
    await praxis.say("anna.weber@example.com")
    await praxis.say("P-4711")
    text = await praxis.say("T-10001")
    assert praxis.acts == ["ask email", "ask patient_id", "ask termin", "confirm"]
    assert "es geht um die Absage Ihres Termins, Terminnummer T-10001" in text
    await praxis.say("ja, bitte")
    assert praxis.acts[-1] == "check"
    decided = await praxis.decision()
    assert [one.verdict for one in decided.policy.decisions] == ["allow"]
    assert decided.contact.language == "de"


async def test_another_account_gets_the_answer_of_its_own(praxis: Conversation):
    for text in ("Bitte sagen Sie meinen Termin ab", "T-10002", "jonas.klein@example.com", "P-4712", "ja"):
        await praxis.say(text)
    assert [one.verdict for one in (await praxis.decision()).policy.decisions] == ["needs_review"]


@pytest.mark.parametrize("yes", ["ja", "Ja, gerne!", "machen Sie das", "ja, das stimmt so"])
async def test_a_yes_in_german_is_one(praxis: Conversation, yes: str):
    await praxis.say("Bitte sagen Sie meinen Termin T-10001 ab, anna.weber@example.com, P-4711")
    await praxis.say(yes)
    assert praxis.acts == ["confirm", "check"]


@pytest.mark.parametrize("no", ["nein", "nein, bitte nicht", "nein danke"])
async def test_a_no_in_german_at_the_read_back_does_nothing(praxis: Conversation, no: str):
    await praxis.say("Bitte sagen Sie meinen Termin T-10001 ab, anna.weber@example.com, P-4711")
    assert praxis.acts == ["confirm"]
    text = await praxis.say(no)
    assert praxis.acts[-1] == "amend"
    assert text == "Dann wird nichts gemacht. Was soll ich ändern?"


@pytest.mark.parametrize("neither", ["ja, aber nur wenn es nichts kostet", "yes", "vielleicht"])
async def test_what_is_no_plain_yes_in_german_does_nothing(praxis: Conversation, neither: str):
    await praxis.say("Bitte sagen Sie meinen Termin T-10001 ab, anna.weber@example.com, P-4711")
    await praxis.say(neither)
    assert "check" not in praxis.acts


async def test_what_is_not_wanted_in_german_is_no_request(praxis: Conversation):
    await praxis.say("Ich möchte meinen Termin nicht absagen")
    assert praxis.reasons == []


async def test_who_writes_english_to_a_business_in_german_is_told_so_in_english(praxis: Conversation):
    text = await praxis.say("Hello, I would like to cancel the appointment that I have with you next week")
    assert praxis.acts == ["unsupported"]
    assert text.startswith("Thank you for your message. I can't chat in English yet")


@pytest.mark.parametrize(("text", "sign"), [("Das ist eine Frechheit!", -1), ("Vielen Dank, das ist toll", 1)])
def test_moods_are_told_by_german_words(praxis: Conversation, text: str, sign: int):
    mood = praxis.desk.feelings(praxis.state).mood(text)
    assert mood * sign > 0.2


def test_a_language_without_a_folder_is_told_at_the_start(tmp_path: Path):
    copytree(TRADES / "praxis", tmp_path / "praxis")
    with pytest.raises(
        BusinessError, match=r"praxis/business\.yaml: languages: nothing is known of 'de'.*languages/de"
    ):
        build(AgentSettings(businesses_dir=tmp_path, understanding_engine="lite"))


def test_speech_acts_without_sentences_are_named(tmp_path: Path):
    copytree(PROJECT / "tests" / "languages", tmp_path, dirs_exist_ok=True)
    copy(PROJECT / "languages" / "help_lines.yaml", tmp_path)
    acts = tmp_path / "de" / "speech_acts" / "own.tsv"
    left = [line for line in acts.read_text("utf-8").splitlines() if not line.startswith("fraud")]
    acts.write_text("\n".join(left), "utf-8")
    settings = AgentSettings(businesses_dir=TRADES / "praxis", languages_dir=tmp_path, understanding_engine="lite")
    with pytest.raises(BusinessError, match=r"de/speech_acts: there is no sentence for fraud"):
        build(settings)
