"""The agent desk: what does the customer want, and what must we know to decide?

Consumes InteractionRequested, and CustomerSpoke and CustomerLeft of live conversations; publishes ConversationHeld, and
AgentSpoke while a live conversation goes on. Read it in this order:

    worker.py         the desk: event in, event out
    commands.py       all that the agent can hear, and the port that it is heard through
    conversation/     the conversation from the agent's side: what to do next, wording, one step, a whole one
    understanding/    text to commands: speech acts, contact reasons; weights/ fetches and checks the weights for it
    facts/            which facts, and where they were said
    languages.py      what it brings along for a language, from languages/; phrasebook.py: the sentences that it says
    reasons.py        `contact_reasons.yaml` as models, checked when it is read
    customer/         the simulated customer: who it is, what they know, how they talk
"""

from collections.abc import Mapping
from pathlib import Path

from callcenter.account_book import AccountBook
from callcenter.business import Profile, folders, load
from callcenter.language_model import ChatServer, Rephrasing
from services.agent.conversation import Desk
from services.agent.customer.memory import Recollection
from services.agent.facts import Extractor
from services.agent.hearing import LanguagePack
from services.agent.hearing.language import identifier
from services.agent.languages import check_languages, help_lines, language, pack
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
    engines = Engines(settings)
    server = ChatServer(settings) if settings.llm_rephrase else None
    businesses = folders(settings.businesses_dir)
    profiles = {name: load(folder, "business.yaml", Profile) for name, folder in businesses.items()}
    for profile in profiles.values():
        check_languages(settings.languages_dir, profile)
    spoken = {code for profile in profiles.values() for code in profile.languages}
    packs = {code: pack(settings.languages_dir, code, engines) for code in sorted(spoken)}
    return AgentWorker(
        {
            name: _desk(folder, profiles[name], settings, engines, packs, server=server)
            for name, folder in businesses.items()
        }
    )


def _desk(
    folder: Path,
    profile: Profile,
    settings: AgentSettings,
    engines: Engines,
    packs: Mapping[str, LanguagePack],
    *,
    server: ChatServer | None,
) -> Desk:
    known = all(language(settings.languages_dir, code).known_to_models for code in profile.languages)
    reasons = load(folder, "contact_reasons.yaml", ContactReasons)
    return Desk(
        profile=profile,
        reasons=reasons,
        understanding=Understanding(engines.of(reasons, by_meaning=known), reasons),
        languages={code: packs[code] for code in profile.languages},
        help_lines=help_lines(settings.languages_dir, profile),
        extractor=Extractor(reasons.slots, region=profile.holidays.country or "US", own_domains=profile.domains),
        recollection=Recollection(load(folder, "accounts.yaml", AccountBook), reasons) if settings.demo else None,
        language_model=ChatServer(settings) if settings.understanding_engine == "llm" else None,
        rephrasing=Rephrasing(server, TONE, "agent", names=(profile.title, profile.voice.agent_name)),
    )
