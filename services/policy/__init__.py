"""The policy desk: may we do what the customer asks, and why?

Consumes ConversationHeld; publishes PolicyDecided, or InformationNeeded where the customer can be asked once more. What
a machine carries out it first publishes to itself, as ActionsAgreed. Of InteractionCompleted it notes the ticket of
what was agreed.
Read it in this order:

    worker.py       the desk: event in, event out
    case.py         what a judgement may look at: the event, the account, the proof of identity
    judge.py        the judgement: ordered rules, the first that applies decides
    under_way.py    what was agreed before is not agreed again
    agreement.py    what was agreed, as it is remembered, told and seen by rules
    asking.py       what a rule asks, and what there is to choose among
    questions.py    whether the customer can be asked for what is lacking
    rulebook.py     `policy.yaml` as a whole, checked when it is read
    carry_out.py    which actions a machine carries out, and what they change
    rules.py        its parts: rules, needs, actions, answers
    expressions.py  the language of the rules (CEL)
    identity.py     is the customer who they say?
    guesses.py      who tried too often to prove it
    accounts/       who are our customers, and what do we know of them?
    actions/        who carries out what was agreed, and does it once
    wording.py      sentences with facts in them
    asked.py        what a preview may be asked with
    preview.py      what would the rules decide? Over HTTP, nothing stored
    privacy.py      what is kept about a customer, and erasing it
    spelling.py     do the rules read facts that exist?
    facts.py        days and money: as they are written, computed with and said
    kinds.py        of what kind a fact is, and which are of another kind than their like
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi import APIRouter, FastAPI

from callcenter.business import Profile, folders, load
from callcenter.http.desk import desk_app
from callcenter.messaging import Worker
from callcenter.messaging.serve import Runtime
from callcenter.storage.agreements import Agreements, MemoryAgreements
from callcenter.storage.audit import Audit
from services.policy.accounts import Account, Accounts, AccountsSheet
from services.policy.accounts.patience import Patience
from services.policy.accounts.shape import Shape
from services.policy.accounts.yaml import YamlAccounts
from services.policy.actions import Actions, ByPeople
from services.policy.actions.machine import Machine
from services.policy.actions.samples import SampleActions
from services.policy.guesses import Guesses
from services.policy.judge import Judge
from services.policy.preview import router
from services.policy.privacy import person
from services.policy.privacy import router as privacy
from services.policy.rulebook import Rulebook
from services.policy.settings import PATIENCE, PolicySettings
from services.policy.spelling import check_spelling
from services.policy.worker import Desk, PolicyWorker

__all__ = ["PolicySettings", "assemble", "build", "on", "person", "privacy", "router"]

Source = Callable[[str, Sequence[Account]], Accounts]
"""Makes the accounts of a business, given its name and the customers in its folder."""

Means = Callable[[str, Shape], Actions]
"""Makes what carries out the actions of a business, given its name and what its accounts look like."""

SOONER = 0.9
"""The part of the retry ladder's time after which an action is given up at the latest: before it is a dead letter."""


def build(
    settings: PolicySettings | None = None,
    agreements: Agreements | None = None,
    ladder: Sequence[float] = (PATIENCE, PATIENCE),
    guesses: Guesses | None = None,
    audit: Audit | None = None,
) -> PolicyWorker:
    """The worker with every business it serves; raises BusinessError where a business folder is wrong.

    `ladder` are the seconds between the tries of a handler. Without `guesses` nobody counts them.
    """
    settings, agreements = settings or PolicySettings.read(), agreements or MemoryAgreements()
    source, means = _source(settings), _means(settings, agreements)
    patience = min(settings.actions_patience, SOONER * sum(ladder))

    def desk(folder: Path) -> Desk:
        judge, customers = _judge(folder)
        shape = Shape(customers)
        return Desk(source(folder.name, customers), judge, Machine(means(folder.name, shape), shape, patience))

    desks = {name: desk(folder) for name, folder in folders(settings.businesses_dir).items()}
    return PolicyWorker(desks, agreements, demo=settings.demo, guesses=guesses, audit=audit)


def on(runtime: Runtime, settings: PolicySettings | None = None) -> PolicyWorker:
    """The worker on the stores of a runtime."""
    settings = settings or PolicySettings.read()
    secret, ladder = runtime.store.secret, runtime.settings.retry_ladder
    most = [settings.unless_demo(f"identity_tries_per_{whose}") for whose in ("account", "client")]
    guesses = Guesses(runtime.counters, secret, *most)
    return build(settings, runtime.agreements, ladder, guesses, runtime.audit)


def assemble(runtime: Runtime) -> tuple[Sequence[Worker], FastAPI]:
    """The worker and the HTTP app, wired to a runtime."""
    worker = on(runtime)
    routes = APIRouter()
    routes.include_router(router(worker))
    routes.include_router(privacy(worker, runtime))
    return [worker], desk_app(runtime, "policy", routes)


def _judge(folder: Path) -> tuple[Judge, Sequence[Account]]:
    profile = load(folder, "business.yaml", Profile)
    rulebook = load(folder, "policy.yaml", Rulebook)
    customers = load(folder, "accounts.yaml", AccountsSheet).customers
    check_spelling(folder, rulebook, customers)
    return Judge(rulebook, profile), customers


def _means(settings: PolicySettings, agreements: Agreements) -> Means:
    """What carries actions out: the company's system where it has an address, else whatever holds the accounts."""
    if settings.actions_url:
        from services.policy.actions import http  # noqa: PLC0415

        system, patience = http.client(), Patience("The system that carries out actions", settings.actions_timeout)
        own = http.HttpActions(system, settings.actions_url, settings.actions_key, patience)
        return lambda _, __: own
    if settings.accounts_url is None:
        return lambda name, shape: SampleActions(name, shape, agreements, demo=settings.demo)
    if not settings.accounts_url.startswith("postgres"):
        return lambda _, __: ByPeople()
    from services.policy.actions import postgres  # noqa: PLC0415

    database = postgres.engine(settings.accounts_url)
    kept = postgres.PostgresActions(database, Patience("The account database", settings.actions_timeout))
    return lambda _, __: kept


def _source(settings: PolicySettings) -> Source:
    """Where accounts come from, by the beginning of ACCOUNTS_URL; the others are not even imported."""
    url = settings.accounts_url
    if url is None:
        return lambda _, customers: YamlAccounts(customers)
    if url.startswith("postgres"):
        from services.policy.accounts import postgres  # noqa: PLC0415

        database, patience = postgres.engine(url), Patience("The account database", settings.accounts_timeout)
        return lambda name, customers: postgres.PostgresAccounts(database, name, Shape(customers), patience)
    from services.policy.accounts import http  # noqa: PLC0415

    token = settings.accounts_token.get_secret_value() if settings.accounts_token else None
    crm, patience = http.client(url, token), Patience("The CRM", settings.accounts_timeout)
    return lambda name, customers: http.HttpAccounts(crm, name, Shape(customers), patience)
