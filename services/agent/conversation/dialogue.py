"""What the agent knows so far, and what it does next: pure functions over the section `Dialogue`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from callcenter.events import Act, ActKind, ContactReason, Dialogue, Entity, MissingFact, Outcome
from services.agent.conversation.gist import Gist
from services.agent.conversation.listening import Heard
from services.agent.reasons import ContactReasons, Reason

MAX_AGENT_TURNS = 12
"""Of a whole conversation, with the one that tells the outcome."""

_TURNS_TO_CLOSE = 3
"""To confirm, to say what happens now, and to tell the outcome."""

_TRIES = 2
"""How often one fact is asked for."""

_MOST_REASONS = 3
_REFUSALS = 2
"""Times that a customer may reject what the agent is about to do, before it stops guessing and passes them on."""

_ASIDES: tuple[Gist, ...] = ("repeat", "who", "why", "wait")
"""What leaves the question open that was asked."""

FINAL: frozenset[ActKind] = frozenset(
    {"check", "hand_over", "unclear", "abusive", "unsupported", "withdraw", "time_out"}
)
_OUTCOMES: dict[ActKind, Outcome] = {
    "hand_over": "human_requested",
    "unclear": "unclear",
    "abusive": "abusive",
    "unsupported": "unsupported_language",
    "withdraw": "withdrawn",
    "time_out": "abandoned",
}


@dataclass(frozen=True)
class News:
    """What the last customer turn changed: the agent speaks of it before it goes on."""

    reasons: tuple[ContactReason, ...] = ()
    corrected: tuple[Entity, ...] = ()
    answered: bool = False
    lacking: bool = False
    noted: bool = False
    """A fact came that was not asked for just then."""
    insulted: bool = False
    aside: Gist = "none"
    """What the customer said instead of an answer."""


class Manager:
    """Leads conversations for one business: `take_in` what was heard, then do the `next_act`."""

    def __init__(self, reasons: ContactReasons, languages: Sequence[str]) -> None:
        self._reasons, self._by_code, self._languages = reasons, reasons.by_code(), languages

    def take_in(self, mind: Dialogue, heard: Heard) -> tuple[Dialogue, News]:
        """The mind after a customer turn, and what is new in it."""
        facts, last = mind.facts, next((act.kind for act in reversed(mind.acts) if act.kind != "repeat"), None)
        entities = [entity for entity in heard.entities if facts.get(entity.name) != entity.value]
        corrected = tuple(entity for entity in entities if entity.name in facts)
        reasons = () if corrected and mind.reasons else self._further(mind, heard)
        news = News(
            reasons=reasons if mind.reasons else (),
            corrected=corrected,
            answered=any(entity.name == mind.expects for entity in heard.entities),
            lacking=bool(mind.expects) and all(entity.name != mind.expects for entity in heard.entities),
            noted=any(entity.name != mind.expects for entity in entities),
            insulted=heard.insulting and bool(mind.acts),
            aside=heard.gist if heard.gist in _ASIDES else "none",
        )
        rejected = last in ("confirm", "amend") and heard.gist == "no" and not news.corrected
        changed = bool(news.corrected or news.reasons)
        accepted = (
            last in ("confirm", "amend") and not changed and not rejected and heard.gist not in (*_ASIDES, "cancel")
        )
        update = {
            "reasons": (*mind.reasons, *reasons),
            "entities": (*mind.entities, *entities),
            "missing": self._missing(mind, heard, news),
            "language": heard.language,
            "insulted": mind.insulted or heard.insulting,
            "wants_person": heard.wants_person or (last in ("offer_person", "calm") and heard.gist == "yes"),
            "withdrawn": heard.gist == "cancel" and bool(mind.acts) and not changed,
            "confirmed": accepted,
            "refused": mind.refused + rejected,
            "heard": heard.upto,
        }
        return mind.model_copy(update=update), news

    def next_act(self, mind: Dialogue, heard: Heard) -> Act:
        """The next thing to do."""
        if mind.language not in self._languages:
            return Act(kind="unsupported")
        if mind.withdrawn:
            return Act(kind="withdraw")
        if mind.wants_person or mind.refused >= _REFUSALS:
            return Act(kind="hand_over")
        if self._asked_back(mind, heard) and len(mind.acts) < MAX_AGENT_TURNS - _TURNS_TO_CLOSE:
            return Act(kind="repeat", slot=mind.expects)
        return self._with_request(mind, heard) if mind.reasons else self._without_request(mind, heard)

    def _asked_back(self, mind: Dialogue, heard: Heard) -> bool:
        """Whether the customer wants to hear the question once more, or something else first."""
        return heard.gist in _ASIDES and mind.last_act is not None and not heard.reasons

    def outcome(self, mind: Dialogue) -> Outcome:
        """How the conversation came out."""
        return _OUTCOMES.get(mind.acts[-1].kind, "understood")

    def missing(self, mind: Dialogue) -> tuple[MissingFact, ...]:
        """What the requests need and the customer did not give, with why."""
        if self.outcome(mind) not in ("understood", "abandoned"):
            return ()
        names = [*self.needed(mind), *(self._reasons.identity.facts if self._lacks_identity(mind) else ())]
        why = {fact.name: fact.why for fact in mind.missing}
        unknown = [name for name in dict.fromkeys(names) if name not in mind.facts]
        return tuple(MissingFact(name=name, why=why.get(name, "it was not asked for")) for name in unknown)

    def requests(self, mind: Dialogue) -> list[Reason]:
        """The requests found, the main one first."""
        return [self._by_code[reason.code] for reason in mind.reasons]

    def needed(self, mind: Dialogue) -> list[str]:
        """The facts that the requests need, whether they are known or not."""
        return list(dict.fromkeys(name for reason in self.requests(mind) for name in reason.needs))

    def _further(self, mind: Dialogue, heard: Heard) -> tuple[ContactReason, ...]:
        known = {reason.code for reason in mind.reasons}
        covered = {code for reason in self.requests(mind) for code in reason.covers}
        new = {reason.code: reason for reason in reversed(heard.reasons) if reason.code not in known | covered}
        return tuple(reversed(new.values()))[: _MOST_REASONS - len(mind.reasons)]

    def _missing(self, mind: Dialogue, heard: Heard, news: News) -> tuple[MissingFact, ...]:
        """Why each fact is not known: noted when an answer did not hold it, forgotten when it comes after all."""
        said = {entity.name for entity in heard.entities}
        kept = [fact for fact in mind.missing if fact.name not in said and fact.name != mind.expects]
        if news.lacking and mind.expects and heard.gist not in _ASIDES:
            why = "the customer does not have it" if heard.lacking else "the answer could not be used"
            kept.append(MissingFact(name=mind.expects, why=why))
        return tuple(kept)

    def _with_request(self, mind: Dialogue, heard: Heard) -> Act:
        ran_out = len(mind.acts) >= MAX_AGENT_TURNS - _TURNS_TO_CLOSE
        if not ran_out and (wanted := self._next_fact(mind)):
            return Act(kind="ask", slot=wanted, again=self._tries(mind, wanted) > 0)
        if mind.confirmed or not self._to_confirm(mind) or len(mind.acts) >= MAX_AGENT_TURNS - 2:
            return Act(kind="check")
        rejected = heard.gist == "no" and mind.last_act is not None and mind.last_act.kind == "confirm"
        return Act(kind="amend" if rejected and mind.refused else "confirm")

    def _without_request(self, mind: Dialogue, heard: Heard) -> Act:
        kinds = [act.kind for act in mind.acts]
        if heard.insulting or "calm" in kinds:
            return Act(kind="abusive" if "calm" in kinds else "calm")
        if "offer_person" in kinds:
            return Act(kind="unclear")
        if not kinds and (heard.gist in ("greeting", "who") or not heard.upto):
            return Act(kind="greet")
        return Act(kind="offer_person" if "clarify" in kinds else "clarify")

    def _to_confirm(self, mind: Dialogue) -> bool:
        """Whether the agent understood more than a general question, and better makes sure before anything is done."""
        return any(reason.needs or reason.identity for reason in self.requests(mind))

    def _next_fact(self, mind: Dialogue) -> str | None:
        identity = self._reasons.identity.facts if self._lacks_identity(mind) else ()
        return next((name for name in (*self.needed(mind), *identity) if self._open(mind, name)), None)

    def _open(self, mind: Dialogue, name: str) -> bool:
        return name not in mind.facts and self._tries(mind, name) < _TRIES

    def _tries(self, mind: Dialogue, name: str) -> int:
        return sum(act.kind == "ask" and act.slot == name for act in mind.acts)

    def _lacks_identity(self, mind: Dialogue) -> bool:
        identity = self._reasons.identity
        known = sum(name in mind.facts for name in identity.facts)
        return any(reason.identity for reason in self.requests(mind)) and known < identity.required


def done(mind: Dialogue, act: Act) -> Dialogue:
    """The mind after the agent did something."""
    return mind.model_copy(update={"acts": (*mind.acts, act), "confirmed": False})


def listed(names: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
