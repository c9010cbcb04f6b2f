"""What the customer wants: the requests in one text, each with the words that say it."""

import re
from collections.abc import Collection, Sequence, Set
from dataclasses import dataclass, replace

from callcenter.events import Level
from services.agent.facts.numerals import digits_said
from services.agent.reasons import ContactReasons
from services.agent.understanding.engine import OUT_OF_SCOPE, Engine, Ranked
from services.agent.understanding.phrases import JOINER, asks, points_back, split, states_fact, without_addresses
from services.agent.understanding.typos import Typos

_TYPOS = Typos()
_ASIDE = re.compile(r"(?:and |oh,? )*(?:also|by the way|btw|another thing|besides|additionally)\b", re.IGNORECASE)
_GATE = 0.5
LONG = 5
"""Clauses from which on a text is a story with a request in it."""

_WHOLE, _ASKED, _UNHEARD = 0.9, 0.4, 0.001
"""What the story as a whole weighs, and the clause in it that asks for a reason most surely; fitted to 323 stories.

Each is the weight of the logarithm of a probability, in a sum that is compared over all reasons (a log-linear pool,
Genest and Zidek, Combining Probability Distributions, 1986); a clause that no reason fits counts as `_UNHEARD`.
"""

_AS_SURE = 0.005
"""By how much a clause has to be surer than one before it to be the one that says it."""

_FEW, _FEW_NEED, _MANY_NEED = 0.2, 4.0, 2.0
"""A fact speaks for the requests that need it: how much, where few of all requests do, and where many."""

_IMPACTS: tuple[Level, ...] = ("high", "medium", "low")


@dataclass(frozen=True)
class Found:
    """A reason with how sure we are of it, and the characters that say it."""

    code: str
    confidence: float
    start: int
    end: int

    def overlaps(self, other: "Found") -> bool:
        """Whether some of the characters are the same."""
        return self.start < other.end and other.start < self.end


