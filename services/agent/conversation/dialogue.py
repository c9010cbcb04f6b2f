"""The dialogue: what the commands of a customer turn change in its state, and what the agent does next. Pure.

Nothing is acted upon without a plain yes to what was read back; what was refused is not done; danger stops everything.
"""

from collections.abc import Sequence

from callcenter.events import Act, ActKind, Dialogue, MissingFact, Outcome
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.conversation.update import News, Update, last_act, rejected
from services.agent.reasons import ContactReasons, Reason

MAX_AGENT_TURNS = 16
"""Of a whole conversation, with the one that tells the outcome."""

_TURNS_TO_CLOSE = 3
"""To confirm, to say what happens now, and to tell the outcome."""

_TRIES = 2
"""How often one fact is asked for."""

_READ_BACKS = 4
"""How often the same thing is read back; who has not said yes or no by then is not pressed any further."""

_OFFERS = 2
"""How often somebody who asks in general is asked whether it shall be done for them."""

_REFUSALS = 2
"""Times that a customer may reject what the agent is about to do, before it stops guessing and passes them on."""

_REMARKS = 3
"""How often in a row a question is asked once more without a try at an answer; then that counts as one."""

_ASIDES = 2
"""How often in a row a customer is given a moment."""

FINAL: frozenset[ActKind] = frozenset(
    {"check", "hand_over", "unclear", "abusive", "unsupported", "withdraw", "time_out", "emergency"}
)
_OUTCOMES: dict[ActKind, Outcome] = {
    "hand_over": "human_requested",
    "unclear": "unclear",
    "abusive": "abusive",
    "unsupported": "unsupported_language",
    "withdraw": "withdrawn",
    "time_out": "abandoned",
    "emergency": "emergency",
}


