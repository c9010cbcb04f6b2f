"""The judge: compares a finished record with what the case expects of it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from tests.cases.case import Action, Expectation
from tests.cases.comparing import found, same, told
from tests.cases.record import Done, Record

ALWAYS_MAY = {"complaint", "human_agent", "feedback"}
"""As a further reason never held against the agent."""
LONGEST_PATTERN = 70
PRIORITIES = ("P1", "P2", "P3", "P4")


class Problem(NamedTuple):
    """What does not hold; harmful where an action was approved that the customer did not want so."""

    what: str
    harmful: bool = False


@dataclass(frozen=True)
class Played:
    """How the contact went: its record, and what the customer still had to say, or was refused at the end."""

    record: Record
    today: date
    unsaid: Sequence[str] = ()
    turned_away: str = ""


@dataclass(frozen=True)
class Judge:
    """Looks at one contact; every method names the problems of one kind."""

    want: Expectation
    played: Played
    record: Record = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "record", self.played.record)

    def problems(self) -> list[Problem]:
        """All that does not hold; empty where the contact came out right."""
        parts = (self._done, self._undone, self._reasons, self._facts, self._reply, self._end)
        return [problem for part in parts for problem in part()]

    # ---- what was done

    def _done(self) -> Iterator[Problem]:
        for done in self.record.done:
            if wrong := self._wrong_with(done):
                yield Problem(f"carried out {done}{wrong}", harmful=True)
        if self.record.done and self.played.unsaid:
            yield Problem(
                f"carried out {self.record.done[0]} before the customer said {self.played.unsaid[0]!r}", harmful=True
            )

    def _wrong_with(self, done: Done) -> str:
        wanted = (*self.want.actions, *self.want.any_action, *self.want.allowed)
        fitting = [action for action in wanted if action.name == done.name]
        if not fitting:
            return ", which was not asked for"
        if not any(self._is_about(action, done) for action in fitting):
            return " about something else than " + "; ".join(str(action.about) for action in fitting)
        if not any(self._amount_fits(action, done) for action in fitting):
            return f", expected {fitting[0].amount}"
        return ""

    def _is_about(self, action: Action, done: Done) -> bool:
        parts = {key: done.decision.get(key) for key in ("facts", "reason_customer", "reason_internal")}
        text = json.dumps(parts, ensure_ascii=False)
        return all(
            told(value, text, self.played.today)
            or any(self._same(value, fact) for fact in self.record.facts.get(name, [])[-1:])
            for name, value in action.about.items()
        )

    def _amount_fits(self, action: Action, done: Done) -> bool:
        return action.amount is None or (done.amount is not None and self._same(action.amount, str(done.amount)))

    def _undone(self) -> Iterator[Problem]:
        names = {done.name for done in self.record.done}
        got = [str(done) for done in self.record.done] or "none"
        for action in self.want.actions:
            if action.name not in names:
                yield Problem(f"expected the action {action.name}, got {got}")
        one_of = [action.name for action in self.want.any_action]
        if one_of and not names & set(one_of):
            yield Problem(f"expected one of the actions {one_of}, got {got}")

    # ---- what was understood

    def _reasons(self) -> Iterator[Problem]:
        main, further = self.record.reasons
        present = {main, *further}
        if self.want.reasons is not None and main not in self.want.reasons:
            yield Problem(f"reason {main}, expected {' or '.join(map(str, self.want.reasons))}")
        for codes in self.want.also:
            if not present & set(codes):
                yield Problem(f"{' or '.join(codes)} was not taken up (got {main}, {further})")
        for code in self.want.not_reasons:
            if code in present:
                yield Problem(f"took it for {code}")
        if invented := self._invented(further):
            yield Problem(f"also took up {invented}, which the customer did not write about")

    def _invented(self, further: Sequence[str]) -> list[str]:
        want = self.want
        if want.reasons is None or want.may == ("any",):
            return []
        fine = {
            *want.reasons,
            *want.may,
            *ALWAYS_MAY,
            *want.not_reasons,
            *(code for codes in want.also for code in codes),
        }
        return [code for code in further if code not in fine]

    def _facts(self) -> Iterator[Problem]:
        for name, value in self.want.facts.items():
            got = self.record.facts.get(name, [])
            if isinstance(value, str):
                if not got or not self._same(value, got[-1]):
                    yield Problem(f"{name}: expected {value}, got {got[-1] if got else 'nothing'}")
            elif lacking := [one for one in value if not any(self._same(one, fact) for fact in got)]:
                yield Problem(f"{name}: {lacking} not read (got {got})")
        for name, value in self.want.facts_not.items():
            for unwanted in [value] if isinstance(value, str) else value:
                if any(self._same(unwanted, fact) for fact in self.record.facts.get(name, [])):
                    yield Problem(f"{name} read as {unwanted}")

    # ---- how it ended

    def _reply(self) -> Iterator[Problem]:
        words, person, handoff = self.record.agent_words, self.record.handed_over, self.want.handoff
        unsaid = [pattern for pattern in self.want.reply_has if not found(pattern, words, self.played.today)]
        if handoff is True and not person:
            yield Problem("no person takes over")
        elif handoff is False and person:
            yield Problem(f"handed over to a person ({self.record.outcome}), not needed here")
        elif handoff == "or_reply" and not person and unsaid:
            yield Problem(f"neither a person takes over nor does the answer say {_short(unsaid[0])}")
        elif handoff == "or_action" and not person and not self.record.done:
            yield Problem("neither a person takes over nor is anything done")
        if handoff != "or_reply":
            yield from (Problem(f"the agent never said {_short(pattern)}") for pattern in unsaid)
        for pattern in self.want.reply_not:
            if hit := found(pattern, words, self.played.today):
                yield Problem(f"the agent said {hit[0][:120]!r}")

    def _end(self) -> Iterator[Problem]:
        want, got = self.want, self.record.priority
        if want.priority_at_least and not (got and PRIORITIES.index(got) <= PRIORITIES.index(want.priority_at_least)):
            yield Problem(f"priority {got}, expected {want.priority_at_least} or higher")
        if want.outcome and self.record.outcome not in want.outcome:
            yield Problem(f"outcome {self.record.outcome}, expected {' or '.join(want.outcome)}")
        if want.verdict and not set(self.record.verdicts) & set(want.verdict):
            verdicts = " / ".join(map(str, self.record.verdicts)) or "none"
            yield Problem(f"verdict {verdicts}, expected {' or '.join(want.verdict)}")
        if want.heard_after_end and self.played.turned_away:
            yield Problem(f"a reply after the end was not taken: {self.played.turned_away}")

    def _same(self, wanted: str, got: str) -> bool:
        return same(wanted, got, self.played.today)


def _short(pattern: str) -> str:
    return f"/{pattern}/" if len(pattern) <= LONGEST_PATTERN else f"/{pattern[:LONGEST_PATTERN]}.../"
