"""Which expressions look at more than one may: for the sample accounts as they are, and as real ones may grow."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import cycle, islice
from typing import Any, NamedTuple

from callcenter.business import Place
from services.policy.accounts import Account
from services.policy.case import Facts, gathered
from services.policy.expressions import FEWER, LacksFact, Unworkable
from services.policy.facts import as_of, for_rules, value_at
from services.policy.kinds import ANY_DAY, parts, path
from services.policy.rulebook import Rulebook
from services.policy.rules import Subject

MANY, ROOM = 300, 600
"""Entries that a list of a real account may well have, and how many an expression should bear to have room."""

_GOES_THROUGH = re.compile(r"\.(?:all|exists|exists_one|filter|map)\(")
"""Only what looks at the entries of a list one by one can look at too many."""

_NOW = datetime(ANY_DAY.year, ANY_DAY.month, ANY_DAY.day, tzinfo=UTC)


class Overrun(NamedTuple):
    """An expression that fails for a sample account, or (a warning) would fail for one that has grown."""

    place: Place
    text: str
    warning: bool


class _Trial(NamedTuple):
    """An account to evaluate everything with, and what is said of what fails."""

    account: Facts
    told: str
    warning: bool = True


def overruns(rulebook: Rulebook, accounts: Sequence[Account]) -> Iterator[Overrun]:
    """Each such expression once, with the first trial that it fails, the smallest accounts before the larger ones."""
    left = {place for place, one in rulebook.expressions.items() if _GOES_THROUGH.search(one.text)}
    for trial in _trials(accounts):
        for facts in _cases(rulebook, trial) if left else ():
            for place in sorted(_failing(rulebook, facts, left), key=str):
                left.discard(place)
                yield Overrun(place, f"`{rulebook.expressions[place].text}` {FEWER}; {trial.told}", trial.warning)


def _trials(accounts: Sequence[Account]) -> Iterator[_Trial]:
    known = [as_of(ANY_DAY, account.facts) for account in accounts]
    for one in known:
        yield _Trial(one, f"with the account of {one['customer_id']} each contact about it fails", warning=False)
    for size, told in ((MANY, "real accounts may well have that many"), (ROOM, "that is near what real accounts have")):
        yield _Trial(_pooled(known, size), f"it fails for an account with {size} entries in each list, and {told}")
        for inner in _inner_lists(known):
            account = _with_inner(known, inner, size)
            yield _Trial(account, f"it fails for an account with {size} entries in {inner}, and {told}")


def _pooled(known: Sequence[Facts], size: int) -> Facts:
    """One account with the facts of all: in each of its lists entries of everybody, over and over up to `size`."""
    together: Facts = {}
    for account in known:
        for name, value in account.items():
            together[name] = together.get(name, []) + value if isinstance(value, list) else together.get(name, value)
    return {name: _cycled(value, size) for name, value in together.items()}


def _inner_lists(known: Sequence[Facts]) -> list[str]:
    """The lists within entries of lists, such as `orders[].items`."""
    lists = {path(place) for account in known for place, fact in parts(account) if isinstance(fact, list)}
    return sorted(one for one in lists if "[]" in one)


def _with_inner(known: Sequence[Facts], inner: str, size: int) -> Facts:
    """The account with most entries that has such a list, with this list grown wherever it is."""
    having = [account for account in known if any(path(place) == inner for place, _ in parts(account))]
    fullest = max(having, key=lambda account: sum(1 for _ in parts(account)))
    grown: Facts = _grow(fullest, inner, "", size)
    return grown


def _grow(fact: Any, wanted: str, at: str, size: int) -> Any:
    if isinstance(fact, Mapping):
        return {name: _grow(part, wanted, f"{at}.{name}".lstrip("."), size) for name, part in fact.items()}
    if isinstance(fact, list):
        return _cycled(fact, size) if at == wanted else [_grow(part, wanted, f"{at}[]", size) for part in fact]
    return fact


def _cycled(value: Any, size: int) -> Any:
    return list(islice(cycle(value), max(size, len(value)))) if isinstance(value, list) else value


def _cases(rulebook: Rulebook, trial: _Trial) -> Iterator[Facts]:
    """All that expressions can see, for each entry that the customer may name; in grown accounts the first and last."""
    facts = {"customer": trial.account, "tables": as_of(ANY_DAY, rulebook.tables)}
    keys = {subject.slot: _keys(subject, facts) for subject in rulebook.subjects.values()}
    most = max(map(len, keys.values()), default=1)
    for number in {0, most - 1} if trial.warning else range(most):
        said = {slot: found[min(number, len(found) - 1)] for slot, found in keys.items() if found}
        facts = gathered(rulebook, said, trial.account, ANY_DAY)
        inner = {one.slot: _keys(one, facts)[-1:] for one in rulebook.subjects.values() if one.of in rulebook.subjects}
        yield gathered(
            rulebook, said | {slot: last for slot, found in inner.items() for last in found}, trial.account, ANY_DAY
        )


def _keys(subject: Subject, facts: Facts) -> list[str]:
    """What the customer may say to name an entry."""
    entries = value_at(facts, subject.among) or ()
    return list(dict.fromkeys(str(one[subject.key]) for one in entries if one.get(subject.key) is not None))


def _failing(rulebook: Rulebook, facts: Facts, places: Collection[Place]) -> set[Place]:
    """Which of the expressions at `places` cannot be evaluated; computed facts that can are there for the others."""
    values: Facts = {"now": _NOW, **for_rules(facts)}
    scope, failing = rulebook.language.scope(values, ANY_DAY), set[Place]()
    for place, expression in rulebook.expressions.items():
        computed = place[0] == "facts"
        if not computed and place not in places:
            continue
        try:
            value = expression.value(scope)
        except Unworkable:
            failing.add(place)
        except LacksFact:
            continue
        else:
            if computed:
                values[str(place[1])] = value
                scope = rulebook.language.scope(values, ANY_DAY)
    return failing & set(places)
