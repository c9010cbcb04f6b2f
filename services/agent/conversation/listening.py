"""A customer turn heard: which requests and facts it tells, in which language and mood, and what it means here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from callcenter.business import Profile
from callcenter.events import ContactReason, Dialogue, Entity, Evidence, Turn
from services.agent.conversation.gist import Gist, asking_who, gist
from services.agent.conversation.language import detected
from services.agent.conversation.sentiment import profane
from services.agent.facts import Extractor, lacking
from services.agent.reasons import ContactReasons
from services.agent.understanding import Found, Understanding
from services.agent.understanding.phrases import asks, split

SURE_HAND_OVER = 0.6
"""How sure the agent must be that somebody who has already told what they need asks for a person."""

SURE_DIGRESSION = 0.6
"""How sure it must be that a reply holds a further request, and is not just an odd answer."""

SURE_BESIDES = 0.85
"""How sure it must be that a reply which answers the question holds a further request, and not just small talk."""

_SHORTEST_DIGRESSION = 4
"""Words: what is shorter answers the question that was asked."""


_AROUND = "ah and here i i'd is it it's its my oh ok okay say so sure that's the think uh um well yeah yes"
_FILLERS = frozenset(_AROUND.split())
"""Words around a value that say no more than that it is one."""


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
        self, profile: Profile, reasons: ContactReasons, understanding: Understanding, extractor: Extractor
    ) -> None:
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._understanding, self._extractor = understanding, extractor
        self._languages, self._zone = profile.languages, ZoneInfo(profile.time_zone)

    async def hear(self, mind: Dialogue, transcript: Sequence[Turn]) -> Heard:
        """Everything that the customer said after what `mind` has heard; several quick messages are one turn."""
        new = [turn for turn in transcript[mind.heard :] if turn.speaker == "customer"]
        whole = "\n".join(turn.text for turn in new)
        language = detected(whole) if not mind.reasons else mind.language
        heard = Heard(len(transcript), language=language, gist=gist(whole), insulting=profane(whole))
        if language not in self._languages:
            return heard
        facts = [entity for turn in new for entity in self._facts(mind, turn)]
        reasons = [reason for turn in new for reason in await self._reasons(mind, turn, facts)]
        return Heard(
            heard.upto,
            reasons=tuple(reason for reason in reasons if not self._asks_for_person(mind, reason)),
            entities=tuple(facts),
            language=language,
            gist="none" if any(fact.name == mind.expects for fact in facts) else heard.gist,
            insulting=heard.insulting,
            wants_person=any(reason.code == self._hand_over for reason in reasons),
            lacking=lacking(whole),
        )

    def _facts(self, mind: Dialogue, turn: Turn) -> Sequence[Entity]:
        today = turn.at.astimezone(self._zone).date()
        facts = self._extractor.extract(turn.turn, turn.text, mind.expects, today=today)
        left = set(re.findall(r"[\w']+", _without(facts, turn).lower()))
        return facts if left - _FILLERS else [fact for fact in facts if not _replaces_unasked(mind, fact)]

    async def _reasons(self, mind: Dialogue, turn: Turn, facts: Sequence[Entity]) -> list[ContactReason]:
        """Later on, only what is surely a further request, and not the words around an answer or about the question."""
        meant = gist(turn.text)
        short = len(_without(facts, turn).split()) < _SHORTEST_DIGRESSION
        if mind.reasons and (short or lacking(turn.text) or meant in ("why", "repeat", "wait")):
            return []
        answered = meant in ("yes", "no") or any(fact.name == mind.expects for fact in facts)
        return [
            self._by_code[found.code].found(found.confidence, (_where(turn, found),))
            for found in await self._understanding.find(_besides(mind, facts, turn))
            if not mind.reasons or self._is_further(found, turn, answered=answered)
        ]

    def _is_further(self, found: Found, turn: Turn, *, answered: bool) -> bool:
        """Whether it is surely one more request; who only names a thing in a reply has no question about it."""
        if found.code == self._hand_over:
            return found.confidence >= SURE_HAND_OVER
        if not (self._by_code[found.code].identity or asks(turn.text[found.start : found.end + 1])):
            return False
        return found.confidence >= (SURE_BESIDES if answered else SURE_DIGRESSION)

    def _asks_for_person(self, mind: Dialogue, reason: ContactReason) -> bool:
        """Later on, asking for a person is not one more reason for the contact."""
        return bool(mind.reasons) and reason.code == self._hand_over


def _replaces_unasked(mind: Dialogue, fact: Entity) -> bool:
    """Whether it would take the place of a known fact, although another one was asked for and it is only a value."""
    replaces = mind.facts.get(fact.name, fact.value) != fact.value
    return replaces and mind.expects not in (None, fact.name) and fact.extractor == "pattern"


def _besides(mind: Dialogue, facts: Sequence[Entity], turn: Turn) -> str:
    """The text with blanks in place of the answer: its whole clause, or the mere fact where that asks for more.

    Nor is it a request to ask who answers.
    """
    said = [fact.evidence for fact in facts if mind.reasons and fact.name == mind.expects]
    letters = list(turn.text)
    for start, end in asking_who(turn.text):
        letters[start:end] = " " * (end - start)
    for start, end in split(turn.text):
        within = [place for place in said if start <= place.start < end]
        if within and not asks(turn.text[start:end]):
            within = [Evidence(turn=turn.turn, start=start, end=end)]
        for place in within:
            letters[place.start : place.end] = " " * (place.end - place.start)
    return "".join(letters)


def _without(facts: Sequence[Entity], turn: Turn) -> str:
    """The text with blanks in place of the facts in it."""
    letters = list(turn.text)
    for said in (fact.evidence for fact in facts if fact.evidence.turn == turn.turn):
        letters[said.start : said.end] = " " * (said.end - said.start)
    return "".join(letters)


def _where(turn: Turn, found: Found) -> Evidence:
    return Evidence(turn=turn.turn, start=found.start, end=found.end)
