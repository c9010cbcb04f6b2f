"""What the agent knows of a language whatever the trade: what it hears by and what it says."""

import re
from dataclasses import dataclass
from functools import cached_property

from services.agent.hearing.assent import Assent
from services.agent.hearing.cues import Cues, any_of, joined
from services.agent.hearing.dictated import Dictated
from services.agent.hearing.pointing import Pointing
from services.agent.hearing.sentiment import Feelings
from services.agent.hearing.several import Several
from services.agent.phrasebook import Phrasebook
from services.agent.understanding.speech_acts import Listening


@dataclass(frozen=True)
class LanguagePack:
    """One language: what sentences do, what a plain yes is, the words that are cues, and the sentences of the agent."""

    listening: Listening
    assent: Assent
    cues: Cues
    phrases: Phrasebook
    several: Several
    among: Pointing

    @cached_property
    def feelings(self) -> Feelings:
        """Mood and hurry."""
        return Feelings(self.cues)

    @cached_property
    def pause(self) -> re.Pattern[str]:
        """A reply of somebody who thinks, and says nothing yet."""
        return re.compile(rf"\W*+(?:(?>{joined(self.cues.pauses)})\W*+)++|[^\w.]*+\.\W*+", re.IGNORECASE)

    @cached_property
    def border(self) -> re.Pattern[str]:
        """Where a sentence may go on from one value to another."""
        return re.compile(rf"[,;:]\s+|\s(?:{joined(self.cues.borders)})\s", re.IGNORECASE)

    @cached_property
    def contrast(self) -> re.Pattern[str]:
        """Where a sentence goes on from what is not wanted to what is."""
        return re.compile(rf"[,;:]\s+(?=(?:{joined(self.cues.contrasts)})\b)", re.IGNORECASE)

    @cached_property
    def small_words(self) -> frozenset[str]:
        """Words that name nothing."""
        cues = self.cues
        return self.assent.words.union(cues.around, cues.turning, cues.borders, cues.pointing)

    @cached_property
    def adding(self) -> re.Pattern[str]:
        """A word that adds one matter to another."""
        return any_of(self.cues.adding)

    @cached_property
    def pointer(self) -> re.Pattern[str]:
        """A word that points back to something."""
        return any_of(self.cues.pointing)

    @cached_property
    def became(self) -> re.Pattern[str] | None:
        """What a question holds that asks what became of something."""
        return any_of(self.cues.became) if self.cues.became else None

    @cached_property
    def another(self) -> re.Pattern[str] | None:
        """What says that the account is somebody else's."""
        return any_of(self.cues.another) if self.cues.another else None

    @cached_property
    def nobody(self) -> re.Pattern[str] | None:
        """What says that they want no person."""
        return any_of(self.cues.nobody) if self.cues.nobody else None

    @cached_property
    def standing(self) -> re.Pattern[str] | None:
        """What stands for a thing that was named before."""
        return any_of(self.cues.standing) if self.cues.standing else None

    @cached_property
    def inquiring(self) -> re.Pattern[str]:
        """The beginning of a question that wants to know something, and nothing done."""
        return re.compile(rf"(?:\W*\w+){{0,5}}?\W*\b(?:{joined(self.cues.inquiring)})\b", re.IGNORECASE)

    @cached_property
    def abbreviated(self) -> re.Pattern[str] | None:
        """A word with a period that ends no sentence, and the blanks behind it."""
        words = self.cues.abbreviations
        return re.compile(rf"(?<![\w.])(?:{joined(words)})\.\s+", re.IGNORECASE) if words else None

    @cached_property
    def dictated(self) -> Dictated:
        """Signs that are said as words."""
        return Dictated(self.cues.signs, self.cues.nouns_of_signs)

    @cached_property
    def own(self) -> re.Pattern[str]:
        """A word that makes a question one about something of their own."""
        return any_of(self.cues.own)

    def turns(self, text: str) -> bool:
        """Whether it holds a word that denies or sets a condition."""
        return bool(self._turning.search(text))

    @cached_property
    def _turning(self) -> re.Pattern[str]:
        return any_of(self.cues.turning)

    @cached_property
    def pointing(self) -> re.Pattern[str]:
        """The end of a sentence that points back to something."""
        return re.compile(rf"{self.pointer.pattern}\W*$", re.IGNORECASE)
