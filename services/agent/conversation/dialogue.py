"""The dialogue: what the commands of a customer turn change in its state, and what the agent does next. Pure.

Nothing is acted upon without a plain yes to what was read back; what was refused is not done; danger stops everything.
"""

from collections.abc import Sequence

from callcenter.events import Act, ActKind, Dialogue, MissingFact, Outcome, Standing
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.conversation.going_on import what_else
from services.agent.conversation.needs import TRIES, Needs
from services.agent.conversation.update import News, Update, last_act, rejected
from services.agent.reasons import ContactReasons

MAX_AGENT_TURNS = 16
"""Of a whole conversation, with the one that tells the outcome."""

_TURNS_TO_CLOSE = 3
"""To confirm, to say what happens now, and to tell the outcome."""

_READ_BACKS = 4
"""How often the same thing is read back; who has not said yes or no by then is not pressed any further."""

_OFFERS = 2
"""How often somebody who asks in general is asked whether it shall be done for them."""

_REFUSALS = 2
"""Times that a customer may reject what the agent is about to do, before it stops guessing and passes them on."""

_MOST_THINGS = 5
"""Requests of one contact, those about several things of one kind counted each; with more a person helps."""

_MOST_OFFERED = 5
"""Things of an account that a customer is asked to choose among; of more they have to say which."""

_REMARKS = 3
"""How often in a row a question is asked once more without a try at an answer; then that counts as one."""

_ASIDES = 2
"""How often in a row a customer is given a moment."""

