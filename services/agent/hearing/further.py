"""Whether what is found in a reply is one more request, or only an answer or a question about the one that is open."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from callcenter.events import Dialogue, Entity
from services.agent.hearing import sure_of
from services.agent.hearing.belonging import READ_BACK
from services.agent.hearing.naming import Naming
from services.agent.hearing.parts import Part
from services.agent.hearing.recognizing import ACCOUNT
from services.agent.reasons import ContactReasons
from services.agent.understanding.phrases import inquires
from services.agent.understanding.requests import Found


class Further:
    """Tells it for one business; `inquiries` are the reasons that customers rather ask about."""

    def __init__(self, reasons: ContactReasons, inquiries: Collection[str], naming: Naming) -> None:
        self._by_code, self._hand_over = reasons.by_code(), reasons.hand_over
        self._inquiries, self._naming = inquiries, naming

    def holds(self, state: Dialogue, part: Part, found: Found, facts: Sequence[Entity], *, answered: bool) -> bool:
        """Whether it is surely one more request; who only names a thing in a reply has no question about it."""
        asked = bool(state.expects)
        within = part.within(found)
        wonders = any(one.wonders for one in within) and not any(one.orders for one in within)
        if found.code == self._hand_over:
            return found.confidence >= sure_of.HAND_OVER and not (wonders and asked) and not part.wants_nobody(found)
        acts = self._by_code[found.code].acts
        asks = any(one.asks for one in within)
        told = acts and self._by_code[found.code].trouble and (answered or not asked or part.adds(found))
        if not asks and not told:
            return False  # what is told in place of an answer is why there is none
        if wonders and acts and found.code not in self._inquiries:
            return False  # what comes to their mind meanwhile is answered, and opens nothing that could be done
        if wonders and _is_read_back(state) and self._is_about_what_is_read_back(state, found):
            return False
        if (asked or (wonders and _is_read_back(state))) and not self._is_of_its_own(part, found, wonders=wonders):
            return False
        surely = asks and (not answered or _of_account(facts, found))
        return found.confidence >= (sure_of.DIGRESSION if surely else sure_of.BESIDES)

    def after_all(self, state: Dialogue, part: Part, found: Sequence[Found]) -> list[Found]:
        """What is found where nothing is open: once all is settled, `how do I get it` asks what becomes of it."""
        return [self._what_becomes(part, one) if state.over else one for one in found]

    def _what_becomes(self, part: Part, found: Found) -> Found:
        """The reason that is asked about and covers it, where they only wonder about what could be done."""
        there = part.within(found)
        wonders = any(one.wonders and inquires(one.text) for one in there) and not any(one.orders for one in there)
        asked = [code for code in self._inquiries if found.code in self._by_code[code].covers]
        acts = self._by_code[found.code].acts and found.code not in self._inquiries
        return replace(found, code=asked[0]) if wonders and acts and len(asked) == 1 else found

    def _is_about_what_is_read_back(self, state: Dialogue, found: Found) -> bool:
        """Whether it asks what becomes of that: `when will I have the money`, before there is a refund to look for."""
        covers = self._by_code[found.code].covers if found.code in self._inquiries else ()
        return any(one.code in covers for one in state.reasons)

    def _is_of_its_own(self, part: Part, found: Found, *, wonders: bool) -> bool:
        """Whether its words mean another matter than the open one, which the agent has just asked something about."""
        said = part.said(found)
        if any(one.acts.says("instead") for one in part.within(found)) or (wonders and part.points(found)):
            return self._naming.names(found.code, said)
        return not wonders or self._naming.speaks_of(found.code, said)


def _is_read_back(state: Dialogue) -> bool:
    return state.last_act is not None and state.last_act.kind in READ_BACK


def _of_account(facts: Sequence[Entity], found: Found) -> bool:
    """Whether a thing of their account is named there that was not spoken of before."""
    return any(fact.extractor == ACCOUNT and found.start <= fact.evidence.start < found.end for fact in facts)
