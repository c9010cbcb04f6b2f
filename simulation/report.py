"""Counts and rates by persona and business, and contacts as they can be read."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import mean
from typing import Any

from simulation.crowd import Played
from simulation.judging import KINDS, Kind

NOT_DONE: tuple[Kind, ...] = ("alarmed", "refused", "otherwise", "in_vain", "handed_over")


def figures(played: Sequence[Played]) -> dict[str, Any]:
    """Everything in numbers: all contacts, by persona, by business."""
    return {
        "all": _figures(played),
        "personas": _by(played, lambda one: one.contact.part.persona),
        "businesses": _by(played, lambda one: one.contact.part.agenda.business),
    }


def _by(played: Sequence[Played], of: Callable[[Played], str]) -> dict[str, dict[str, Any]]:
    names = dict.fromkeys(map(of, played))
    return {name: _figures([one for one in played if of(one) == name]) for name in names}


def _figures(played: Sequence[Played]) -> dict[str, Any]:
    counts = Counter(one.judgement.kind for one in played)
    return {
        "contacts": len(played),
        **{str(kind): counts[kind] for kind in reversed(KINDS)},
        "not_done": sum(counts[kind] for kind in NOT_DONE),
        "right_rate": round(counts["right"] / len(played), 4) if played else None,
        "harmful_rate": round(counts["harmful"] / len(played), 4) if played else None,
        "lines": round(mean(len(one.contact.moves) for one in played), 2) if played else None,
    }


def worst_first(played: Sequence[Played]) -> list[Played]:
    """In the order in which somebody should read them."""
    return sorted(played, key=lambda one: (KINDS.index(one.judgement.kind), one.contact.number))


def told(one: Played) -> str:
    """A contact as a person reads it."""
    return "\n".join(_lines(one))


def _lines(one: Played) -> Iterator[str]:
    contact = one.contact
    yield f"No. {contact.number}: {contact.part.agenda.id}, {contact.part.persona}: {one.judgement.kind}"
    yield from (f"  ! {why}" for why in one.judgement.why)
    for record in contact.records:
        yield from (f"  {speaker}: {text}" for speaker, text in record.transcript)
        for decision in record.decisions:
            action = (decision.get("action") or {}).get("name")
            yield f"  = {decision.get('contact_reason')}: {decision['verdict']}{f', {action}' if action else ''}"


def data(one: Played) -> dict[str, Any]:
    """A contact for programs."""
    contact = one.contact
    return {
        "number": contact.number,
        "agenda": contact.part.agenda.id,
        "business": contact.part.agenda.business,
        "persona": contact.part.persona,
        "kind": one.judgement.kind,
        "why": list(one.judgement.why),
        "interactions": [record.id for record in contact.records],
        "moves": [{"said": list(move.line.texts), "meant": move.line.meaning} for move in contact.moves],
        "transcript": [
            {"speaker": speaker, "text": text} for record in contact.records for speaker, text in record.transcript
        ],
        "decisions": [decision for record in contact.records for decision in record.decisions],
    }
