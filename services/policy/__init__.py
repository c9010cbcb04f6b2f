"""The policy desk: may we do what the customer asks, and why?

Consumes ConversationHeld, publishes PolicyDecided. Read it in this order:

    worker.py       the desk: event in, event out
    case.py         what a judgement may look at: the event, the account, the proof of identity
    judge.py        the judgement: ordered rules, the first that applies decides
    rulebook.py     `policy.yaml` as a whole, checked when it is read
    rules.py        its parts: rules, needs, actions, answers
    expressions.py  the language of the rules (CEL)
    identity.py     is the customer who they say?
    accounts.py     who are our customers, and what do we know of them?
    wording.py      sentences with facts in them
    preview.py      what would the rules decide? Over HTTP, nothing stored
    spelling.py     do the rules read facts that exist?
    facts.py        days and money: as they are written, computed with and said
"""

from pathlib import Path

from callcenter.business import Profile, folders, load
from services.policy.accounts import AccountsSheet, YamlAccounts
from services.policy.judge import Judge
from services.policy.rulebook import Rulebook
from services.policy.settings import PolicySettings
from services.policy.spelling import check_spelling
from services.policy.worker import Desk, PolicyWorker

__all__ = ["build"]


def build(settings: PolicySettings | None = None) -> PolicyWorker:
    """The worker with every business it serves; raises BusinessError where a business folder is wrong."""
    settings = settings or PolicySettings.read()
    return PolicyWorker({name: _desk(folder) for name, folder in folders(settings.businesses_dir).items()})


def _desk(folder: Path) -> Desk:
    profile = load(folder, "business.yaml", Profile)
    rulebook = load(folder, "policy.yaml", Rulebook)
    customers = load(folder, "accounts.yaml", AccountsSheet).customers
    check_spelling(folder, rulebook, customers)
    return Desk(YamlAccounts(customers), Judge(rulebook, profile))
