"""What a reply means after what the agent just did: a plain yes, a no, neither, a word about the question, goodbye.

Only a yes without any reservation is a yes. What is not clearly one of these is not understood, and is asked about.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from services.agent import commands as say
from services.agent.commands import About, Command
from services.agent.facts import lacking
from services.agent.hearing.pack import LanguagePack
from services.agent.understanding.speech_acts import ACTS, DANGERS, Acts

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
        "resolved",
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

_BESIDE_A_YES = ("affirm", "thanks", "bye", "greet", "insult", "statement")
"""What another sentence of the same reply may do; one that does none of these may say anything."""

_CLOSING = ("affirm", "deny", "undecided", "withdraw", "resolved", "cannot_tell", "thanks", "bye", "greet")
_COURTESY = ("greet", "bye", "thanks")
_SHORT = 6
"""Words that a greeting has at most."""

_SURE_REFUSAL = 0.5
"""How surely a sentence must refuse something, or take it back, before its words count as no request."""

_SURE_CORRECTION = 0.6
"""How surely a sentence must put something right, before its words count as no request."""

_SURE_WHY = 0.95
"""How surely `I don't know why you need it` asks for the reason, and does not say that there is no answer."""

_RATHER_BACK = ("ask_why", "ask_where")
_LIKELY_BACK = 0.5
"""How near to its threshold an act must come to be what a question is about that meets the agent's own."""

_NEAR = 0.6
"""A reservation that comes so near to its threshold is one: to ask once more costs less than a wrong deed."""


@dataclass(frozen=True)
class Sentence:
    """One sentence or clause of a message, where it stands, and what it does.

    `has_case`: a request is open already; `swears`: words of it are swearing or insults; `marked`: as a question.
    """

    text: str
    start: int
    end: int
    acts: Acts
    has_case: bool = False
    swears: bool = False
    marked: bool = False

    @property
    def refuses(self) -> bool:
        """Whether it refuses something, denies a state or says that it is over, and asks for nothing."""
        over = 0.0 if self.wonders else self.acts.likely["resolved"]
        return max(self.acts.likely["negated"], over) >= _SURE_REFUSAL and not self.orders

    @property
    def takes_back(self) -> bool:
        """Whether it takes back what is open; then its words are no request of their own."""
        return self.has_case and self.acts.likely["withdraw"] >= _SURE_REFUSAL and not self.orders

    @property
    def only_corrects(self) -> bool:
        """Whether it puts right what was said before, and does nothing else."""
        likely = self.acts.likely
        tells = self.acts.says("statement") and likely["statement"] > likely["correction"]
        besides = tells or self.acts.says("general") or self.is_outright
        return likely["correction"] >= _SURE_CORRECTION and not besides

    @property
    def is_outright(self) -> bool:
        """Whether it is a request or a question in so many words, and does not only tell of something."""
        return self.acts.says("request", "question", "instead")

    @property
    def orders(self) -> bool:
        """Whether it asks for something to be done."""
        other = max(self.acts.likely[act] for act in ("negated", "resolved"))
        asks_how = self.acts.says("general") and self.acts.likely["question"] > self.acts.likely["request"]
        return self.acts.says("request") and self.acts.likely["request"] > other and not asks_how

    @property
    def asks(self) -> bool:
        """Whether it wants something done or known."""
        return self.acts.says("request", "question", "instead") or self.acts.may("request")

    @property
    def wonders(self) -> bool:
        """Whether it wants to know something, whatever it is."""
        return self.marked or self.acts.says("question", "general", "ask_back", "ask_why", "ask_where", "ask_who")

    @property
    def lacks(self) -> bool:
        """Whether it says that there is no answer to the question, and not that they wonder about it."""
        asks = self.marked or self.acts.says("question", "general")
        why = self.acts.likely["ask_why"] >= _SURE_WHY
        return not (asks or why) and (lacking(self.text) or self.acts.says("cannot_tell"))

    @property
    def doubts(self) -> bool:
        """Whether they have not made up their mind, and not only wonder about something: `hmm, what is the price?`."""
        return self.acts.says("undecided") and not (self.marked and self.acts.says("question", "general"))

    @property
    def asks_back(self) -> bool:
        """Whether it is about the question that the agent asked."""
        return self.acts.says("ask_back", "ask_why", "ask_where", "hold")

    @property
    def insults(self) -> bool:
        """Whether it insults us, and not a thing or the day."""
        return self.acts.says("insult") or (self.swears and self.acts.may("insult"))

    @property
    def goes_with_yes(self) -> bool:
        """Whether it leaves a yes beside it what it is: it neither reserves anything nor wants something done."""
        wants = self.acts.may("request", share=_NEAR) and not self.acts.says("affirm")
        return self.acts.says(*_BESIDE_A_YES) and not wants and not self.acts.may(*_RESERVATIONS, share=_NEAR)

    @property
    def is_courtesy(self) -> bool:
        """Whether it only greets, thanks or takes leave, in a few words."""
        polite = self.acts.says(*_COURTESY) and not self.acts.says(*(act for act in ACTS if act not in _COURTESY))
        return polite and not self.asks and len(self.text.split()) <= _SHORT

    @property
    def closes(self) -> bool:
        """Whether it ends a talk, or answers a question for more, and asks for nothing."""
        return not self.asks and self.acts.says(*_CLOSING)

    @property
    def yes_or_no(self) -> bool:
        """Whether it is an answer to a question of that kind."""
        return self.acts.says("affirm", "deny")


