"""What only shows in the whole business: names that one file gives and another uses."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from callcenter.business import Lines, Place, Profile, alternatives
from callcenter.conditions import Condition, covers
from services.agent.reasons import ContactReasons
from services.cli.business.budget import overruns
from services.cli.business.rule_order import unasked, unreachable
from services.cli.business.scenarios import Scenarios
from services.policy.accounts import Account, AccountsSheet
from services.policy.kinds import parts
from services.policy.rulebook import Rulebook
from services.summary.wrap_up import WrapUp
from services.ticketing.desks import Desks

STRANGER = re.compile(r"\D*9{2,}")
"""Ids that stand for a customer whom we do not know."""


class Finding(NamedTuple):
    """A mistake, or a warning about what may be meant."""

    text: str
    warning: bool = False


@dataclass(frozen=True)
class Whole:
    """A business as far as its files can be read; None for a file that has mistakes of its own."""

    folder: Path
    profile: Profile | None
    reasons: ContactReasons | None
    rulebook: Rulebook | None
    accounts: AccountsSheet | None
    desks: Desks | None
    wrap_up: WrapUp | None
    scenarios: Scenarios | None


def inconsistencies(whole: Whole) -> Iterator[Finding]:
    """Everything that does not fit together, file by file."""
    if whole.profile and whole.profile.name != whole.folder.name:
        text = f"name: must be {whole.folder.name}, like the folder; it is {whole.profile.name}"
        yield Finding(Lines(whole.folder, "business.yaml").tell(("name",), text))
    if not whole.reasons:
        return
    yield from _reasons(whole, whole.reasons)
    if whole.rulebook:
        yield from _rules(whole.folder, whole.reasons, whole.rulebook)
        yield from _costs(whole.folder, whole.rulebook, whole.accounts)
    if whole.accounts:
        yield from _memory(whole.folder, whole.reasons, whole.accounts)
    if whole.desks:
        yield from _ticketing(whole, whole.reasons, whole.desks)
    if whole.wrap_up:
        yield from _wording(whole, whole.reasons, whole.wrap_up)
    if whole.scenarios:
        yield from _scenarios(whole, whole.reasons, whole.scenarios)


def _reasons(whole: Whole, reasons: ContactReasons) -> Iterator[Finding]:
    lines = Lines(whole.folder, "contact_reasons.yaml")
    for number, reason in enumerate(reasons.reasons):
        if whole.desks and reason.queue not in whole.desks.queues:
            there = alternatives(reason.queue, whole.desks.queues)
            text = f"reason {reason.code}: ticketing.yaml has no queue {reason.queue}; {there}"
            yield Finding(lines.tell(("reasons", number, "queue"), text))
        covered = (rule.is_about(reason.found(1, ())) for rule in whole.rulebook.rules) if whole.rulebook else [True]
        if not any(covered) and reason.code != reasons.hand_over:
            text = f"reason {reason.code}: no rule in policy.yaml is about it, so a person has to decide each time"
            yield Finding(lines.tell(("reasons", number), text))


def _rules(folder: Path, reasons: ContactReasons, rulebook: Rulebook) -> Iterator[Finding]:
    lines = Lines(folder, "policy.yaml")
    yield from _identity(lines, reasons, rulebook)
    for place, slot in _slots_of(rulebook):
        if slot not in reasons.slots:
            text = f"contact_reasons.yaml has no slot {slot}; {alternatives(slot, reasons.slots)}"
            yield Finding(lines.tell(place, text))
    yield from _asked(lines, reasons, rulebook)
    for number, rule in enumerate(rulebook.rules):
        for wrong in _unknown(rule.reasons, reasons):
            yield Finding(lines.tell(("rules", number, "reasons"), f"rule {rule.id}: {wrong}"))
    for number, text, certain in unreachable(rulebook, reasons):
        yield Finding(lines.tell(("rules", number), text), warning=not certain)
    for number, text in unasked(rulebook, reasons):
        yield Finding(lines.tell(("rules", number, "needs"), text), warning=True)


def _identity(lines: Lines, reasons: ContactReasons, rulebook: Rulebook) -> Iterator[Finding]:
    identity = rulebook.identity
    for fact in (fact for fact in identity.facts if fact not in rulebook.asks):
        yield Finding(lines.tell(("asks",), f"say how to ask for {fact}, which proves identity"))
    if identity.required > len(identity.facts):
        text = f"{identity.required} facts are required, and only {len(identity.facts)} are listed"
        yield Finding(lines.tell(("identity", "required"), text))
    asked = (set(reasons.identity.facts), reasons.identity.required, set(reasons.identity.any_of))
    if asked != (set(identity.facts), identity.required, set(identity.any_of)):
        text = "identity: contact_reasons.yaml asks for other facts, or another number of them, than are needed here"
        yield Finding(lines.tell(("identity",), text), warning=True)
    if set(reasons.identity.find_by) != set(identity.find_by):
        text = (
            f"contact_reasons.yaml has to name the same facts under identity > find_by: {', '.join(identity.find_by)}"
        )
        yield Finding(lines.tell(("identity", "find_by"), text), warning=True)


def _slots_of(rulebook: Rulebook) -> Iterator[tuple[Place, str]]:
    """Every slot that the rules speak of, and where."""
    yield from ((("identity", "facts"), fact) for fact in rulebook.identity.facts)
    yield from ((("subjects", name, "slot"), subject.slot) for name, subject in rulebook.subjects.items())
    for number, rule in enumerate(rulebook.rules):
        yield from ((("rules", number, "needs"), slot) for slot in rule.needs.named)
        if rule.ask:
            yield ("rules", number, "ask", "slot"), rule.ask.slot


def _asked(lines: Lines, reasons: ContactReasons, rulebook: Rulebook) -> Iterator[Finding]:
    """What a rule asks for is chosen, and must not be read in any words of the customer."""
    for number, rule in enumerate(rulebook.rules):
        slot = reasons.slots.get(rule.ask.slot) if rule.ask else None
        if slot and slot.kind != "thing":
            text = f"rule {rule.id}: it asks among choices, so the slot has to be of kind thing; it is {slot.kind}"
            yield Finding(lines.tell(("rules", number, "ask", "slot"), text))


def _costs(folder: Path, rulebook: Rulebook, accounts: AccountsSheet | None) -> Iterator[Finding]:
    lines = Lines(folder, "policy.yaml")
    for place, text, warning in overruns(rulebook, accounts.customers if accounts else ()):
        yield Finding(lines.tell(place, text), warning)


def _memory(folder: Path, reasons: ContactReasons, accounts: AccountsSheet) -> Iterator[Finding]:
    """What customers remember has to be in some account, or the simulated ones know nothing."""
    lines = Lines(folder, "contact_reasons.yaml")
    known = _values(account.facts for account in accounts.customers)
    for slot, field in reasons.memory.account.items():
        if wrong := _no_value(field, known):
            yield Finding(lines.tell(("memory", "account", slot), f"no account has {wrong}"))
    for name, thing in reasons.memory.things.items():
        entries = [entry for account in accounts.customers for entry in account.facts.get(thing.among) or ()]
        if not entries:
            lists = {field for account in accounts.customers for field in account.facts}
            text = f"no account has anything in {thing.among}; {alternatives(thing.among, lists)}"
            yield Finding(lines.tell(("memory", "things", name, "among"), text))
        for slot, field in thing.knows.items() if entries else ():
            if wrong := _no_value(field, _values(entries)):
                text = f"no entry of {thing.among} has {wrong}"
                yield Finding(lines.tell(("memory", "things", name, "knows", slot), text))


def _values(entries: Iterable[Any]) -> set[str]:
    """Where the entries have a value, such as `contract.number`."""
    places = (place for entry in entries for place, fact in parts(entry) if not isinstance(fact, dict | list | None))
    return {".".join(step for step in place if isinstance(step, str)) for place in places}


def _no_value(field: str, known: set[str]) -> str | None:
    """The field, and what there is instead; None where it is a value."""
    if field in known:
        return None
    inside = sorted(one for one in known if one.startswith(f"{field}."))
    return f"a value {field}, but {', '.join(inside)} in it" if inside else f"{field}; {alternatives(field, known)}"


def _ticketing(whole: Whole, reasons: ContactReasons, desks: Desks) -> Iterator[Finding]:
    lines = Lines(whole.folder, "ticketing.yaml")
    lists = {name: getattr(desks, name) for name in ("routing", "types", "statuses", "escalations")}
    for name, routes in lists.items():
        yield from _conditions(lines, (name,), routes, reasons, whole.rulebook)
    yield from _words(lines, ("titles", "subjects"), desks.titles.subjects, reasons.slots, "slot")
    yield from _carried_out(lines, whole.rulebook, desks)


def _carried_out(lines: Lines, rulebook: Rulebook | None, desks: Desks) -> Iterator[Finding]:
    """What a machine has done, or could not do, needs a line of its own."""
    by_machine = [name for name, told in rulebook.carry_out.items() if told.by == "machine"] if rulebook else []
    needed = (
        ("statuses", "done", "else its ticket stays open", "{carried_out: [done], use: resolved}"),
        ("escalations", "not_done", "else nobody is told of it", "{carried_out: [not_done], use: action_failed}"),
    )
    for name, work, why, line in needed:
        if by_machine and not any(work in route.carried_out for route in getattr(desks, name)):
            text = f"a machine carries out {', '.join(by_machine)}; add a line for what is {work}, {why}: - {line}"
            yield Finding(lines.tell((name,), text))


def _wording(whole: Whole, reasons: ContactReasons, wrap_up: WrapUp) -> Iterator[Finding]:
    lines = Lines(whole.folder, "wrap_up.yaml")
    for name, wordings in wrap_up.wording:
        yield from _conditions(lines, ("wording", name), wordings, reasons, whole.rulebook)
    for name in ("dispositions", "follow_ups"):
        yield from _conditions(lines, (name,), getattr(wrap_up, name), reasons, whole.rulebook)
    yield from _words(lines, ("words", "subjects"), wrap_up.words.subjects, reasons.slots, "slot")
    yield from _words(lines, ("words", "facts"), wrap_up.words.facts, {*reasons.slots, "identity"}, "slot")
    if whole.rulebook:
        yield from _words(lines, ("words", "actions"), wrap_up.words.actions, _actions(whole.rulebook), "action")


def _conditions(
    lines: Lines,
    place: Place,
    conditions: Iterable[Condition[Any]],
    reasons: ContactReasons,
    rulebook: Rulebook | None,
) -> Iterator[Finding]:
    actions = {*_actions(rulebook), "none", "some"} if rulebook else None
    for number, condition in enumerate(conditions):
        for wrong in _unknown(condition.reasons, reasons):
            yield Finding(lines.tell((*place, number, "reasons"), wrong))
        for action in condition.actions if actions else ():
            if action not in (actions or ()):
                text = f"no rule has the action {action}; {alternatives(action, actions or ())}"
                yield Finding(lines.tell((*place, number, "actions"), text))


def _words(lines: Lines, place: Place, words: Iterable[str], known: Iterable[str], what: str) -> Iterator[Finding]:
    for word in (word for word in words if word not in set(known)):
        text = f"there is no {what} {word}; {alternatives(word, known)}"
        yield Finding(lines.tell((*place, word), text), warning=True)


def _scenarios(whole: Whole, reasons: ContactReasons, scenarios: Scenarios) -> Iterator[Finding]:
    lines = Lines(whole.folder, "scenarios.yaml")
    known: dict[str, Iterable[str]] = {"reason": reasons.by_code()}
    if whole.rulebook:
        known["rule"] = [rule.id for rule in whole.rulebook.rules]
    if whole.desks:
        known["queue"] = whole.desks.queues
    if whole.wrap_up:
        known["disposition"] = [ending.code for ending in whole.wrap_up.dispositions]
    for number, scenario in enumerate(scenarios.scenarios):
        for field, names in known.items():
            expected = scenario.expect.get(field)
            if expected is not None and expected not in names:
                text = f"scenario {scenario.id}: there is no {field} {expected}; {alternatives(str(expected), names)}"
                yield Finding(lines.tell(("scenarios", number, "expect", field), text))
    yield from _agreed(lines, whole.rulebook, scenarios) if whole.rulebook else ()
    yield from _strangers(lines, whole.accounts.customers if whole.accounts else (), scenarios)
    tried = {scenario.expect.get("reason") for scenario in scenarios.scenarios}
    if untried := [code for code in reasons.by_code() if code not in tried]:
        yield Finding(lines.tell((), f"no scenario for {', '.join(untried)}"), warning=True)


def _agreed(lines: Lines, rulebook: Rulebook, scenarios: Scenarios) -> Iterator[Finding]:
    """What no rule can have agreed to."""
    actions = {rule.action.name for rule in rulebook.rules if rule.action}
    for number, scenario in enumerate(scenarios.scenarios):
        for place, name in enumerate(one.action for one in scenario.agreed):
            if name not in actions:
                text = f"scenario {scenario.id}: no rule has the action {name}; {alternatives(name, actions)}"
                yield Finding(lines.tell(("scenarios", number, "agreed", place, "action"), text))


def _strangers(lines: Lines, customers: Iterable[Account], scenarios: Scenarios) -> Iterator[Finding]:
    """Customers whom no account has, where nothing says that nobody is meant."""
    known = {customer.customer_id for customer in customers}
    for number, scenario in enumerate(scenarios.scenarios):
        named, stranger = scenario.customer_id, scenario.expect.get("verified") is False
        if known and named and named not in known and not stranger and not STRANGER.fullmatch(named):
            text = (
                f"scenario {scenario.id}: there is no customer {named} in accounts.yaml (if a stranger is meant, "
                f"expect `verified: false`, or write an id of nines, like C-9999); {alternatives(named, known)}"
            )
            yield Finding(lines.tell(("scenarios", number, "customer_id"), text))


def _unknown(named: Iterable[str], reasons: ContactReasons) -> Iterator[str]:
    for name in named:
        if not any(covers(name, reason.code, reason.path) for reason in reasons.reasons):
            codes_and_paths = {*reasons.by_code(), *(reason.path for reason in reasons.reasons)}
            yield f"there is no contact reason {name}; {alternatives(name, codes_and_paths)}"


def _actions(rulebook: Rulebook) -> set[str]:
    return {rule.action.name for rule in rulebook.rules if rule.action}
