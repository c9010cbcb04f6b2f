"""After a case the contact goes on: what was settled is kept apart, and the customer brings more or says goodbye."""

from collections.abc import Collection, Iterable, Sequence

from callcenter.events import Act, ActKind, ContactReason, ConversationHeld, Decision, Dialogue, Entity, Settled
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.conversation.update import News, last_act

MOST_CASES = 8
"""Requests of one contact that are decided while it goes on; then it ends with the next."""

_SURE = 0.65
"""How sure a request must be that comes with nothing but a number, to be another one than the last; as further ones."""

_AFTER: frozenset[ActKind] = frozenset({"anything_else", "greet", "clarify", "calm", "offer_person"})
"""What the agent did last where no request is open."""

_NOTHING = (heard.Deny, heard.Bye, heard.CannotTell, heard.Undecided)
"""Said to the question for more, it means that there is none."""


def settles(state: Dialogue, act: Act) -> bool:
    """Whether the case is decided now, and the contact may go on after it."""
    return act.kind == "check" and len(state.settled) < MOST_CASES


def stands(decisions: Iterable[Decision]) -> bool:
    """Whether what was decided can be left at that: nobody has to send something first, or to prove who they are."""
    return all(one.rule_id or one.verdict in ("allow", "needs_review") for one in decisions)


def settled(event: ConversationHeld, decisions: Iterable[Decision], identity: Collection[str]) -> Dialogue:
    """The conversation with its open requests settled. Who the customer is stays known; all else was said for these."""
    state = event.dialogue or Dialogue()
    return Dialogue(
        entities=tuple(one for one in state.entities if one.name in identity),
        language=state.language,
        heard=state.heard,
        declined=state.declined,
        left_out=state.left_out,
        earlier=state.earlier,
        for_another=state.for_another,
        readers=state.readers,
        settled=(*state.settled, *as_settled(state, state.reasons, decisions, identity, len(event.transcript))),
    )


def as_settled(
    state: Dialogue,
    reasons: Iterable[ContactReason],
    decisions: Iterable[Decision],
    identity: Collection[str],
    upto: int,
) -> tuple[Settled, ...]:
    """Requests with what was decided about them, by turn `upto`, and all facts that were said for each."""
    shared = tuple(one for one in state.entities if one.name not in identity)
    mine = {one.name for reason in state.reasons for one in reason.entities}
    return tuple(
        Settled(
            reason=reason.model_copy(update={"entities": _of_its_own(reason.entities, shared, mine)}),
            decision=decision,
            upto=upto,
        )
        for reason, decision in zip(reasons, decisions, strict=True)
    )


def all_reasons(state: Dialogue) -> tuple[ContactReason, ...]:
    """What the customer contacted us for; who left after a case has agreed to nothing that was still open."""
    left = state.settled and state.acts and state.acts[-1].kind == "time_out"
    return (*(one.reason for one in state.settled), *(() if left else state.reasons))


def said_for(state: Dialogue) -> tuple[Entity, ...]:
    """All facts of the conversation, those of settled requests first, also where several had one for their own."""
    before = dict.fromkeys(fact for one in state.settled for fact in one.reason.entities)
    return (*before, *state.entities)


def same_again(state: Dialogue, commands: Sequence[Command], needs: Collection[str]) -> Sequence[Command]:
    """With the request that was settled last, where they only name another thing: `and 48402 too`.

    `needs` are the facts that it needs. A thing that is put right is another one where nothing was agreed before. What
    a number alone sounds like is no request of its own.
    """
    told = any(isinstance(one, heard.SetFact) and one.entity.name in needs for one in commands)
    sure = [one for one in commands if not (isinstance(one, heard.StartCase) and one.reason.confidence < _SURE)]
    asked = [one for one in sure if not _corrects(one)] if not state.settled[-1].decision.action else sure
    other = any(isinstance(one, (*_NOTHING, heard.StartCase, heard.Instead, heard.Refuse)) for one in asked)
    if other or not told or last_act(state) != "anything_else":
        return commands
    reason = state.settled[-1].reason.model_copy(update={"entities": (), "evidence": ()})
    return [heard.StartCase(reason), *sure]


def about_the_same(state: Dialogue, commands: Sequence[Command]) -> list[Command]:
    """What they point at where they only want to know something: without a name it is about what was settled last."""
    return [_settled_last(state, one) or one if isinstance(one, heard.PointAt) else one for one in commands]


def _settled_last(state: Dialogue, pointed: heard.PointAt) -> Command | None:
    there = state.standing.things_of(pointed.slot) if state.standing else ()
    if len(pointed.things) not in (0, len(there)):
        return None
    last = (one for one in state.settled[-1].reason.entities if one.name == pointed.slot)
    known = (one for one in last if state.standing and state.standing.named(one.name, one.value))
    return next(map(heard.SetFact, known), None)


def takes_back(state: Dialogue, news: News) -> bool:
    """Whether they do not want what was agreed any more, which only a person can stop."""
    agreed = any(one.decision.action for one in state.settled)
    back = news.has(heard.Withdraw, heard.Refuse) or any(map(_corrects, news.commands))
    return agreed and state.over and back


def what_else(state: Dialogue, news: News) -> Act:
    """What to do where all is settled and nothing new was asked for. Read from the top."""
    kinds = [act.kind for act in state.acts]
    if last_act(state) not in _AFTER:
        return Act(kind="farewell") if news.has(heard.Bye) else Act(kind="anything_else", again=True)
    unhappy = any(map(_corrects, news.commands)) and not news.has(heard.Bye)
    if (takes_back(state, news) or unhappy) and "offer_person" not in kinds:
        return Act(kind="offer_person")
    if news.has(heard.Insult) and not news.has(*_NOTHING):
        return Act(kind="abusive" if "calm" in kinds else "calm")
    if news.has(*_NOTHING, heard.Withdraw) or "offer_person" in kinds or not news.commands:
        return Act(kind="farewell")
    if news.has(heard.Affirm):
        return Act(kind="greet")
    return Act(kind="offer_person" if "clarify" in kinds else "clarify")


def _corrects(command: Command) -> bool:
    return isinstance(command, heard.PutRight)


def _of_its_own(own: tuple[Entity, ...], shared: Iterable[Entity], mine: Collection[str]) -> tuple[Entity, ...]:
    """The facts that are its own, and those that no request has for its own."""
    return tuple(dict.fromkeys([*own, *(one for one in shared if one.name not in mine)]))