class Manager:
    """Leads conversations for one business: `update` the state by what was heard, then do the `next_act`."""

    def __init__(self, reasons: ContactReasons, languages: Sequence[str]) -> None:
        self._reasons, self._by_code, self._languages = reasons, reasons.by_code(), languages
        self._update = Update(reasons)

    def update(self, state: Dialogue, commands: Sequence[Command], upto: int) -> tuple[Dialogue, News]:
        """The state after a customer turn, which ends at turn `upto` of the transcript, and what is new in it."""
        return self._update.of(state, commands, upto)

    def next_act(self, state: Dialogue, news: News) -> Act:
        """The next thing to do. Read from the top: the first that holds."""
        if (end := self._end(state, news)) is not None:
            return Act(kind=end)
        if self._asked_back(state, news):
            return Act(kind="wait" if news.aside == "wait" else "repeat", slot=state.expects)
        if self._comes_back(state, news):
            return Act(kind="repeat", slot=state.expects)
        return self._with_request(state, news) if state.reasons else self._without_request(state, news)

    def _end(self, state: Dialogue, news: News) -> ActKind | None:
        """What ends the conversation now, whatever is still open in it. Read from the top."""
        ends: tuple[tuple[ActKind, bool], ...] = (
            ("emergency", news.has(heard.InDanger)),
            ("unsupported", state.language not in self._languages),
            ("unclear", news.has(heard.TooMuchWork)),
            ("hand_over", self._wants_person(state, news) or self._gives_up(state, news)),
            ("withdraw", self._takes_back(state, news)),
        )
        return next((kind for kind, holds in ends if holds), None)

    def outcome(self, state: Dialogue) -> Outcome:
        """How the conversation came out."""
        return "understood" if state.stuck else _OUTCOMES.get(state.acts[-1].kind, "understood")

    def missing(self, state: Dialogue) -> tuple[MissingFact, ...]:
        """What the requests need and the customer did not give, with why."""
        if self.outcome(state) not in ("understood", "abandoned"):
            return ()
        names = [*self.needed(state), *(self._reasons.identity.facts if self._lacks_identity(state) else ())]
        names += [
            fact.name for fact in state.missing if state.returned and fact.name not in self._reasons.identity.facts
        ]
        why = {fact.name: fact.why for fact in state.missing}
        unknown = [name for name in dict.fromkeys(names) if name not in state.facts]
        return tuple(MissingFact(name=name, why=why.get(name, "it was not asked for")) for name in unknown)

    def requests(self, state: Dialogue) -> list[Reason]:
        """The requests found, the main one first."""
        return [self._by_code[reason.code] for reason in state.reasons]

    def needed(self, state: Dialogue) -> list[str]:
        """The facts that the requests need, whether they are known or not; a question in general needs none."""
        return list(dict.fromkeys(name for reason in self._to_do(state) for name in reason.needs))

    # --- what comes next ----------------------------------------------------------------------------------------------

    def _wants_person(self, state: Dialogue, news: News) -> bool:
        accepted = last_act(state) in ("offer_person", "calm") and news.has(heard.Affirm)
        return accepted or news.has(heard.WantPerson)

    def _gives_up(self, state: Dialogue, news: News) -> bool:
        """Whether guessing on would not help: they said no too often, not what else, or not which of several things."""
        lost = last_act(state) == "amend" and news.has(heard.CannotTell, heard.Undecided)
        return lost or state.refused >= _REFUSALS or any(self._tries(state, name) > _TRIES for name in state.unsettled)

    def _takes_back(self, state: Dialogue, news: News) -> bool:
        """Whether nothing is left to be done, as the customer wished."""
        gone = not state.reasons
        if news.has(heard.Withdraw) and (gone or not (news.reasons or news.corrected or news.answered)):
            return True
        return bool(news.declined) and gone

    def _asked_back(self, state: Dialogue, news: News) -> bool:
        """Whether the customer wants to hear the question once more, or something else first."""
        room = len(state.acts) < MAX_AGENT_TURNS - _TURNS_TO_CLOSE
        told = news.reasons or news.corrected or news.noted or news.answered
        again = [act.kind for act in state.acts[-_ASIDES:]] == ["wait"] * _ASIDES
        return news.aside is not None and bool(state.acts) and room and not (told or again)

    def _comes_back(self, state: Dialogue, news: News) -> bool:
        """Whether the question that is open is asked once more, after something else that was no try at an answer."""
        room = len(state.acts) < MAX_AGENT_TURNS - _TURNS_TO_CLOSE
        again = [act.kind for act in state.acts[-_REMARKS:]] == ["repeat"] * _REMARKS
        return news.beside and room and not again and state.expects in self._lacking(state)

    def _lacking(self, state: Dialogue) -> list[str]:
        """The facts that are needed and not known."""
        identity = self._reasons.identity.facts if self._lacks_identity(state) else ()
        return [name for name in (*self.needed(state), *identity) if name not in state.facts]

    def _with_request(self, state: Dialogue, news: News) -> Act:
        ran_out = len(state.acts) >= MAX_AGENT_TURNS - _TURNS_TO_CLOSE
        if self._only_asks(state) and self._may_offer(state, news):
            return Act(kind="offer")
        if not ran_out and (wanted := self._next_fact(state)):
            return Act(kind="ask", slot=wanted, again=self._tries(state, wanted) > 0)
        if state.confirmed or not self._to_confirm(state):
            return Act(kind="check")
        lacking = self._stuck(state)
        if lacking or self._nothing_to_go_by(state):
            return Act(kind="hand_over", slot=lacking)
        if last_act(state) == "confirm" and rejected(state, news):
            return Act(kind="amend")
        return self._read_back(state, news, ran_out=ran_out)

    def _read_back(self, state: Dialogue, news: News, *, ran_out: bool) -> Act:
        """Once more while there is hope of a yes or no; then nothing is done, or a person helps."""
        times = 0
        for act in reversed(state.acts):
            if act.kind not in ("confirm", "repeat") or news.corrected or news.reasons:
                break
            times += act.kind == "confirm"
        if times < _READ_BACKS and not ran_out:
            return Act(kind="confirm", again=times > 0)
        return Act(kind="withdraw" if news.has(heard.Undecided) and not state.missing else "hand_over")

    def _without_request(self, state: Dialogue, news: News) -> Act:
        kinds = [act.kind for act in state.acts]
        if news.has(heard.Insult) or "calm" in kinds:
            return Act(kind="abusive" if "calm" in kinds else "calm")
        if "offer_person" in kinds:
            return Act(kind="unclear")
        if not kinds and (not news.commands or news.has(heard.Greet) or news.aside == "who"):
            return Act(kind="greet")
        return Act(kind="offer_person" if "clarify" in kinds else "clarify")

    def _to_do(self, state: Dialogue) -> list[Reason]:
        return [self._by_code[reason.code] for reason in state.reasons if reason.asks == "request"]

    def _may_offer(self, state: Dialogue, news: News) -> bool:
        """Once, and again where it was not heard whether they take it up."""
        offers = sum(act.kind == "offer" for act in state.acts)
        return offers == 0 or (offers < _OFFERS and not news.has(heard.Deny, heard.AskQuestion, heard.Bye))

    def _only_asks(self, state: Dialogue) -> bool:
        """Whether all that could be done for them is only asked about in general."""
        acting = [reason for reason in state.reasons if self._by_code[reason.code].acts]
        return bool(acting) and all(reason.asks == "question" for reason in acting)

    def _to_confirm(self, state: Dialogue) -> bool:
        """Whether anything may be done that they must agree to first."""
        return any(reason.acts for reason in self._to_do(state))

    def _stuck(self, state: Dialogue) -> str | None:
        """A fact without which nothing that they want can be done, and which they could not tell when asked."""
        acting = [reason for reason in self._to_do(state) if reason.acts]
        needed = [[name for name in reason.needs if name not in reason.spared] for reason in acting]
        lacking = [[name for name in names if name not in state.facts] for names in needed]
        return lacking[0][0] if lacking and all(lacking) else None

    def _nothing_to_go_by(self, state: Dialogue) -> bool:
        """Whether they have none of all that is needed, and have to prove who they are: a person finds another way."""
        wanted = {*self.needed(state), *self._reasons.identity.facts}
        return self._lacks_identity(state) and wanted.isdisjoint(state.facts)

    def _next_fact(self, state: Dialogue) -> str | None:
        identity = self._reasons.identity.facts if self._lacks_identity(state) else ()
        return next((name for name in (*self.needed(state), *identity) if self._open(state, name)), None)

    def _open(self, state: Dialogue, name: str) -> bool:
        if name in state.unsettled:
            return True
        return name not in state.facts and self._tries(state, name) < _TRIES

    def _tries(self, state: Dialogue, name: str) -> int:
        return sum(act.kind == "ask" and act.slot == name for act in state.acts)

    def _lacks_identity(self, state: Dialogue) -> bool:
        identity = self._reasons.identity
        known = sum(name in state.facts for name in identity.facts)
        return any(reason.identity for reason in self._to_do(state)) and known < identity.required


def done(state: Dialogue, act: Act) -> Dialogue:
    """The state after the agent did something."""
    return state.model_copy(update={"acts": (*state.acts, act), "confirmed": False})
