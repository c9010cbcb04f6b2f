"""The language of the rules: CEL, the Common Expression Language. The only file that imports its library."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeAlias

from cel_expr_python import cel

from callcenter.business import alternatives
from callcenter.errors import Permanent

FACTS = cel.Type.Map(cel.Type.STRING, cel.Type.DYN)
FACTS_LIST = cel.Type.List(FACTS)
Scope: TypeAlias = cel.Activation
MOMENT = cel.Type.TIMESTAMP
TRUTH = (cel.Type.BOOL, cel.Type.DYN)
ENTRIES = (cel.Type.List(cel.Type.DYN), FACTS_LIST, cel.Type.DYN)
MONEY, WORD = cel.Type.DOUBLE, cel.Type.STRING
NUMBER = (cel.Type.DOUBLE, cel.Type.INT, cel.Type.DYN)
ANY_VALUE = (cel.Type.STRING, cel.Type.DOUBLE, cel.Type.INT, cel.Type.BOOL, cel.Type.DYN)

_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_NAME = re.compile(r"(?<![\w.])[a-z_]\w*(?:\.[a-z_]\w*)*(\s*\()?")
_ABSENT = re.compile(r"(?:Key not found in map : |No value with name )\"([^\"]+)\"")
_UNDECLARED = re.compile(r"undeclared reference to '([^']+)'")
_ENDS_EARLY = re.compile(r"(?:input|at) '<EOF>'")
_STRAY = re.compile(r"(?:mismatched|extraneous) input '([^']+)'")
_SLIPS = (
    (re.compile(r"\band\b", re.IGNORECASE), "write && in place of `and`"),
    (re.compile(r"\bor\b", re.IGNORECASE), "write || in place of `or`"),
    (re.compile(r"\bnot\b", re.IGNORECASE), "write ! in place of `not`, as in !(a < b)"),
    (re.compile(r"=<|=>"), "write <= and >= with the = last"),
    (re.compile(r"(?<![=!<>])=(?![=<>])"), "write == in place of ="),
)
_NAMED = ("days_since", "days_until", "has", "size", "sum")
_TOO_SHORT = "Index error"
_OUT_OF_STEPS = "Iteration budget exceeded"

STEPS = 10_000
"""Entries of lists that one expression may look at, one list for each entry of another counted each time; CEL's own."""

FEWER = (
    f"looks at more than {STEPS:,} entries of lists, which no expression may; name a fact that picks the few entries "
    "that matter, and do not go through one list for each entry of another"
)


class Mistake(ValueError):
    """An expression that cannot be used; the message gives the column, counted from 1."""


class LacksFact(Exception):
    """An expression that has no value here, most often since the account does not have a fact; says which."""

    def __init__(self, what: str, fact: str = "") -> None:
        super().__init__(what)
        self.fact = fact


class Unreadable(LacksFact):
    """An expression that has no value here since a fact is there, and is not what can be computed with."""


class Unworkable(Permanent):
    """An expression that is right, and cannot be evaluated with these facts however often it is tried."""


@dataclass(frozen=True)
class Expression:
    """A compiled expression, the names of the facts that it reads, and where it stands."""

    text: str
    reads: tuple[str, ...]
    program: cel.Expression = field(repr=False)
    where: str = ""

    def value(self, scope: Scope) -> Any:
        """Its value in a scope; raises LacksFact if it has none, and Unworkable where no try would give one."""
        try:
            result = self.program.eval(scope)
        except RuntimeError as error:
            what = FEWER if _OUT_OF_STEPS in str(error) else f"cannot be evaluated: {error}"
            raise Unworkable(f"{self.where}: `{self.text}` {what}.") from None
        if result.type() == cel.Type.ERROR:
            raise _lacking(str(result.plain_value()))
        return result.plain_value()


