"""What the agent knows so far, and what it says next. It sees the turns of the conversation and nothing else."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from callcenter.events import ContactReason, Entity, Evidence, MissingFact, Outcome
from services.agent.entities import Extractor, lacking
from services.agent.language import detected
from services.agent.reasons import ContactReasons, Reason
from services.agent.sentiment import profane
from services.agent.understanding import Found, Understanding

MAX_AGENT_TURNS = 12
_TURNS_TO_CLOSE = 2
_TRIES = 2
_SURE_HAND_OVER = 0.6

ActKind = Literal["clarify", "calm", "ask", "recap", "farewell", "hand_over", "unclear", "abusive", "unsupported"]
FINAL: frozenset[ActKind] = frozenset({"farewell", "hand_over", "unclear", "abusive", "unsupported"})


@dataclass(frozen=True)
class Act:
    """What one agent turn does; `slot` is the fact it asks for, `again` that it did so before."""

    kind: ActKind
    slot: str | None = None
    again: bool = False


class Dialogue:
    """One conversation from the agent's side: `hear` a customer turn, then do the `next_act`."""

    def __init__(
        self,
        reasons: ContactReasons,
        understanding: Understanding,
        extractor: Extractor,
        languages: Sequence[str] = ("en",),
    ) -> None:
        self._reasons, self._understanding, self._extractor = reasons, understanding, extractor
        self._by_code, self._languages = reasons.by_code(), languages
        self.language = "en"
        self.entities: list[Entity] = []
        self.found: list[tuple[int, Found]] = []
        self.acts: list[Act] = []
        self._profane = self._wants_person = False
        self._tries: Counter[str] = Counter()
        self._why: dict[str, str] = {}

    def hear(self, turn: int, text: str) -> None:
        """Take in what the customer said: facts always, the request until it is known."""
        asked = self.acts[-1].slot if self.acts else None
        self._collect(self._extractor.extract(turn, text, asked))
        if asked:
            self._note_answer(asked, text)
        if not self.acts:
            self.language = detected(text)
            self._profane = profane(text)
        if not self.found and self.language in self._languages:
            self.found = [(turn, found) for found in self._understanding.find_now(text)]
        self._wants_person = self._wants_person or self._asks_for_person(text)

    def next_act(self) -> Act | None:
        """The next thing to say, None when everything is said."""
        if self.acts and self.acts[-1].kind in FINAL:
            return None
        act = self._decide()
        self.acts.append(act)
        if act.slot:
            self._tries[act.slot] += 1
        return act

    @property
    def outcome(self) -> Outcome:
        """How the conversation came out, as far as it went."""
        if self.language not in self._languages:
            return "unsupported_language"
        if self._wants_person:
            return "human_requested"
        if self.found:
            return "understood"
        return "abusive" if self._profane else "unclear"

    @property
    def reasons(self) -> list[Reason]:
        """The requests found, the main one first."""
        return [self._by_code[found.code] for _, found in self.found]

    @property
    def contact_reasons(self) -> tuple[ContactReason, ...]:
        """The requests found as parts of the dossier, with the words that say them."""
        return tuple(
            self._by_code[found.code].found(found.confidence, (Evidence(turn=turn, start=found.start, end=found.end),))
            for turn, found in self.found
        )

    @property
    def missing(self) -> tuple[MissingFact, ...]:
        """What the requests need and the customer did not give, with why."""
        if self.outcome != "understood":
            return ()
        names = [*self._needed_slots(), *(self._reasons.identity.facts if self._lacks_identity() else ())]
        unknown = [name for name in dict.fromkeys(names) if name not in self._known()]
        return tuple(MissingFact(name=name, why=self._why.get(name, "it was not asked for")) for name in unknown)

    def _decide(self) -> Act:
        if self.language not in self._languages:
            return Act("unsupported")
        if self._wants_person:
            return Act("hand_over")
        if not self.found:
            return self._without_request()
        if self.acts and self.acts[-1].kind == "recap":
            return Act("farewell")
        wanted = self._next_fact() if len(self.acts) < MAX_AGENT_TURNS - _TURNS_TO_CLOSE else None
        return Act("ask", wanted, again=self._tries[wanted] > 0) if wanted else Act("recap")

    def _without_request(self) -> Act:
        if self._profane:
            return Act("abusive" if self.acts else "calm")
        return Act("unclear" if self.acts else "clarify")

    def _next_fact(self) -> str | None:
        slots = [name for name in self._needed_slots() if self._open(name)]
        identity = [name for name in self._reasons.identity.facts if self._open(name)] if self._lacks_identity() else []
        return next(iter([*slots, *identity]), None)

    def _open(self, name: str) -> bool:
        return name not in self._known() and self._tries[name] < _TRIES

    def _needed_slots(self) -> Iterable[str]:
        return dict.fromkeys(name for reason in self.reasons for name in reason.needs)

    def _lacks_identity(self) -> bool:
        known = [name for name in self._reasons.identity.facts if name in self._known()]
        return any(reason.identity for reason in self.reasons) and len(known) < self._reasons.identity.required

    def _known(self) -> set[str]:
        return {entity.name for entity in self.entities}

    def _collect(self, entities: Iterable[Entity]) -> None:
        said = {(entity.name, entity.value) for entity in self.entities}
        self.entities.extend(entity for entity in entities if (entity.name, entity.value) not in said)

    def _note_answer(self, asked: str, text: str) -> None:
        if asked not in self._known():
            self._why[asked] = "the customer does not have it" if lacking(text) else "the answer could not be used"

    def _asks_for_person(self, text: str) -> bool:
        if self.language not in self._languages:
            return False
        if not self.acts or self.acts[-1].kind in ("clarify", "calm"):
            return any(found.code == self._reasons.hand_over for _, found in self.found)
        code, confidence = self._understanding.predict_now(text)[0]
        return code == self._reasons.hand_over and confidence >= _SURE_HAND_OVER
