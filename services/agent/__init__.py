"""The agent desk: what does the customer want, and what must we know to decide?

Consumes InteractionRequested, and CustomerSpoke and CustomerLeft of live conversations; publishes ConversationHeld, and
AgentSpoke while a live conversation goes on. Read it in this order:

    worker.py         the desk: event in, event out
    commands.py       all that the agent can hear, and the port that it is heard through
    conversation/     the conversation from the agent's side: what to do next, wording, one step, a whole one
    understanding/    text to commands: speech acts, contact reasons; weights/ fetches and checks the weights for it
    facts/            which facts, and where they were said
    reasons.py        `contact_reasons.yaml` as models, checked when it is read
    customer/         the simulated customer: who it is, what they know, how they talk
"""

from pathlib import Path

from callcenter.account_book import AccountBook
from callcenter.business import Profile, folders, load
from callcenter.language_model import ChatServer, Rephrasing
from callcenter.privacy import redact
from services.agent.conversation import Desk
from services.agent.customer.memory import Recollection
from services.agent.facts import Extractor
from services.agent.hearing import LanguagePack
from services.agent.hearing.language import identifier
from services.agent.languages import assent, help_lines, several, speech_acts
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings
from services.agent.understanding import Understanding
from services.agent.understanding.choice import Engines
from services.agent.worker import AgentWorker

__all__ = ["build"]

TONE = "Rewrite what a customer service agent says: warm, natural, about as long, the same meaning, the same questions."
"""How a language model is asked to put the agent's sentences."""


def build(settings: AgentSettings | None = None) -> AgentWorker:
    """The worker with every business it serves; raises BusinessError where a business folder is wrong."""
    settings = settings or AgentSettings.read()
    identifier()
    engines = Engines(settings, redact)
    server = ChatServer(settings) if settings.llm_rephrase else None
    folder = settings.languages_dir
    language = LanguagePack(engines.listening(speech_acts(folder)), assent(folder), several(folder))
    return AgentWorker(
        {
            name: _desk(folder, settings, engines, language, server)
            for name, folder in folders(settings.businesses_dir).items()
        }
    )


def _desk(
    folder: Path, settings: AgentSettings, engines: Engines, language: LanguagePack, server: ChatServer | None
) -> Desk:
    profile = load(folder, "business.yaml", Profile)
    reasons = load(folder, "contact_reasons.yaml", ContactReasons)
    return Desk(
        profile=profile,
        reasons=reasons,
        understanding=Understanding(engines.of(reasons), reasons),
        language=language,
        help_lines=help_lines(settings.languages_dir, profile),
        extractor=Extractor(reasons.slots, region=profile.holidays.country or "US", own_domains=profile.domains),
        recollection=Recollection(load(folder, "accounts.yaml", AccountBook), reasons) if settings.demo else None,
        rephrasing=Rephrasing(server, TONE, "agent", names=(profile.title, profile.voice.agent_name)),
    )
