"""What the commands of a customer turn change in the state of a conversation. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.events import ActKind, ContactReason, Dialogue, Entity, MissingFact
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.conversation.sharing import Things
from services.agent.facts import Trouble
from services.agent.reasons import ContactReasons
from services.agent.things import among, distinct, each

_MOST_REASONS = 3
_READ_BACK: frozenset[ActKind] = frozenset({"confirm", "offer"})


@dataclass(frozen=True)
class News:
    """What the last customer turn said and changed: the agent acts on it, and speaks of it before it goes on."""

    commands: tuple[Command, ...] = ()
    reasons: tuple[ContactReason, ...] = ()
    declined: tuple[ContactReason, ...] = ()
    corrected: tuple[Entity, ...] = ()
    answered: bool = False
    lacking: bool = False
    noted: bool = False
    """A fact came that was not asked for just then."""
    asked: bool = False
    """They asked something of their own in place of an answer."""

    def has(self, *kinds: type[Command]) -> bool:
        """Whether one of these was heard."""
        return any(isinstance(command, kinds) for command in self.commands)

    @property
    def aside(self) -> str | None:
        """What the customer wants to know about the question first."""
        return next((command.about for command in self.commands if isinstance(command, heard.AskBack)), None)

    @property
    def beside(self) -> bool:
        """Whether they said something else than an answer, which is no try at one: the question stays as it was."""
        tried = self.answered or self.has(heard.CannotTell, heard.Unusable)
        return (
            self.asked or self.aside is not None or (bool(self.reasons or self.corrected or self.noted) and not tried)
        )

    @property
    def trouble(self) -> Trouble | None:
        """What was wrong with an answer."""
        return next((command.trouble for command in self.commands if isinstance(command, heard.Unusable)), None)


class Update:
    """The state after a customer turn, for one business."""

    def __init__(self, reasons: ContactReasons) -> None:
        self._reasons, self._by_code, self._things = reasons, reasons.by_code(), Things(reasons)

    def of(self, state: Dialogue, commands: Sequence[Command], upto: int) -> tuple[Dialogue, News]:
        """The state after a customer turn, which ends at turn `upto` of the transcript, and what is new in it."""
        told = self._things.told(state, commands)
        kept, started = self._cases(state, commands, corrected=bool(told.corrected))
        reasons, added = self._things.shared_out(state, told, kept, started)
        if state.settled and not added and _leaves(commands):
            reasons = ()  # what is open is left, what was settled stays
        news = News(
            commands=tuple(commands),
            reasons=added if state.reasons else (),
            declined=tuple(one for one in state.reasons if not among(one, kept)),
            corrected=told.corrected,
            answered=any(entity.name == state.expects for entity in told.entities) or told.answers_all,
            lacking=bool(state.expects)
            and all(entity.name != state.expects for entity in told.entities)
            and not told.answers_all,
            noted=any(entity.name != state.expects for entity in told.new),
            asked=bool(state.expects)
            and all(entity.name != state.expects for entity in told.entities)
            and any(isinstance(one, heard.AskQuestion) for one in commands),
        )
        agreed = agreed_to(state, news) and not (told.new or [*map(_key, reasons)] != [*map(_key, state.reasons)])
        if agreed_to(state, news) and last_act(state) == "offer":
            reasons = tuple(reason.model_copy(update={"asks": "request"}) for reason in reasons)
        update = {
            "reasons": reasons,
            "entities": (*state.entities, *told.new),
            "missing": self._missing(state, news),
            "language": _language(state, commands),
            "confirmed": agreed and last_act(state) == "confirm",
            "refused": state.refused + rejected(state, news),
            "declined": self._declined(state, commands, added),
            "left_out": self._left_out(state, commands, reasons),
            "unsettled": told.unsettled,
            "for_another": state.for_another or news.has(heard.ForAnother),
            "danger": next((one.kind for one in commands if isinstance(one, heard.InDanger)), state.danger),
            "heard": upto,
        }
        return state.model_copy(update=update), news

    def _cases(
        self, state: Dialogue, commands: Sequence[Command], *, corrected: bool
    ) -> tuple[tuple[ContactReason, ...], tuple[ContactReason, ...]]:
        """The requests that stay, and those that are new."""
        refused = {one.code for one in commands if isinstance(one, heard.Refuse)}
        left_out = [one.reason for one in commands if isinstance(one, heard.LeaveOut)]
        instead = [one.reason for one in commands if isinstance(one, heard.Instead)]
        if instead and state.reasons:
            refused |= self._replaced(state, {one.code for one in instead})
        started = [_asked(one) for one in commands if isinstance(one, heard.StartCase | heard.Instead)]
        if not (state.reasons or started):
            started = [self._for_a_person(one) for one in commands if isinstance(one, heard.WantPerson)]
        firmer = {one.code for one in started if one.asks == "request"}
        stay = (one for one in state.reasons if one.code not in refused and not among(one, left_out))
        kept = tuple(_firmly(one, firmer) for one in stay)
        if corrected and state.reasons and not instead:
            return kept, ()
        return kept, self._new(kept, started)

    def _new(self, kept: Sequence[ContactReason], started: Sequence[ContactReason]) -> tuple[ContactReason, ...]:
        """What is asked for and was not before; a request for each of its things.

        What an open request covers is only a part of it, but not where it is about another thing.
        """
        covered = {code for reason in kept for code in self._by_code[reason.code].covers}
        known = {reason.code for reason in kept}
        new: dict[str, list[ContactReason]] = {}
        for reason in started:
            if reason.code not in known and (reason.entities or reason.code not in covered):
                new.setdefault(reason.code, []).append(reason)
        room = max(0, _MOST_REASONS - len(known))
        chosen = ([one for one in asked if one.entities] or asked[:1] for asked in tuple(new.values())[:room])
        return tuple(one for asked in chosen for reason in asked for one in each(reason))

    def _replaced(self, state: Dialogue, wanted: set[str]) -> set[str]:
        """What is open and acts, but for that which they want, or which it is a part of."""
        acting = [self._by_code[reason.code] for reason in state.reasons if self._by_code[reason.code].acts]
        return {reason.code for reason in acting if wanted.isdisjoint({reason.code, *reason.covers})}

    def _for_a_person(self, command: heard.WantPerson) -> ContactReason:
        return command.reason or self._by_code[self._reasons.hand_over].found(1.0, ())

    def _declined(
        self, state: Dialogue, commands: Sequence[Command], started: Sequence[ContactReason]
    ) -> tuple[str, ...]:
        refused = [one.code for one in commands if isinstance(one, heard.Refuse)]
        refused += [one.reason.code for one in commands if isinstance(one, heard.LeaveOut) and not one.reason.entities]
        again = {reason.code for reason in started}
        return tuple(code for code in dict.fromkeys((*state.declined, *refused)) if code not in again)

    def _left_out(
        self, state: Dialogue, commands: Sequence[Command], reasons: Sequence[ContactReason]
    ) -> tuple[ContactReason, ...]:
        """The things that must not be acted upon, until they are asked for again."""
        now = [one.reason for one in commands if isinstance(one, heard.LeaveOut) and one.reason.entities]
        return tuple(one for one in distinct((*state.left_out, *now)) if not among(one, reasons))

    def _missing(self, state: Dialogue, news: News) -> tuple[MissingFact, ...]:
        """Why each fact is not known: noted when an answer did not hold it, forgotten when it comes after all."""
        said = {one.entity.name for one in news.commands if isinstance(one, heard.SetFact)}
        kept = [fact for fact in state.missing if fact.name not in said]
        if news.lacking and state.expects and not news.beside:
            kept = [fact for fact in kept if fact.name != state.expects]
            why = "the customer does not have it" if news.has(heard.CannotTell) else "the answer could not be used"
            kept.append(MissingFact(name=state.expects, why=why))
        return tuple(kept)


def _key(reason: ContactReason) -> tuple[str, str, dict[str, str]]:
    """What may not change between a read-back and the yes to it."""
    return reason.code, reason.asks, reason.own


def _language(state: Dialogue, commands: Sequence[Command]) -> str:
    return next((one.language for one in commands if isinstance(one, heard.OtherLanguage)), state.language)


def _leaves(commands: Sequence[Command]) -> bool:
    """Whether they want nothing more of what is open: they take it back, or say goodbye to the question for it."""
    goes_on = any(isinstance(one, heard.Affirm | heard.SetFact) for one in commands)
    return any(isinstance(one, heard.Withdraw) or (isinstance(one, heard.Bye) and not goes_on) for one in commands)


def last_act(state: Dialogue) -> ActKind | None:
    """What the agent did last, besides repeating itself."""
    return next((act.kind for act in reversed(state.acts) if act.kind != "repeat"), None)


def rejected(state: Dialogue, news: News) -> bool:
    """Whether they do not want what was read back, and say nothing of what they want."""
    told = news.corrected or news.reasons or news.declined or news.has(heard.SetFact, heard.Withdraw)
    return last_act(state) in ("confirm", "amend") and news.has(heard.Deny) and not told


def agreed_to(state: Dialogue, news: News) -> bool:
    """Whether they say yes to what was just read back."""
    return last_act(state) in _READ_BACK and news.has(heard.Affirm)


def _asked(command: heard.StartCase | heard.Instead) -> ContactReason:
    general = isinstance(command, heard.StartCase) and (command.general or command.reason.follows_up)
    return command.reason.model_copy(update={"asks": "question" if general else "request"})


def _firmly(reason: ContactReason, firmer: set[str]) -> ContactReason:
    """A matter that was only asked about, and now is asked for."""
    return reason.model_copy(update={"asks": "request", "follows_up": False}) if reason.code in firmer else reason
