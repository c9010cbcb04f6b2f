"""Agendas from the scenarios and accounts of a business, and those written by hand completed from its accounts."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from callcenter.account_book import Entry, said, values_at
from callcenter.business import load
from callcenter.errors import BusinessError
from simulation.agenda import Agenda, Agendas, Due, Facts, Want
from simulation.trade import Scenario, Thing, Trade

LEFT_TO = ("plain", "terse")
"""Who plays a scenario in which nobody knows what is wanted: all others would make something of it."""


def agendas_of(trade: Trade, today: date) -> Iterator[Agenda]:
    """One for each scenario that says for certain what must come of it, and not only for one persona.

    What was agreed before somebody calls is there in a test of the business alone.
    """
    plain = (one for one in trade.scenarios if not (one.persona or one.agreed))
    return filter(None, (agenda_of(trade, one, today) for one in plain))


def written(file: Path, trades: dict[str, Trade], today: date) -> list[Agenda]:
    """The agendas of a file; what a sample customer knows of their account they need not say again."""
    found = load(file.parent, file.name, Agendas).agendas
    if unknown := sorted({one.business for one in found} - set(trades)):
        raise BusinessError(f"{file.name}: no such business: {', '.join(unknown)}; there are {', '.join(trades)}")
    return [_completed(trades[one.business], one, today) for one in found]


def _completed(trade: Trade, agenda: Agenda, today: date) -> Agenda:
    account = trade.customer(agenda.customer_id)
    if account is None:
        return agenda
    facts = _account_facts(trade, account, today) | agenda.facts
    return agenda.model_copy(update={"facts": facts, "name": str(account.get("name", agenda.name))})


def agenda_of(trade: Trade, scenario: Scenario, today: date) -> Agenda | None:
    """None where the scenario leaves open which thing of the account is meant, or what is decided."""
    expect, account = scenario.expect, trade.customer(scenario.customer_id)
    if "verdict" not in expect:
        return None
    stated: Facts = {name: str(value) for name, value in (expect.get("entities") or {}).items()}
    chosen = _things(trade, account, scenario, stated)
    if any(entry is None and key not in stated for key, entry in chosen.items() if key in _asked(trade, expect)):
        return None
    examples = {name: slot.examples[0] for name, slot in trade.vocabulary.slots.items() if slot.examples}
    own = {key: entry for key, entry in chosen.items() if entry is not None}
    meant = _chosen(trade, scenario.text) | _things_facts(trade, own, scenario.text, today) | stated
    want = Want(
        says=scenario.text,
        facts=examples | meant,
        instead=_descriptions(trade, own),
        due=_due(trade, scenario, meant),
    )
    return Agenda(
        id=f"{trade.name}/{scenario.id}",
        business=trade.name,
        customer_id=scenario.customer_id,
        name=str((account or {}).get("name", "Alex Morgan")),
        facts=_account_facts(trade, account, today) if account else {},
        others=_others(trade, account, meant),
        wants=(want,),
        personas=() if expect.get("reason") else LEFT_TO,
    )


def _due(trade: Trade, scenario: Scenario, known: Facts) -> Due:
    expect = scenario.expect
    rule = trade.rule(expect.get("rule"))
    action = expect.get("action") or (rule.action.name if rule and rule.action else None)
    needed = rule.needs.slots if rule else ()
    stranger = scenario.customer_id is None or trade.customer(scenario.customer_id) is None
    verdict = expect["verdict"]
    refused = ("deny", "needs_info", "needs_review")
    return Due(
        verdicts=refused if stranger and verdict in ("deny", "needs_info") else (verdict,),
        reason=expect.get("reason"),
        action=action,
        amount=str(expect["amount"]) if "amount" in expect else None,
        about={name: known[name] for name in needed if name in known and name in {*trade.things, *trade.named}},
        identity=bool(rule and rule.needs.identity),
        danger=expect.get("disposition") == "emergency" or str(expect.get("escalation", "")).startswith("danger"),
    )


def _asked(trade: Trade, expect: dict[str, Any]) -> set[str]:
    """The facts that the agent has to have for the expected decision."""
    rule = trade.rule(expect.get("rule"))
    return {*(rule.needs.slots if rule else ()), *trade.needs(expect.get("reason"))}


def _chosen(trade: Trade, text: str) -> Facts:
    """The option or usual value that the text names, of each fact where it is only one."""
    found: Facts = {}
    for name, slot in trade.vocabulary.slots.items():
        choices = {**dict.fromkeys(slot.examples, ()), **slot.options}
        named = [choice for choice, others in choices.items() if any(_mentions(text, one) for one in (choice, *others))]
        found |= {name: named[0]} if len(named) == 1 else {}
    return found


def _account_facts(trade: Trade, account: Entry, today: date) -> Facts:
    places = trade.vocabulary.memory.account
    return {slot: said(found[0], today) for slot, place in places.items() if (found := values_at(account, place))}


def _things(trade: Trade, account: Entry | None, scenario: Scenario, stated: Facts) -> dict[str, Entry | None]:
    """By the fact that names it, the entry of each list that the scenario is about; None where it may be several."""
    if account is None:
        return {}
    things = trade.things.items()
    return {key: _meant(thing, values_at(account, thing.among), scenario, stated.get(key)) for key, thing in things}


def _meant(thing: Thing, entries: list[Entry], scenario: Scenario, stated: str | None) -> Entry | None:
    key = thing.knows[thing.key]
    named = [one for one in entries if stated and _plain(stated) in map(_plain, values_at(one, key))]
    if stated and not named:
        return None
    left = named or _fewest(
        [one for one in entries if _spoken_of(one, [key], scenario.text)],
        [one for one in entries if _spoken_of(one, list(thing.knows.values()), scenario.text)],
        entries,
    )
    return left[0] if len(left) == 1 else None


def _fewest(*choices: list[Entry]) -> list[Entry]:
    return next((choice for choice in choices if choice), [])


def _spoken_of(entry: Entry, places: Iterable[str], text: str) -> bool:
    return any(_mentions(text, str(value)) for place in places for value in values_at(entry, place))


def _things_facts(trade: Trade, entries: dict[str, Entry], text: str, today: date) -> Facts:
    facts: Facts = {}
    for key, entry in entries.items():
        for slot, place in trade.things[key].knows.items():
            values = [said(value, today) for value in values_at(entry, place)]
            meant = [value for value in values if _mentions(text, value)]
            facts |= {slot: [*meant, *values][0]} if values else {}
    return facts


def _descriptions(trade: Trade, entries: dict[str, Entry]) -> Facts:
    """How somebody calls a thing whose number they do not have."""
    found: Facts = {}
    for subject in trade.policy.subjects.values():
        names = [str(v) for place in subject.known_by for v in values_at(entries.get(subject.slot, {}), place)]
        words = [name for name in names if re.search(r"[a-z]{3}", name) and not re.search(r"\d+ days?", name)]
        if words:
            found[subject.slot] = f"It's the {words[0]}."
    return found


def _others(trade: Trade, account: Entry | None, known: Facts) -> Facts:
    """For each kind of thing the key of another one of this customer."""
    found: Facts = {}
    for key, thing in trade.things.items():
        values = [str(value) for value in values_at(account or {}, f"{thing.among}.{thing.knows[key]}")]
        different = [value for value in values if key in known and _plain(value) != _plain(known[key])]
        found |= {key: different[0]} if different else {}
    return found


def _mentions(text: str, named: str) -> bool:
    told = set(re.findall(r"\w{3,}", text.lower()))
    words = re.findall(r"\w{3,}", named.lower())
    return bool(words) and all(word in told or f"{word}s" in told for word in words)


def _plain(value: Any) -> str:
    return "".join(filter(str.isalnum, str(value))).casefold()