class Understanding:
    """Finds the requests in a customer turn: the main one first, none where nothing fits well enough."""

    def __init__(
        self,
        engine: Engine,
        reasons: ContactReasons,
        *,
        accept: float = 0.3,
        accept_cause: float = 0.5,
        accept_further: float = 0.65,
        accept_story: float = 0.45,
    ) -> None:
        self.engine, self._by_code = engine, reasons.by_code()
        self.accept, self.accept_cause, self.accept_further = accept, accept_cause, accept_further
        self.accept_story = accept_story

    async def predict(self, text: str) -> Ranked:
        """All reasons with their confidence, the likeliest first; what is out of scope is not a reason."""
        return _reasons((await self.engine.rank([text]))[0])

    async def find(
        self,
        text: str,
        spans: list[tuple[int, int]] | None = None,
        *,
        asking: Collection[tuple[int, int]] = (),
        without: Collection[str] = (),
        named: Sequence[tuple[int, str]] = (),
    ) -> tuple[Found, ...]:
        """The requests in a text, or only in these clauses of it; further ones must be surer than the main one.

        In a story of `LONG` clauses or more, those that are `asking` for something count more than those that tell.
        What is `without` is not meant, however much the words sound like it. `named` are facts, each with the place
        where it begins: what needs such a fact is meant rather than what does not.
        """
        spans = _asking(text) if spans is None else spans
        if not spans:
            return ()
        story = len(spans) >= LONG and bool(asking)
        unspoken = {code for code, reason in self._by_code.items() if not reason.is_spoken_of(text)}
        ranks = await self._ranked(_parts(text, spans, whole=text if story else None))
        slots = [{name for start, end in spans for at, name in named if start <= at < end}]
        slots += [{name for at, name in named if start <= at < end} for start, end in spans]
        ranks = [self._lifted(ranked, facts) for ranked, facts in zip(ranks, slots, strict=True)]
        whole, *clauses = [[one for one in ranked if one[0] not in {*without, *unspoken}] for ranked in ranks]
        if story:
            return self._in_story(text, spans, asking, whole, clauses)
        return self._requests(text, spans, asking, [whole, *clauses])

    def _lifted(self, ranked: Ranked, facts: Set[str]) -> Ranked:
        """The same with more weight for what needs one of these facts, the more the fewer need it."""
        needing = [code for code, reason in self._by_code.items() if not facts.isdisjoint(reason.needs)]
        if not needing:
            return ranked
        lift = _FEW_NEED if len(needing) <= _FEW * len(self._by_code) else _MANY_NEED
        odds = {code: share * (lift if code in needing else 1) for code, share in _reasons(ranked)}
        whole, outside = sum(odds.values()), dict(ranked)[OUT_OF_SCOPE]
        outside = outside / (outside + lift * (1 - outside))
        shares = [(code, share / whole) for code, share in odds.items()] + [(OUT_OF_SCOPE, outside)]
        return sorted(shares, key=lambda one: -one[1])

    async def _ranked(self, parts: list[str]) -> list[Ranked]:
        """A text of one clause is a part twice, but asked for once."""
        different = list(dict.fromkeys(parts))
        ranks = dict(zip(different, await self.engine.rank(different), strict=True))
        return [ranks[part] for part in parts]

    def _requests(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        asking: Collection[tuple[int, int]],
        ranks: Sequence[Ranked],
    ) -> tuple[Found, ...]:
        whole, *clauses = ranks
        candidates = [_best(ranked, *span) for ranked, span in zip(clauses, spans, strict=True)]
        candidates = self._by_themselves(text, candidates, outside=dict(whole)[OUT_OF_SCOPE] >= _GATE)
        candidates.append(_best(whole, *_trimmed(text)))
        heard = _each_once([found for found in candidates if found.code != OUT_OF_SCOPE])
        together, apart = dict(whole), [dict(ranked) for ranked in clauses]
        told = {found.code: together[found.code] + max(ranked[found.code] for ranked in apart) for found in heard}
        chosen = self._chosen(sorted(heard, key=lambda found: -told[found.code]), text, asking)
        return tuple(sorted(chosen, key=lambda found: self._lightness(found, text)))

    def _by_themselves(self, text: str, clauses: Sequence[Found], *, outside: bool) -> list[Found]:
        """Without those that mean nothing by themselves, of clauses in their order.

        What points back to what is none of ours (all of it is `outside`), `have it moved`, is none of ours either. What
        is only told of the thing that the next clause wants something done about, is why: `the cushions I don't need`.
        """
        back = [points_back(text[one.start : one.end]) for one in clauses]
        why = [
            follows and after.code != OUT_OF_SCOPE and after.confidence >= self.accept_further
            for follows, after in zip(back[1:], clauses[1:], strict=True)
        ]
        return [
            one
            for number, (one, is_why) in enumerate(zip(clauses, [*why, False], strict=True))
            if not (outside and number and back[number]) and not (is_why and self._only_tells(one, text))
        ]

    def _only_tells(self, found: Found, text: str) -> bool:
        """Whether nothing is asked for there, nor any trouble told."""
        trouble = found.code != OUT_OF_SCOPE and self._by_code[found.code].trouble
        return not (trouble or asks(text[found.start : found.end]))

    def _in_story(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        asking: Collection[tuple[int, int]],
        whole: Ranked,
        clauses: Sequence[Ranked],
    ) -> tuple[Found, ...]:
        """What the story and what is asked in it agree on best, and what else is asked in words of its own."""
        heard = [_best(ranked, *span) for ranked, span in zip(clauses, spans, strict=True)]
        asked = [found for found in heard if (found.start, found.end) in asking and found.code != OUT_OF_SCOPE]
        likely = _agreed(whole, [ranked for ranked, span in zip(clauses, spans, strict=True) if span in asking])
        code = max(likely, key=lambda one: likely[one])
        if likely[code] < self.accept_story:
            return ()
        there = [one for one in (*asked, *heard) if one.code == code]
        main = max(there, key=lambda one: one.confidence, default=Found(code, 0.0, *_trimmed(text)))
        main = replace(main, confidence=likely[code])
        others = (one for one in _each_once(asked) if one.confidence >= self.accept_further)
        return self._chosen([main, *sorted(others, key=lambda one: -one.confidence)], text, asking)

    def _chosen(self, ordered: list[Found], text: str, asking: Collection[tuple[int, int]]) -> tuple[Found, ...]:
        """The requests that stand out, without what is only a part of another; ordered by how clearly they are told.

        Where something is asked for, what is only told beside it is no request of its own, unless it is trouble.
        """
        if not ordered or ordered[0].confidence < self.accept:
            return ()
        main, *others = ordered
        asked = [main]
        for found in others:
            if asking and (found.start, found.end) not in asking and not self._by_code[found.code].trouble:
                continue
            if found.confidence >= self._needed(found, main) and _names_another(found, asked, text):
                asked.append(found)
        alone = [found for found in asked if not any(self._covers(other, found) for other in asked)]
        return tuple(alone[:3])

    def _needed(self, found: Found, main: Found) -> float:
        """What the main request is only a part of shows more weakly than a request of its own."""
        return self.accept_cause if self._covers(found, main) else self.accept_further

    def _covers(self, whole: Found, part: Found) -> bool:
        return part.code in self._by_code[whole.code].covers

    def _lightness(self, found: Found, text: str) -> tuple[bool, bool, int]:
        """A general question is less than a request about an account or an urgent one, an aside less than the rest."""
        reason, aside = self._by_code[found.code], _ASIDE.match(text, found.start)
        urgent = _IMPACTS.index(reason.impact)
        return bool(urgent) and not reason.identity, aside is not None, urgent