@dataclass(frozen=True)
class Reply:
    """All that the customer said since the agent last spoke, besides facts and requests of its own.

    `asked`: the agent has spoken before; `expected` is the fact that it asked for, `answered`: it is in there;
    `told`: a request is in there, `opens`: one that is new. `echo` are words of the request that a yes may repeat,
    `among`: how many were read back. `over`: all that they wanted was settled before. `takes_up`: it gives facts right
    after it was offered to see to it for them.
    """

    sentences: Sequence[Sentence]
    whole: str
    asked: bool
    expected: str | None
    answered: bool
    told: bool
    pack: LanguagePack
    echo: Collection[str] = ()
    among: int = 1
    opens: bool = False
    over: bool = False
    takes_up: bool = False

    def _is_yes(self, text: str) -> bool:
        """Whether it is a yes to all that was read back, and picks nothing among it."""
        return self.pack.assent.plain(text, self.echo) and not self.pack.several.picks(text, among=self.among)

    def commands(self) -> list[Command]:
        """What it means as the first words of a conversation, or after what the agent did."""
        heard = [*self._at_any_time(), *(self._after_an_act() if self.asked else self._first_words())]
        meant = [one for one in heard if not isinstance(one, say.ForAnother)]
        lost = bool(self.whole) and not (meant or self.answered or self.told)
        return [*heard, say.Affirm() if self.takes_up else say.NotUnderstood()] if lost else heard

    def _says(self, *acts: str) -> bool:
        return any(one.acts.says(*acts) for one in self.sentences)

    def _at_any_time(self) -> Iterator[Command]:
        if any(one.insults for one in self.sentences):
            yield say.Insult()
        if any(one.acts.says("person") and not self._declined(one.text) for one in self.sentences):
            yield say.WantPerson()
        if self.pack.another and self.pack.another.search(self.whole.replace("\u2019", "'")):
            yield say.ForAnother()
        if self._withdraws and not self.told:
            yield say.Withdraw()
        if self._says(*(("bye", "thanks", "resolved") if self.over else ("bye",))):
            yield say.Bye()

    def _declined(self, text: str) -> bool:
        """Whether a person is named only to say that none is wanted."""
        return bool(self.pack.nobody and self.pack.nobody.search(text.replace("\u2019", "'")))

    @property
    def _withdraws(self) -> bool:
        """Where nothing is open yet, only what has become needless is taken back, and no yes takes anything back."""
        acts = ("withdraw",) if self.over else ("withdraw", "resolved") if self.asked else ("resolved",)
        back = any(one.acts.says(*acts) and not (self.expected and one.wonders) for one in self.sentences)
        return back and not any(self._is_yes(one.text) for one in self.sentences)

    def _first_words(self) -> Iterator[Command]:
        if self._says("ask_who"):
            yield say.AskBack("who")
        elif self._says("greet") and not self.told:
            yield say.Greet()

    def _after_an_act(self) -> Iterator[Command]:
        position = self._position()
        if position:
            yield position
        if self._lacks:
            yield say.CannotTell()
        elif (about := self._about_the_question()) and not (about == "wait" and self._asks):
            yield say.AskBack(about)
            return
        if self._asks and not self.opens:
            yield say.AskQuestion()

    def _position(self) -> Command | None:
        """Where they stand on what was read back; of several the most careful one."""
        if self._affirms:
            return say.Affirm()
        if self.pack.assent.refuses(self.whole) or self._says("deny", "negated", "correction"):
            right = self._says("correction") and not self._says("deny", "negated")
            return say.PutRight() if right or self._complains else say.Deny()
        if self._says("condition"):
            return say.Condition()
        return say.Undecided() if any(one.doubts for one in self.sentences) else None

    @property
    def _complains(self) -> bool:
        """Whether a no, after all was settled, is none to the question for more: it goes on, and takes no leave."""
        more = self._says("statement", "correction", "question") and not self._says("bye", "resolved", "thanks")
        return self.over and more

    @property
    def _affirms(self) -> bool:
        """Whether it is a plain yes: a sentence that is one to the word, and none that reserves anything."""
        yes = [self._is_yes(one.text) for one in self.sentences]
        rest = [one for one, plain in zip(self.sentences, yes, strict=True) if not plain]
        if self._is_yes(self.whole):
            return True
        return any(yes) and unreserved(rest, self.whole)

    @property
    def _lacks(self) -> bool:
        return not self.answered and any(one.lacks for one in self.sentences)

    @property
    def _asks(self) -> bool:
        """Beside an answer, or where they have none, a mark alone asks nothing: `94107?`, `don't have it, ok?`."""
        marked = any(one.marked for one in self.sentences) and not (self.answered or self._lacks)
        return marked or any(one.acts.says("question", "general") for one in self.sentences)

    def _about_the_question(self) -> About | None:
        if self.answered:
            return None
        asked = next((_ASKING_BACK[act] for act in _ASKING_BACK if self._asks_back(act)), None)
        pauses = self.expected is not None and self.pack.pause.fullmatch(self.whole)
        return asked or ("wait" if pauses else None)

    def _asks_back(self, act: str) -> bool:
        """While a fact is asked for, a question is rather about that one."""
        near = self.sentences if self.expected and act in _RATHER_BACK else ()
        return self._says(act) or any(one.marked and one.acts.may(act, share=_LIKELY_BACK) for one in near)


def unreserved(sentences: Sequence[Sentence], whole: str) -> bool:
    """Whether nothing in these sentences takes a yes back, nor asks anything in the `whole` of what was said."""
    return "?" not in whole and all(one.goes_with_yes for one in sentences)