FINAL: frozenset[ActKind] = frozenset(
    {"check", "hand_over", "unclear", "abusive", "unsupported", "withdraw", "time_out", "emergency", "farewell"}
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
        self.needs, self._by_code, self._languages = Needs(reasons), reasons.by_code(), languages
        self._update = Update(reasons)

    def update(self, state: Dialogue, commands: Sequence[Command], upto: int) -> tuple[Dialogue, News]:
        """The state after a customer turn, which ends at turn `upto` of the transcript, and what is new in it."""
        return self._update.of(state, commands, upto)

    def next_act(self, state: Dialogue, news: News) -> Act:
        """The next thing to do. Read from the top: the first that holds."""
        if (end := self._end(state, news)) is not None:
            return Act(kind=end)
        if state.over:
            return what_else(state, news)
        if self._asked_back(state, news):
            kind: ActKind = "wait" if news.aside == "wait" else "repeat"
            return Act(kind=kind, slot=state.expects, things=state.offered)
        if self._comes_back(state, news):
            return Act(kind="repeat", slot=state.expects, things=state.offered)
        return self._with_request(state, news) if state.reasons else self._without_request(state, news)

    def _end(self, state: Dialogue, news: News) -> ActKind | None:
        """What ends the conversation now, whatever is still open in it. Read from the top."""
        ends: tuple[tuple[ActKind, bool], ...] = (
            ("emergency", news.has(heard.InDanger)),
            ("unsupported", state.language not in self._languages),
            ("unclear", news.has(heard.TooMuchWork)),
            ("hand_over", self.wants_person(state, news) or self._gives_up(state, news) or self._not_theirs(state)),
            ("withdraw", self._takes_back(state, news)),
        )
        return next((kind for kind, holds in ends if holds), None)

    def outcome(self, state: Dialogue) -> Outcome:
        """How the conversation came out."""
        if state.stuck or not state.acts or (state.settled and state.acts[-1].kind == "time_out"):
            return "understood"
        return _OUTCOMES.get(state.acts[-1].kind, "understood")

    def missing(self, state: Dialogue) -> tuple[MissingFact, ...]:
        """What the requests need and the customer did not give, with why."""
        return self.needs.missing(state) if self.outcome(state) in ("understood", "abandoned") else ()

    def looks(self, state: Dialogue, act: Act) -> bool:
        """Whether policy has to say first how the case stands: once they can be known, and before it is read back."""
        if self.needs.lacks_identity(state):
            return False
        standing = state.standing
        if act.kind == "confirm":
            return standing is None or standing.case != state.case
        known = standing and (standing.verified or standing.case == state.case)
        return act.kind == "ask" and not known and any(one.identity for one in self.needs.to_look_at(state))

    def go_on(self, state: Dialogue, standing: Standing, news: News, pending: Act) -> Act:
        """What was `pending`, in the light of how the case stands."""
        asked, settled = standing.question, standing.case == state.case
        told = {*state.facts, *(name for one in state.reasons for name in one.own)}
        if asked and settled and asked.slot in told and not asked.things:
            there = tuple(thing.value for thing in standing.things_of(asked.slot))
            things = there if len(there) <= _MOST_OFFERED else ()
            return Act(kind="ask", slot=asked.slot, again=True, request=asked.request, things=things)
        if not (standing.verified or state.choice or _to_agree(standing)):
            return Act(kind="check")
        act = self._with_request(state, news)
        return pending if act.kind == pending.kind == "confirm" else act

    def wants_person(self, state: Dialogue, news: News) -> bool:
        """Whether the customer asks for a person, or takes the offer of one."""
        accepted = last_act(state) in ("offer_person", "calm") and news.has(heard.Affirm)
        return accepted or news.has(heard.WantPerson)

    # --- what comes next ----------------------------------------------------------------------------------------------

    def _gives_up(self, state: Dialogue, news: News) -> bool:
        """Whether guessing on would not help: they said no too often, not what else, or not which of several things.

        Nor is there an end to it where they name too many things.
        """
        lost = last_act(state) == "amend" and news.has(heard.CannotTell, heard.Undecided)
        unclear = any(self.needs.tries(state, name) > TRIES for name in state.unsettled)
        return lost or unclear or state.refused >= _REFUSALS or len(state.reasons) > _MOST_THINGS

    def _not_theirs(self, state: Dialogue) -> bool:
        """Whether they want something of an account that is somebody else's, whatever they know of it."""
        return state.for_another and any(reason.identity for reason in self.needs.to_look_at(state))

    def _takes_back(self, state: Dialogue, news: News) -> bool:
        """Whether nothing is left to be done, as the customer wished."""
        gone = not state.reasons
        if state.settled:
            return False
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
        return news.beside and room and not again and state.expects in self.needs.lacking(state)

    def _with_request(self, state: Dialogue, news: News) -> Act:
        ran_out = len(state.acts) >= MAX_AGENT_TURNS - _TURNS_TO_CLOSE
        if self._only_asks(state) and self._may_offer(state, news):
            return Act(kind="offer")
        if not ran_out and (wanted := self.needs.next_fact(state)):
            slot, request = wanted
            again, things = self.needs.tries(state, *wanted) > 0, offered(state, slot, news, request)
            return Act(kind="ask", slot=slot, again=again, request=request, things=things)
        if end := self._without_read_back(state):
            return end
        if last_act(state) == "confirm" and rejected(state, news):
            return Act(kind="amend")
        return self._read_back(state, news, ran_out=ran_out)

    def _without_read_back(self, state: Dialogue) -> Act | None:
        """How it goes on where there is nothing that they have to agree to, or that could be decided."""
        if state.confirmed or not self._to_confirm(state):
            return Act(kind="check")
        lacking = self.needs.stuck(state)
        if lacking or self.needs.nothing_to_go_by(state):
            return Act(kind="hand_over", slot=lacking)
        standing = state.standing
        if standing is None or standing.case != state.case:
            return None
        return None if _to_agree(standing) else Act(kind="check")

    def _read_back(self, state: Dialogue, news: News, *, ran_out: bool) -> Act:
        """Once more while there is hope of a yes or no; then nothing is done, or a person helps."""
        times = 0
        for act in reversed(state.acts):
            if act.kind not in ("confirm", "repeat") or news.corrected or news.reasons or news.declined:
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

    def _may_offer(self, state: Dialogue, news: News) -> bool:
        """Once, and again where it was not heard whether they take it up."""
        offers = sum(act.kind == "offer" for act in state.acts)
        return offers == 0 or (offers < _OFFERS and not news.has(heard.Deny, heard.AskQuestion, heard.Bye))

    def _only_asks(self, state: Dialogue) -> bool:
        """Whether all that could be done for them is only asked about in general."""
        acting = [reason for reason in state.reasons if self._by_code[reason.code].acts and not reason.follows_up]
        return bool(acting) and all(reason.asks == "question" for reason in acting)

    def _to_confirm(self, state: Dialogue) -> bool:
        """Whether anything may be done that they must agree to first."""
        return any(reason.acts for reason in self.needs.to_do(state))


def _to_agree(standing: Standing) -> bool:
    """Whether anything of it needs a yes. What is only told needs none: no answer, no refusal.

    Nor does a person who takes over where nobody is proved.
    """
    return any(one.action or (standing.verified and one.verdict == "needs_review") for one in standing.proposals)


def offered(state: Dialogue, slot: str, news: News | None = None, request: int | None = None) -> tuple[str, ...]:
    """The things that the customer may mean, or in one `request` of theirs, where they are few enough to choose."""
    heard_of = news.commands if news else ()
    pointed = next((one.things for one in heard_of if isinstance(one, heard.PointAt) and one.slot == slot), None)
    facts = state.facts if request is None else state.facts_of(state.reasons[request])
    things = state.standing.things_of(slot, facts) if state.standing else ()
    there = pointed or tuple(dict.fromkeys(thing.value for thing in things))
    fewest = 1 if state.choice and state.choice.slot == slot else 2
    return there if fewest <= len(there) <= _MOST_OFFERED else ()


def done(state: Dialogue, act: Act) -> Dialogue:
    """The state after the agent did something."""
    return state.model_copy(update={"acts": (*state.acts, act), "confirmed": False})
