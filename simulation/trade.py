"""What customers of a business know: its facts, accounts and scenarios, and what its rules set in motion."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from callcenter.account_book import AccountBook, Entry
from callcenter.business import load

FILES = ("business.yaml", "contact_reasons.yaml", "policy.yaml")


class _Part(BaseModel):
    """A part of a business file: what a customer has to know of it; the rest is for the services."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Slot(_Part):
    """A fact that the agent may ask for, with values that anybody could give, or the `options` that it is among."""

    title: str
    kind: str
    examples: tuple[str, ...] = ()
    options: dict[str, tuple[str, ...]] = {}


class Thing(_Part):
    """A list in the account, and which field of an entry is which fact, its key first."""

    among: str
    knows: dict[str, str]

    @property
    def key(self) -> str:
        """The fact that names one entry."""
        return next(iter(self.knows))


class MemoryMap(_Part):
    """What customers know of their own account, by fact."""

    account: dict[str, str] = {}
    things: dict[str, Thing] = {}


class Identity(_Part):
    """The facts that prove who somebody is."""

    facts: tuple[str, ...]


class Reason(_Part):
    """Why customers call, and what is asked of them then."""

    code: str
    needs: tuple[str, ...] = ()


class Vocabulary(_Part):
    """`contact_reasons.yaml`."""

    identity: Identity
    slots: dict[str, Slot]
    memory: MemoryMap = MemoryMap()
    reasons: tuple[Reason, ...]


class Needs(_Part):
    """What a rule has to know."""

    identity: str | None = None
    slots: tuple[str, ...] = ()


class Step(_Part):
    """What a rule sets in motion."""

    name: str


class Rule(_Part):
    """What is decided, and what is done then; a rule that asks decides nothing, and without an answer a person does."""

    id: str
    needs: Needs = Needs()
    action: Step | None = None


class Subject(_Part):
    """By what else customers may call an entry of their account."""

    slot: str
    key: str
    known_by: tuple[str, ...] = ()


class UnderWay(_Part):
    """How actions are said."""

    words: dict[str, str] = {}


class Rules(_Part):
    """`policy.yaml`."""

    rules: tuple[Rule, ...]
    subjects: dict[str, Subject] = {}
    under_way: UnderWay = UnderWay()


class Scenario(_Part):
    """A request and what must come of it."""

    id: str
    text: str
    customer_id: str | None = None
    persona: str | None = None
    agreed: tuple[dict[str, Any], ...] = ()
    expect: dict[str, Any]


class Scenarios(_Part):
    """`scenarios.yaml`."""

    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True)
class Trade:
    """A business as its customers meet it; `public` is all that it tells anybody."""

    name: str
    vocabulary: Vocabulary
    policy: Rules
    customers: Sequence[Entry]
    scenarios: Sequence[Scenario]
    public: str

    def customer(self, customer_id: str | None) -> Entry | None:
        """The account of a sample customer."""
        return next((one for one in self.customers if customer_id and one["customer_id"] == customer_id), None)

    def rule(self, rule_id: str | None) -> Rule | None:
        """A rule by its id."""
        return next((rule for rule in self.policy.rules if rule.id == rule_id), None)

    def needs(self, code: str | None) -> tuple[str, ...]:
        """The facts that are asked for where somebody calls for this reason."""
        return next((reason.needs for reason in self.vocabulary.reasons if reason.code == code), ())

    @property
    def things(self) -> Mapping[str, Thing]:
        """The lists in an account by the fact that names one entry."""
        return {thing.key: thing for thing in self.vocabulary.memory.things.values()}

    @property
    def named(self) -> frozenset[str]:
        """The facts by which policy finds a thing."""
        return frozenset(subject.slot for subject in self.policy.subjects.values())


def read(folder: Path) -> Trade:
    """The trade of a business folder; raises BusinessError where a file is missing or wrong."""
    return Trade(
        name=folder.name,
        vocabulary=load(folder, "contact_reasons.yaml", Vocabulary),
        policy=load(folder, "policy.yaml", Rules),
        customers=load(folder, "accounts.yaml", AccountBook).customers,
        scenarios=load(folder, "scenarios.yaml", Scenarios).scenarios,
        public="\n".join((folder / file).read_text(encoding="utf-8") for file in FILES),
    )
