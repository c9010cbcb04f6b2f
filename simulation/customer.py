"""What a simulated customer says, in character over the whole talk, and what they mean by it."""

import re
from collections.abc import Callable
from datetime import date
from random import Random
from typing import Literal, NamedTuple

from simulation.agenda import Facts, Want
from simulation.casting import Part, wants_of
from simulation.personas import Phrases, manners
from simulation.reading import Asked, within

Meaning = Literal[
    "opens",
    "answers",
    "lacks",
    "agrees",
    "refuses",
    "doubts",
    "corrects",
    "asks",
    "alarms",
    "restates",
    "wonders",
    "goes_on",
    "leaves",
    "changes_mind",
]

MOST_ASIDES = 2
"""Questions of one's own before answering in one talk."""

_LONG = 5
"""Letters from which on a word has a slip in it."""


class Line(NamedTuple):
    """What is sent, in so many messages, and what is meant by it."""

    texts: tuple[str, ...]
    meaning: Meaning


class Customer:
    """One customer in one contact; the same chance gives the same words to the same questions."""

    def __init__(self, part: Part, rng: Random) -> None:
        self.part, self._rng = part, rng
        self._manner = manners()[part.persona]
        self._wants = list(wants_of(part))
        self._want: Want = self._wants.pop(0)
        self._said: set[str] = set()
        self._set_right = not part.wrong
        self._meant: list[Meaning] = []
        self._replies: dict[str, Callable[[Asked], Line]] = {
            "confirm": self._decides,
            "offer": self._on_offer,
            "offer_person": lambda asked: self._line(self._manner.person, "goes_on", asked),
            "amend": self._undoes,
            "anything_else": self._ends,
        }

    def opens(self) -> Line:
        """The first words."""
        if self.part.deed:
            return self._line(self._manner.negates, "opens", deed=self.part.deed)
        if self.part.persona == "in_danger" and self._rng.random() < 0.5:  # noqa: PLR2004 - a coin
            return self._line(self._manner.alarms, "alarms")
        return self._line(self._manner.opens, "opens", text=self._want.says)

    def replies(self, asked: Asked) -> Line:
        """The answer to what the agent did."""
        if self.part.persona == "in_danger" and "alarms" not in self._meant:
            return self._line(self._manner.alarms, "alarms", asked)
        if reply := self._replies.get(asked.kind):
            return reply(asked)
        if asked.slot:
            return self._answers(asked, asked.slot)
        return self._restates(asked)

    def _restates(self, asked: Asked) -> Line:
        """What is wanted, in other words, and with what was set right since."""
        text = self._want.says
        for slot, wrong in self.part.wrong.items() if self._set_right else ():
            text = text.replace(wrong, self._known[slot])
        return self._line(self._manner.restates, "restates", asked, text=text)

    def goes_on(self) -> Line | None:
        """The next want, once one is settled; before it, what was got wrong and never set right."""
        if not self._set_right:
            return self._corrects(None)
        if not self._wants or self.part.persona == "in_danger":
            return None
        self._want = self._wants.pop(0)
        return self._line(self._manner.next, "goes_on", text=self._want.says)

    def _ends(self, asked: Asked) -> Line:
        return self.goes_on() or self._line(self._manner.leaves, "leaves", asked)

    def _decides(self, asked: Asked) -> Line:
        """Yes or no to what was read back."""
        if self._refuses:
            return self._line(self._manner.refuses, "refuses", asked)
        if self._reads_wrong(asked):
            return self._corrects(asked)
        if self._want.then and "changes_mind" not in self._meant:
            return self._line((self._want.then,), "changes_mind", asked)
        if self.part.persona in ("undecided", "counter_asking") and "doubts" not in self._meant:
            return self._line(self._manner.doubts, "doubts", asked)
        return self._line(self._manner.agrees, "agrees", asked)

    def _on_offer(self, asked: Asked) -> Line:
        """Whether something is wanted, or only an answer."""
        acts = self._want.due.action and not self._refuses
        return self._line(
            self._manner.presses if acts else self._manner.wonders, "restates" if acts else "wonders", asked
        )

    def _undoes(self, asked: Asked) -> Line:
        """What has to be otherwise than it was read back."""
        if self.part.wrong:
            return self._corrects(asked)
        if self._refuses:
            return self._line((self._want.then,) if self._want.then else self._manner.undoes, "refuses", asked)
        return self._line(self._manner.undoes, "restates", asked)

    @property
    def _refuses(self) -> bool:
        """Whether nothing is to be done: by character, or since they have changed their mind."""
        changed = "changes_mind" in self._meant and self._want.then is not None and self._want.due.action is None
        return changed or self.part.persona in ("refusing", "negating")

    def _answers(self, asked: Asked, slot: str) -> Line:
        """The fact that was asked for, as this customer has it."""
        if (
            self.part.persona == "counter_asking"
            and self._meant.count("asks") < MOST_ASIDES
            and self._meant[-1] != "asks"
        ):
            return self._line(self._manner.asides, "asks", asked)
        value = self._value(asked, slot)
        title = self.part.titles.get(slot, slot)
        if value is None:
            lacking = self._line(self._manner.lacks, "lacks", asked, fact=title)
            instead = self._want.instead.get(slot)
            return Line((*lacking.texts[:-1], f"{lacking.texts[-1]} {instead}"), "lacks") if instead else lacking
        return self._line(self._manner.answers, "answers", asked, fact=title, value=value)

    def _value(self, asked: Asked, slot: str) -> str | None:
        known = self._known
        if asked.things and (seen := next((v for v in asked.things if v in known.values()), None)):
            self._set_right = True
            return seen
        if slot in self.part.lost or slot not in known:
            return None
        if slot in self.part.wrong and not self._set_right and self.part.wrong[slot] not in self._want.says:
            return self._written(slot, self.part.wrong[slot])
        self._set_right = self._set_right or slot in self.part.wrong
        return self._written(slot, known[slot])

    @property
    def _known(self) -> Facts:
        return self.part.agenda.facts | self._want.facts

    def _written(self, slot: str, value: str) -> str:
        if slot not in self.part.dates or not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
            return value
        day = date.fromisoformat(value)
        return self._rng.choice((f"{day:%B} {day.day}, {day.year}", f"{day.day} {day:%B} {day.year}", value))

    def _reads_wrong(self, asked: Asked) -> bool:
        """Whether what is read back is still what they got wrong; who set something right looks at it."""
        wrong, right = (
            next(iter(self.part.wrong.items()), ("", ""))[1],
            self._known.get(next(iter(self.part.wrong), ""), ""),
        )
        return bool(wrong) and (not self._set_right or (within(wrong, asked.words) and not within(right, asked.words)))

    def _corrects(self, asked: Asked | None) -> Line:
        self._set_right = True
        slot, wrong = next(iter(self.part.wrong.items()))
        fact = self.part.titles.get(slot, slot)
        return self._line(self._manner.corrects, "corrects", asked, fact=fact, value=self._known[slot], wrong=wrong)

    def _line(self, phrases: Phrases, meaning: Meaning, asked: Asked | None = None, **filled: str) -> Line:
        fresh = [phrase for phrase in phrases if phrase not in self._said] or phrases
        phrase = self._rng.choice(fresh)
        self._said.add(phrase)
        self._meant.append(meaning)
        quote = "\n".join(f"> {line}" for line in (asked.words if asked else "").splitlines())
        if self.part.persona == "mistyping":
            phrase = _slipped(phrase, self._rng)
            filled |= {"text": _slipped(filled["text"], self._rng)} if "text" in filled else {}
        text = phrase.format(name=self.part.agenda.name, quote=quote, **filled).strip()
        return Line(self._pieces(text, meaning) if self.part.persona == "in_pieces" else (text,), meaning)

    def _pieces(self, text: str, meaning: Meaning) -> tuple[str, ...]:
        """As somebody types who sends each thought by itself."""
        if meaning in ("opens", "goes_on", "restates"):
            return tuple(re.split(r"(?<=[.!?])\s+|(?<=,)\s+(?=[a-z])", text))
        return (self._rng.choice(self._manner.pieces), text) if self._rng.random() < 0.5 else (text,)  # noqa: PLR2004 - a coin


def _slipped(text: str, rng: Random) -> str:
    """Two neighbors swapped in one longer word; what has a digit or a sign in it is copied, not typed."""
    words = text.split(" ")
    long = [place for place, word in enumerate(words) if len(word) >= _LONG and word.isalpha()]
    if long:
        place = rng.choice(long)
        word, cut = words[place], rng.randrange(1, len(words[place]) - 2)
        words[place] = word[:cut] + word[cut + 1] + word[cut] + word[cut + 2 :]
    return " ".join(words)
