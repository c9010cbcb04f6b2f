"""What comes of a judgement, and of the looks that lead to it."""

from typing import Literal, NamedTuple

from callcenter.events import Decision, Policy, RuleCheck, Thing
from services.policy.agreement import Agreement
from services.policy.rules import Answer

Result = Literal["applied", "not_applicable", "lacks_facts"]


class Stop(NamedTuple):
    """Why a rule may not even be looked at: what the customer has to tell us first, or had better state once more."""

    code: str
    answer: Answer
    note: str
    missing: tuple[str, ...] = ()
    again: tuple[str, ...] = ()


class Look(NamedTuple):
    """How one rule came out: what it decides, if it applies; what there is to choose among, or was where one chose."""

    check: RuleCheck
    decision: Decision | None = None
    choices: tuple[Thing, ...] = ()
    chosen: tuple[Thing, ...] = ()


class Finding(NamedTuple):
    """One decision; what stopped it short of a rule, if anything did; and what it is about to agree to.

    `told`: it says how something stands that was agreed before. `choices` are what a rule asks to choose among,
    `chosen` what there was where the choice is made.
    """

    decision: Decision
    stop: Stop | None = None
    agreed: Agreement | None = None
    told: bool = False
    choices: tuple[Thing, ...] = ()
    chosen: tuple[Thing, ...] = ()


class Judgement(NamedTuple):
    """What was decided, and what could be asked before it counts: the facts, most wanted first, and the sentence.

    It must not count before what is `agreed` by it is remembered. `lacking` is the place of the request that the facts
    are asked for, the main one being 0; `choices`, what there is to choose among; `chosen`, what there was. `decided`
    is of those that are open; those before were settled by then.
    """

    policy: Policy
    asks: tuple[str, ...]
    sentence: str
    agreed: tuple[Agreement, ...] = ()
    lacking: int = 0
    decided: tuple[Decision, ...] = ()
    choices: tuple[Thing, ...] = ()
    chosen: tuple[Thing, ...] = ()