def _agreed(whole: Ranked, asking: Sequence[Ranked]) -> dict[str, float]:
    """How likely each reason is by the whole and by what is asked in it."""
    best = {
        code: max((dict(one)[code] * (1 - dict(one)[OUT_OF_SCOPE]) for one in asking), default=0.0) for code, _ in whole
    }
    told = {code: (share + _UNHEARD) ** _WHOLE * (best[code] + _UNHEARD) ** _ASKED for code, share in _reasons(whole)}
    together = sum(told.values())
    return {code: share / together for code, share in told.items()}


def _each_once(heard: list[Found]) -> list[Found]:
    """The surest of each reason; one that only the whole text is sure of stands in its own clause where it has one."""
    best: dict[str, Found] = {}
    for found in heard:
        known = best.get(found.code)
        if known is None:
            best[found.code] = found
        elif found.confidence > known.confidence + _AS_SURE:
            within = found.start <= known.start and known.end <= found.end
            best[found.code] = replace(known, confidence=found.confidence) if within else found
    return list(best.values())


def _names_another(found: Found, asked: list[Found], text: str) -> bool:
    """Whether the text names one more thing there: not the words of another request, nor `it` in place of them."""
    return not any(found.overlaps(other) for other in asked) and not points_back(text[found.start : found.end])


def _asking(text: str) -> list[tuple[int, int]]:
    """The clauses that ask for something."""
    return [(start, end) for start, end in split(text) if not states_fact(_TYPOS.mended(text[start:end]))]


def _parts(text: str, spans: Sequence[tuple[int, int]], whole: str | None) -> list[str]:
    """What is ranked: the clauses together, or the `whole` as it stands, then each of them."""
    told = [_in_figures(text[start:end]) for start, end in spans]
    return [whole or ". ".join(told), *map(without_addresses, told)]


def _in_figures(text: str) -> str:
    """With digits for a number that is said digit by digit, and nothing within words that is no sign of them."""
    text = text.replace(JOINER, "")
    for start, end, digits in reversed(list(digits_said(text))):
        text = f"{text[:start]}{digits}{text[end:]}"
    return text


def _reasons(ranked: Ranked) -> Ranked:
    return [(code, confidence) for code, confidence in ranked if code != OUT_OF_SCOPE]


def _best(ranked: Ranked, start: int, end: int) -> Found:
    """The likeliest reason, unless the text is rather out of scope; it is as sure as both together."""
    outside, (code, confidence) = dict(ranked)[OUT_OF_SCOPE], _reasons(ranked)[0]
    return Found(OUT_OF_SCOPE if outside >= _GATE else code, confidence * (1 - outside), start, end)


def _trimmed(text: str) -> tuple[int, int]:
    return len(text) - len(text.lstrip()), len(text.rstrip())
