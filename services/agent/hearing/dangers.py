"""Danger in what was said: whatever else stands beside it, also in the middle of a sentence."""

from collections.abc import Iterator, Sequence

from callcenter.events import Danger
from services.agent.commands import InDanger
from services.agent.hearing.parts import Part
from services.agent.understanding.requests import LONG
from services.agent.understanding.speech_acts import DANGERS

_SURE: dict[Danger, float] = {"self_harm": 0.6, "emergency": 0.8, "threat": 0.9, "fraud": 0.9}
"""How sure one sentence of a story must be; the threshold of the act itself is for sentences that stand alone."""


def dangers(parts: Sequence[Part]) -> Iterator[InDanger]:
    """The worst that any sentence tells of, or a piece of one; one of many must be surer than one by itself."""
    told = [acts for part in parts for acts in (*(one.acts for one in part.sentences), *part.pieces)]
    for kind in DANGERS:
        least = _SURE[kind] if len(told) >= LONG else 0.0
        if any(one.says(kind) and one.likely[kind] >= least for one in told):
            yield InDanger(kind)
            return
