"""The agent desk: what does the customer want, and what must we know to decide?

Consumes InteractionRequested, publishes ConversationHeld. Read it in this order:

    worker.py         the desk: event in, event out
    conversation.py   the agent and a simulated customer, turn by turn
    dialogue.py       what the agent knows, and its next act
    understanding/    which contact reasons; weights.py fetches and checks the weights for it
    entities.py       which facts, and where they were said (dates.py reads dates)
    reasons.py        `contact_reasons.yaml` as models, checked when it is read
    wording.py        how the agent puts it
    sentiment.py      the mood and the hurry of the customer; language.py: the language
    customer.py       the simulated customer, in the character of personas.py, with the memory of accounts.py
"""

from pathlib import Path

from callcenter.business import Profile, folders, load
from services.agent.accounts import AccountBook
from services.agent.conversation import Desk
from services.agent.entities import Extractor
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings
from services.agent.understanding import Understanding
from services.agent.understanding.choice import Engines
from services.agent.worker import AgentWorker

__all__ = ["build"]


def build(settings: AgentSettings | None = None) -> AgentWorker:
    """The worker with every business it serves; raises BusinessError where a business folder is wrong."""
    settings = settings or AgentSettings.read()
    engines = Engines(settings)
    return AgentWorker({name: _desk(folder, engines) for name, folder in folders(settings.businesses_dir).items()})


def _desk(folder: Path, engines: Engines) -> Desk:
    reasons = load(folder, "contact_reasons.yaml", ContactReasons)
    return Desk(
        profile=load(folder, "business.yaml", Profile),
        reasons=reasons,
        understanding=Understanding(engines.of(reasons), reasons),
        extractor=Extractor(reasons.slots),
        book=load(folder, "accounts.yaml", AccountBook),
    )
