"""What a reply means after what the agent just did: a plain yes, a no, neither, a word about the question, goodbye.

Only a yes without any reservation is a yes. What is not clearly one of these is not understood, and is asked about.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.agent import commands as say
from services.agent.commands import About, Command
from services.agent.facts import lacking
from services.agent.hearing.sentiment import profane
from services.agent.understanding.speech_acts import DANGERS, Acts

_ASKING_BACK: dict[str, About] = {
    "ask_back": "repeat",
    "ask_why": "why",
    "ask_where": "where",
    "ask_who": "who",
    "hold": "wait",
}
_RESERVATIONS = (
    *(
        "deny",
        "undecided",
        "hold",
        "withdraw",
        "correction",
        "instead",
        "condition",
        "negated",
        "cannot_tell",
        "person",
    ),
    *("question", "general", "ask_back", "ask_why", "ask_where", "ask_who", *DANGERS),
)
"""What takes a yes back, wherever in the reply it stands."""

_SURE_REFUSAL = 0.5
"""How surely a sentence must refuse something, or take it back, before its words count as no request."""

_SURE_FIRST = 0.8
"""How surely the first words of a conversation must take something back."""

_NEAR = 0.6
"""A reservation that comes so near to its threshold is one: to ask once more costs less than a wrong deed."""

_YES = re.compile(
    r"(?:y|ye|yes+|yeah|yea|yep|yup|yas|ya|aye|k|kk|ok|oki|okay|sure|correct|right|exactly|indeed|absolutely|definitely"
    r"|perfect|great|good|please|do|so|it|that|is|that's|its|it's|go|ahead|of|course|thanks|thank|you|fine|by|me|ty|thx"
    r"|\U0001F44D|\U0001F44C|\u2705|\u2714|\U0001F197|\U0001F64F|[\U0001F3FB-\U0001F3FF\uFE0F])"
)
_SURELY_YES = re.compile(
    r"y|ye|yes+|yeah|yea|yep|yup|yas|ya|aye|k|kk|ok|oki|okay|sure|correct|right|exactly|indeed|absolutely|definitely"
    r"|\U0001F44D|\U0001F44C|\u2705|\u2714|\U0001F197"
)
_WORDS = re.compile(r"[a-z']+|[^\w\s,.!]", re.I)
_NO = re.compile(r"\W*(?:n|no+|nope|nah|not|never|don'?t|\U0001F44E|\u274C)\W*", re.I)
_FILLER = re.compile(r"\W*+(?:(?>h+m+|u+h+|u+m+|e+r+m*|mm+|well|so)\W*+)++|[^\w.]*+\.\W*+", re.I)


@dataclass(frozen=True)
class Sentence:
    """One sentence or clause of a message, where it stands, and what it does."""

    text: str
    start: int
    end: int
    acts: Acts

    @property
    def refuses(self) -> bool:
        """Whether it refuses something, denies a state or says that it is over, and asks for nothing."""
        return max(self.acts.likely["negated"], self.acts.likely["withdraw"]) >= _SURE_REFUSAL and not self.orders

    @property
    def orders(self) -> bool:
        """Whether it asks for something to be done."""
        other = max(self.acts.likely[act] for act in ("negated", "withdraw", "general"))
        return self.acts.says("request") and self.acts.likely["request"] > other

    @property
    def asks(self) -> bool:
        """Whether it wants something done or known."""
        return self.acts.says("request", "question", "instead") or self.acts.may("request")

    @property
    def asks_back(self) -> bool:
        """Whether it is about the question that the agent asked."""
        return self.acts.says("ask_back", "ask_why", "ask_where", "hold")

    @property
    def insults(self) -> bool:
        """Whether it insults us, and not a thing or the day."""
        return self.acts.says("insult") or (profane(self.text) and self.acts.may("insult"))

    @property
    def yes_or_no(self) -> bool:
        """Whether it is an answer to a question of that kind."""
        return self.acts.says("affirm", "deny")


@dataclass(frozen=True)
class Reply:
    """All that the customer said since the agent last spoke, besides facts and requests of its own.

    `asked`: the agent has spoken before; `expected` is the fact that it asked for, `answered`: it is in there;
    `told`: a request is in there.
    """

    sentences: Sequence[Sentence]
    whole: str
    asked: bool
    expected: str | None
    answered: bool
    told: bool

    def commands(self) -> list[Command]:
        """What it means as the first words of a conversation, or after what the agent did."""
        heard = [*self._at_any_time(), *(self._after_an_act() if self.asked else self._first_words())]
        lost = bool(self.whole) and not (heard or self.answered or self.told)
        return [say.NotUnderstood()] if lost else heard

    def _says(self, *acts: str) -> bool:
        return any(one.acts.says(*acts) for one in self.sentences)

    def _at_any_time(self) -> Iterator[Command]:
        if any(one.insults for one in self.sentences):
            yield say.Insult()
        if self._says("person"):
            yield say.WantPerson()
        if self._withdraws and not self.told:
            yield say.Withdraw()
        if self._says("bye"):
            yield say.Bye()

    @property
    def _withdraws(self) -> bool:
        surest = max((one.acts.likely["withdraw"] for one in self.sentences), default=0.0)
        return self._says("withdraw") and (self.asked or surest >= _SURE_FIRST)

    def _first_words(self) -> Iterator[Command]:
        if self._says("ask_who"):
            yield say.AskBack("who")
        elif self._says("greet") and not self.told:
            yield say.Greet()

    def _after_an_act(self) -> Iterator[Command]:
        if position := self._position():
            yield position
        if self._lacks:
            yield say.CannotTell()
        elif about := self._about_the_question():
            yield say.AskBack(about)
        elif self._says("question", "general") and not self.told:
            yield say.AskQuestion()

    def _position(self) -> Command | None:
        """Where they stand on what was read back; of several the most careful one."""
        if affirms(self.sentences, self.whole):
            return say.Affirm()
        if _NO.fullmatch(self.whole) or self._says("deny", "negated", "correction"):
            return say.Deny()
        if self._says("condition"):
            return say.Condition()
        return say.Undecided() if self._says("undecided") else None

    @property
    def _lacks(self) -> bool:
        return not self.answered and (lacking(self.whole) or self._says("cannot_tell"))

    def _about_the_question(self) -> About | None:
        if self.answered:
            return None
        pauses = self.expected is not None and _FILLER.fullmatch(self.whole)
        return next((_ASKING_BACK[act] for act in _ASKING_BACK if self._says(act)), "wait" if pauses else None)


def affirms(sentences: Sequence[Sentence], whole: str) -> bool:
    """Whether it is a plain yes: only words of assent, or a sentence that surely affirms and none that doubts."""
    words = _WORDS.findall(whole.lower().replace("\u2019", "'"))
    if words and all(map(_YES.fullmatch, words)) and any(map(_SURELY_YES.fullmatch, words)):
        return True
    return any(one.acts.says("affirm") for one in sentences) and not any(
        one.acts.may(*_RESERVATIONS, share=_NEAR) for one in sentences
    )
