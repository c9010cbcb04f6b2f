"""What the commands of a customer turn change in the state of a conversation. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from callcenter.events import ActKind, ContactReason, Dialogue, Entity, MissingFact
from services.agent import commands as heard
from services.agent.commands import Command
from services.agent.facts import Trouble
from services.agent.reasons import ContactReasons

_MOST_REASONS = 3
_READ_BACK: frozenset[ActKind] = frozenset({"confirm", "offer"})


@dataclass(frozen=True)
class News:
    """What the last customer turn said and changed: the agent acts on it, and speaks of it before it goes on."""

    commands: tuple[Command, ...] = ()
    reasons: tuple[ContactReason, ...] = ()
    declined: tuple[str, ...] = ()
    corrected: tuple[Entity, ...] = ()
    answered: bool = False
    lacking: bool = False
    noted: bool = False
    """A fact came that was not asked for just then."""

    def has(self, *kinds: type[Command]) -> bool:
        """Whether one of these was heard."""
        return any(isinstance(command, kinds) for command in self.commands)

    @property
    def aside(self) -> str | None:
        """What the customer wants to know about the question first."""
        return next((command.about for command in self.commands if isinstance(command, heard.AskBack)), None)

    @property
    def trouble(self) -> Trouble | None:
        """What was wrong with an answer."""
        return next((command.trouble for command in self.commands if isinstance(command, heard.Unusable)), None)


class Update:
    """The state after a customer turn, for one business."""

    def __init__(self, reasons: ContactReasons) -> None:
        self._reasons, self._by_code = reasons, reasons.by_code()

    def of(self, state: Dialogue, commands: Sequence[Command], upto: int) -> tuple[Dialogue, News]:
        """The state after a customer turn, which ends at turn `upto` of the transcript, and what is new in it."""
        entities = [one.entity for one in commands if isinstance(one, heard.SetFact)]
        new = [entity for entity in entities if state.facts.get(entity.name) != entity.value]
        corrected = tuple(one for one in new if one.name in state.facts and one.name not in state.unsettled)
        kept, started = self._cases(state, commands, corrected=bool(corrected))
        news = News(
            commands=tuple(commands),
            reasons=started if state.reasons else (),
            declined=tuple(reason.code for reason in state.reasons if reason.code not in {one.code for one in kept}),
            corrected=corrected,
            answered=any(entity.name == state.expects for entity in entities),
            lacking=bool(state.expects) and all(entity.name != state.expects for entity in entities),
            noted=any(entity.name != state.expects for entity in new),
        )
        changed = bool(new or started or news.declined)
        agreed = agreed_to(state, news) and not changed
        reasons = (*kept, *started)
        if agreed_to(state, news) and last_act(state) == "offer":
            reasons = tuple(reason.model_copy(update={"asks": "request"}) for reason in reasons)
        update = {
            "reasons": reasons,
            "entities": (*state.entities, *new),
            "missing": self._missing(state, news),
            "language": next(
                (one.language for one in commands if isinstance(one, heard.OtherLanguage)), state.language
            ),
            "confirmed": agreed and last_act(state) == "confirm",
            "refused": state.refused + rejected(state, news),
            "declined": self._declined(state, commands, started),
            "unsettled": _unsettled(state, commands),
            "danger": next((one.kind for one in commands if isinstance(one, heard.InDanger)), state.danger),
            "heard": upto,
        }
        return state.model_copy(update=update), news

    def _cases(
        self, state: Dialogue, commands: Sequence[Command], *, corrected: bool
    ) -> tuple[tuple[ContactReason, ...], tuple[ContactReason, ...]]:
        """The requests that stay, and those that are new."""
        refused = {one.code for one in commands if isinstance(one, heard.Refuse)}
        instead = [one.reason for one in commands if isinstance(one, heard.Instead)]
        if instead and state.reasons:
            refused |= {reason.code for reason in state.reasons if self._by_code[reason.code].acts} - {
                one.code for one in instead
            }
        started = [_asked(one) for one in commands if isinstance(one, heard.StartCase | heard.Instead)]
        if not (state.reasons or started):
            started = [self._for_a_person(one) for one in commands if isinstance(one, heard.WantPerson)]
        firmer = {one.code for one in started if one.asks == "request"}
        kept = tuple(_firmly(one, firmer) for one in state.reasons if one.code not in refused)
        if corrected and state.reasons and not instead:
            return kept, ()
        covered = {code for reason in kept for code in self._by_code[reason.code].covers}
        known = {reason.code for reason in kept} | covered
        new = {reason.code: reason for reason in reversed(started) if reason.code not in known}
        return kept, tuple(reversed(new.values()))[: max(0, _MOST_REASONS - len(kept))]

    def _for_a_person(self, command: heard.WantPerson) -> ContactReason:
        return command.reason or self._by_code[self._reasons.hand_over].found(1.0, ())

    def _declined(
        self, state: Dialogue, commands: Sequence[Command], started: Sequence[ContactReason]
    ) -> tuple[str, ...]:
        refused = [one.code for one in commands if isinstance(one, heard.Refuse)]
        again = {reason.code for reason in started}
        return tuple(code for code in dict.fromkeys((*state.declined, *refused)) if code not in again)

    def _missing(self, state: Dialogue, news: News) -> tuple[MissingFact, ...]:
        """Why each fact is not known: noted when an answer did not hold it, forgotten when it comes after all."""
        said = {one.entity.name for one in news.commands if isinstance(one, heard.SetFact)}
        kept = [fact for fact in state.missing if fact.name not in said and fact.name != state.expects]
        if news.lacking and state.expects and not news.aside:
            why = "the customer does not have it" if news.has(heard.CannotTell) else "the answer could not be used"
            kept.append(MissingFact(name=state.expects, why=why))
        return tuple(kept)


def _unsettled(state: Dialogue, commands: Sequence[Command]) -> tuple[str, ...]:
    """The facts that they gave several values for, and have not yet said which one counts."""
    told: dict[str, set[str]] = {}
    for one in commands:
        if isinstance(one, heard.SetFact):
            told.setdefault(one.entity.name, set()).add(one.entity.value)
    for name, values in told.items():
        if name not in state.unsettled:
            values.discard(state.facts.get(name, ""))  # who names a known value beside a new one says which it was
    still = (name for name in state.unsettled if name not in told)
    return (*still, *(name for name, values in told.items() if len(values) > 1))


def last_act(state: Dialogue) -> ActKind | None:
    """What the agent did last, besides repeating itself."""
    return next((act.kind for act in reversed(state.acts) if act.kind != "repeat"), None)


def rejected(state: Dialogue, news: News) -> bool:
    """Whether they do not want what was read back, and say nothing of what they want."""
    told = news.corrected or news.reasons or news.declined
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
