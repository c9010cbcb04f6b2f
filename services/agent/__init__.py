"""The agent desk: what does the customer want, and what must we know to decide?

Consumes InteractionRequested, and CustomerSpoke and CustomerLeft of live conversations; publishes ConversationHeld, and
AgentSpoke while a live conversation goes on. Read it in this order:

    worker.py         the desk: event in, event out
    conversation/     the conversation from the agent's side: hearing, deciding what to do next, wording
    understanding.py  which contact reasons (phrases.py cuts a text into clauses, typos.py reads mistyped words)
    entities.py       which facts, and where they were said (dates.py reads dates)
    reasons.py        `contact_reasons.yaml` as models, checked when it is read
    customer/         the simulated customer: who it is, what they know, how they talk
"""

from pathlib import Path

from callcenter.business import Profile, folders, load
from services.agent.conversation import Desk
from services.agent.customer.memory import AccountBook, Recollection
from services.agent.entities import Extractor
from services.agent.reasons import ContactReasons
from services.agent.settings import AgentSettings
from services.agent.understanding import LiteEngine, Understanding
from services.agent.worker import AgentWorker

__all__ = ["build"]


def build(settings: AgentSettings | None = None) -> AgentWorker:
    """The worker with every business it serves; raises BusinessError where a business folder is wrong."""
    settings = settings or AgentSettings.read()
    return AgentWorker({name: _desk(folder) for name, folder in folders(settings.businesses_dir).items()})


def _desk(folder: Path) -> Desk:
    reasons = load(folder, "contact_reasons.yaml", ContactReasons)
    return Desk(
        profile=load(folder, "business.yaml", Profile),
        reasons=reasons,
        understanding=Understanding(LiteEngine(reasons), reasons),
        extractor=Extractor(reasons.slots),
        recollection=Recollection(load(folder, "accounts.yaml", AccountBook), reasons),
    )
