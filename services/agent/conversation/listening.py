"""A customer turn heard: which requests and facts it tells, in which language and mood, and what it means here."""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.events import ContactReason, Dialogue, Entity, Evidence, Turn
from services.agent.conversation.gist import Gist, gist
from services.agent.conversation.language import detected
from services.agent.conversation.sentiment import profane
from services.agent.entities import Extractor, lacking
from services.agent.reasons import ContactReasons
from services.agent.understanding import Understanding

SURE_HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

SURE_DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

_SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""


@dataclass(frozen=True)
class Heard:
    """What the turns of a customer since the agent last spoke tell."""

    upto: int
    reasons: tuple[ContactReason, ...] = ()
    entities: tuple[Entity, ...] = ()
    language: str = "en"
    gist: Gist = "none"
    insulting: bool = False
    wants_person: bool = False
    lacking: bool = False


class Listener:
    """Hears for one business; only what customers say is ever listened to."""

    def __init__(
        self, reasons: ContactReasons, understanding: Understanding, extractor: Extractor, languages: Sequence[str]
    ) -> None:
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding, self._extractor, self._languages = understanding, extractor, languages

    async def hear(self, mind: Dialogue, transcript: Sequence[Turn]) -> Heard:
        """Everything that the customer said after what `mind` has heard; several quick messages are one turn."""
        new = [turn for turn in transcript[mind.heard :] if turn.speaker == "customer"]
        whole = "\n".join(turn.text for turn in new)
        language = detected(whole) if not mind.reasons else mind.language
        heard = Heard(len(transcript), language=language, gist=gist(whole), insulting=profane(whole))
        if language not in self._languages:
            return heard
        reasons = [reason for turn in new for reason in await self._reasons(mind, turn)]
        return Heard(
            heard.upto,
            reasons=tuple(reason for reason in reasons if not self._asks_for_person(mind, reason)),
            entities=tuple(e for turn in new for e in self._extractor.extract(turn.turn, turn.text, mind.expects)),
            language=language,
            gist=heard.gist,
            insulting=heard.insulting,
            wants_person=any(reason.code == self._hand_over for reason in reasons),
            lacking=lacking(whole),
        )

    async def _reasons(self, mind: Dialogue, turn: Turn) -> list[ContactReason]:
        if mind.reasons and (len(turn.text.split()) < _SHORTEST_DIGRESSION or lacking(turn.text)):
            return []
        least = {self._hand_over: SURE_HAND_OVER} if mind.reasons else {}
        usual = SURE_DIGRESSION if mind.reasons else 0.0
        return [
            self._by_code[found.code].found(
                found.confidence, (Evidence(turn=turn.turn, start=found.start, end=found.end),)
            )
            for found in await self._understanding.find(turn.text)
            if found.confidence >= least.get(found.code, usual)
        ]

    def _asks_for_person(self, mind: Dialogue, reason: ContactReason) -> bool:
        """Later on, asking for a person is not one more reason for the contact."""
        return bool(mind.reasons) and reason.code == self._hand_over