class Language:
    """The variables that expressions may use, and the functions: `days_since`, `days_until` and `sum`."""

    def __init__(self, variables: Mapping[str, cel.Type]) -> None:
        self.variables = dict(variables)
        self._environment = cel.NewEnv(variables=self.variables, extensions=[_FUNCTIONS])

    def compile(self, text: str, types: tuple[cel.Type, ...] = (), where: str = "") -> Expression:
        """Check and compile what stands at `where`; raises Mistake, also if the result is of none of `types`."""
        try:
            program = self._environment.compile(text)
        except RuntimeError as error:
            raise Mistake(_explained(text, str(error), [*self.variables, *_NAMED])) from None
        if types and program.return_type() not in types:
            wanted = " or ".join(wanted.name().lower() for wanted in types[:-1])
            raise Mistake(f"`{text}` gives {program.return_type().name().lower()} and must give {wanted}")
        return Expression(text, self._names(text), program, where)

    def and_fact(self, name: str, expression: Expression) -> "Language":
        """This language with one more variable: a named fact, of the type that its expression gives."""
        return Language({**self.variables, name: expression.program.return_type()})

    def scope(self, values: Mapping[str, Any], today: date) -> Scope:
        """The values that expressions see; a variable left out is a fact that is lacking."""
        return self._environment.Activation(values, functions=_calendar(today))

    def _names(self, text: str) -> tuple[str, ...]:
        found = [m[0].rpartition(".")[0] if m[1] else m[0] for m in _NAME.finditer(_QUOTED.sub('""', text))]
        return tuple(dict.fromkeys(name for name in found if name.partition(".")[0] in self.variables))


def _calendar(today: date) -> list[cel.Function]:
    def days_since(day: str) -> int:
        return (today - date.fromisoformat(day)).days

    def days_until(day: str) -> int:
        return -days_since(day)

    text = [cel.Type.STRING]
    return [cel.Function(f.__name__, text, False, f, cel.Type.INT) for f in (days_since, days_until)]  # noqa: FBT003


def _sum(amounts: list[Any]) -> float:
    return float(sum(getattr(amount, "plain_value", lambda amount=amount: amount)() for amount in amounts))


_FUNCTIONS = cel.CelExtension(
    "callcenter",
    [
        cel.FunctionDecl("days_since", [cel.Overload("days_since", cel.Type.INT, [cel.Type.STRING])]),
        cel.FunctionDecl("days_until", [cel.Overload("days_until", cel.Type.INT, [cel.Type.STRING])]),
        cel.FunctionDecl("sum", [cel.Overload("sum", cel.Type.DOUBLE, [cel.Type.List(cel.Type.DYN)], impl=_sum)]),
    ],
)


def _explained(text: str, error: str, known: Iterable[str]) -> str:
    found = _ERROR.search(error)
    if not found:
        return f"`{text}`: {error}"
    line, column, what = found.groups()
    where = f"column {int(column)}" if line == "1" else f"line {line} of it, column {int(column)}"
    return f"`{text}`, {where}: {_advised(text, what.partition(' (in container')[0], known)}"


def _advised(text: str, what: str, known: Iterable[str]) -> str:
    """What the compiler says, and what to write instead."""
    if unknown := _UNDECLARED.search(what):
        there = alternatives(unknown[1], known)
        return f"{what}; {there if there.endswith('?') else 'a word to compare with stands in double quotes'}"
    if "no matching overload" in what:
        return f"{what}: compare like with like; a word stands in double quotes, an amount has a decimal point (40.0)"
    if not what.startswith("Syntax error"):
        return what
    bare = _QUOTED.sub('""', text)
    slips = [advice for slip, advice in _SLIPS if slip.search(bare)]
    if not slips and _ENDS_EARLY.search(what):
        slips = ["it is not complete; something is missing at its end"]
    elif not slips and (stray := _STRAY.search(what)):
        slips = [f"`{stray[1]}` cannot stand here"]
    return f"Syntax error: {', '.join(slips)}" if slips else what


def _lacking(error: str) -> LacksFact:
    if absent := _ABSENT.search(error):
        return LacksFact(f"{absent[1]} is not known", absent[1])
    told = error.strip("'\"")
    return LacksFact(told) if _TOO_SHORT in told else Unreadable(told)
