"""That somebody is in danger, in whichever sentence it is told: nothing else matters then."""

from collections.abc import Iterator, Sequence

from callcenter.events import Danger
from services.agent import commands as say
from services.agent.hearing.parts import Part
from services.agent.understanding.requests import LONG
from services.agent.understanding.speech_acts import DANGERS

_SURE_DANGER: dict[Danger, float] = {"self_harm": 0.6, "emergency": 0.8, "threat": 0.9, "fraud": 0.9}
"""How sure one sentence of a story must be; the threshold of the act itself is for sentences that stand alone."""


def dangers(parts: Sequence[Part]) -> Iterator[say.InDanger]:
    """The worst that any sentence tells of; one of many in a story must be surer than one by itself."""
    sentences = [one.acts for part in parts for one in part.sentences]
    for kind in DANGERS:
        least = _SURE_DANGER[kind] if len(sentences) >= LONG else 0.0
        if any(one.says(kind) and one.likely[kind] >= least for one in sentences):
            yield say.InDanger(kind)
            return
