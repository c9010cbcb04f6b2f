"""The customer's side of a live talk: what to say next, given what the agent just said."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.cases.case import CustomerTurn

DONT_KNOW = "I don't know"
MAX_DONT_KNOW = 8
"""That often; then the customer falls silent."""
FACT_TIMES = 3
"""How often a fact is told when it is asked for again."""


class Question(NamedTuple):
    """What the agent asks for: as its act is called in the record, and as it sounds."""

    act: str
    words: str


CONFIRM = (
    r"is (that|this|it|everything) (right|correct|how you mean|what you|ok)"
    r"|(have|did) (i|we) (got|get|understood|understand) (that|it|this|you)"
    r"|(shall|should|can|may) (i|we) (go ahead|do (that|it|this)|proceed|cancel|close|block|end|send|refund|change|book"
    r"|freeze|switch)|do you (really )?want (me|us) to|would you like (me|us) to (go|cancel|close|proceed)"
    r"|does that (fit|sound)|right this time|go ahead with (that|it)|\bplease confirm\b|yes or no"
)
NAMED = {
    "confirm": Question(r"^confirm", CONFIRM),
    "order": Question(r"^ask order_id", r"order number|which order"),
    "email": Question(r"^ask email", r"e-?mail"),
    "zip": Question(r"^ask postcode", r"\bzip|post ?code"),
    "birth": Question(r"^ask date_of_birth", r"birth|\bborn\b"),
    "word": Question(r"^ask memorable_word", r"memorable word"),
    "phone": Question(r"^ask phone", r"phone number|number of the line|which (line|number)"),
    "amount": Question(r"^ask amount", r"amount|how much|in dollars"),
    "product": Question(r"^ask product", r"which item|item (is it|called)|what item|name of the item"),
    "address": Question(r"^ask new_address", r"(new|full|which) .{0,12}address"),
    "card": Question(r"^ask card_last4", r"last four|which card"),
    "card_type": Question(r"^ask card_type", r"debit (card )?or (a |your )?credit"),
    "account": Question(r"^ask account_type", r"checking or (your )?savings|which (of your )?accounts?\b"),
    "transfer": Question(r"^ask transfer_ref", r"reference"),
    "payee": Question(r"^ask payee", r"payee|payment made to|gets that payment"),
    "fee": Question(r"^ask fee_type", r"which fee|kind of fee|name of the fee"),
    "country": Question(r"^ask (destination|country)", r"which country|what country|where are you (travel|go)"),
    "stay": Question(r"^ask stay", r"how long|how many days"),
    "day": Question(r"^ask day", r"which day|what day|day would suit|day of the week"),
    "bill": Question(r"^ask bill_number", r"bill number|which bill"),
    "plan": Question(r"^ask plan", r"which plan|what plan"),
    "pack": Question(r"^ask data_pack", r"how much data|data pack|size of pack"),
    "sim": Question(r"^ask sim_kind", r"esim or|physical (sim|card)"),
    "visit": Question(r"^ask appointment_id", r"visit number|number of the visit|which visit"),
    "harm": Question(r"^ask no_harm", r"click|given (them|anything)|happened on your account"),
    "what": Question(
        r"^(greet|clarify|amend|calm|repeat)",
        r"how can i help|what can i do for you|what (should|shall|can) i (change|correct)|what is different"
        r"|in a sentence|more words",
    ),
    "person": Question(r"^offer_person", r"colleague|pass you on|hand you|real person|one of our team"),
}
FACTS = NAMED.keys() - {"confirm", "what", "person"}
PLAIN_ACTS = r"(ask|confirm|clarify|amend|greet|offer_person)"
"""Where the record names one of these, it says plainly what was asked for, whatever the words are."""


def asks_for(wanted: str, words: str, act: str) -> bool:
    """Whether the agent has just asked for that: a name of the above, or a regular expression on its words."""
    if wanted not in NAMED:
        return re.search(wanted, words, re.I | re.S) is not None
    question = NAMED[wanted]
    if act and re.search(question.act, act):
        return True
    if act and re.match(PLAIN_ACTS, act):
        return False
    if wanted != "confirm" and re.search(CONFIRM, words, re.I):
        return False
    return re.search(question.words, words, re.I) is not None


@dataclass
class Script:
    """What is said of the turns so far, and what comes next."""

    turns: Sequence[CustomerTurn]
    used: list[int] = field(default_factory=list)
    unknown: int = 0

    def __post_init__(self) -> None:
        self.used = [0] * len(self.turns)

    def first(self) -> str:
        return self._say(0)

    def next(self, words: str, act: str) -> str | None:
        """The fitting turn that is new, else one that may be said again, else the next without `when`."""
        fits = [place for place, turn in enumerate(self.turns) if self._fits(turn, words, act)]
        for allowed in (self._is_new, self._may_be_said_again):
            if (place := next(filter(allowed, fits), None)) is not None:
                return self._say(place)
        free = [place for place, turn in enumerate(self.turns) if not turn.when and not turn.after_end]
        place = next(filter(self._is_new, free), None)
        return self._dont_know() if place is None else self._say(place)

    def after_end(self) -> list[str]:
        return [turn.say for turn in self.turns if turn.after_end]

    def unsaid(self) -> list[str]:
        """What had to be said before anything is carried out, and was not."""
        return [turn.say for turn, used in zip(self.turns, self.used, strict=True) if turn.must_say and not used]

    def _fits(self, turn: CustomerTurn, words: str, act: str) -> bool:
        return bool(turn.when) and not turn.after_end and asks_for(turn.when or "", words, act)

    def _is_new(self, place: int) -> bool:
        return not self.used[place]

    def _may_be_said_again(self, place: int) -> bool:
        turn = self.turns[place]
        usual = FACT_TIMES if turn.when in FACTS else 1
        return self.used[place] < (usual if turn.times is None else turn.times)

    def _say(self, place: int) -> str:
        self.used[place] += 1
        return self.turns[place].say

    def _dont_know(self) -> str | None:
        self.unknown += 1
        return None if self.unknown > MAX_DONT_KNOW else DONT_KNOW
