"""Composing the wrap-up: choose the wording that fits, put the facts in, and check the result against the dossier."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from callcenter.business import Profile
from callcenter.conditions import ticket_of, tickets_of
from callcenter.events import Decision, Disposition, FollowUp, ServiceLevel, Summary, TicketOpened, Turn
from services.summary.apologies import sorry_once
from services.summary.case import Case, case_of, decisions, mood_of
from services.summary.facts import ahead_of, facts_of, missing, promised
from services.summary.faithfulness import Faithfulness
from services.summary.local_time import LocalTime
from services.summary.satisfaction import estimate
from services.summary.template import fill
from services.summary.wrap_up import Reply, Task, Text, WrapUp, choose


class Composer:
    """The wrap-up desk of one business. Raises Permanent for a text that says what the dossier does not."""

    def __init__(self, sheet: WrapUp, profile: Profile) -> None:
        self.sheet, self.profile = sheet, profile
        self.clock = LocalTime(profile)
        self.faithfulness = Faithfulness(sheet.words, profile)

    def summary(self, event: TicketOpened) -> Summary:
        """The wrap-up of the main decision; the reply also tells the decisions about further reasons."""
        main = decisions(event)[0]
        case, facts = self._case(event, main), facts_of(event, main, self.sheet.words, self.profile)
        wording, ahead = self.sheet.wording, ahead_of(event, main, self.profile)
        summary = Summary(
            situation=_say(wording.situation, case, facts),
            action=" ".join([_say(wording.action, case, facts), *self._elsewhere(event)]),
            resolution=_say(wording.resolution, case, facts),
            open_questions=self.open_questions(event),
            next_step=_say(wording.next_step, case, facts | ahead),
            short=_say(wording.short, case, facts),
            reply_to_customer=_say(wording.reply, case, self._reply_facts(event, main, case, facts)),
            sentiment=event.sentiment,
            satisfaction_estimate=estimate(event),
        )
        self.faithfulness.check_summary(event, summary)
        return summary.model_copy(update={"reply_to_customer": sorry_once(summary.reply_to_customer)})

    def last_turn(self, event: TicketOpened) -> Turn:
        """The outcome as the agent says it at the end: the decisions, what happens next, the ticket number."""
        main = decisions(event)[0]
        case, facts = self._case(event, main), facts_of(event, main, self.sheet.words, self.profile)
        text = _say(self.sheet.wording.last_turn, case, self._reply_facts(event, main, case, facts))
        self.faithfulness.check(event, [text])
        at = max(event.occurred_at, *(turn.at for turn in event.transcript[-1:]), event.contact.initiated_at)
        return Turn(turn=len(event.transcript), at=at, speaker="agent", text=sorry_once(text))

    def _reply_facts(self, event: TicketOpened, main: Decision, case: Case, facts: dict[str, str]) -> dict[str, str]:
        wording, told = self.sheet.wording, facts | promised(event, main, self.sheet.words, self.profile)
        return {
            **told,
            "opening": _say(wording.opening, case, told),
            "promise": _say(wording.promise, case, told),
        }

    def _elsewhere(self, event: TicketOpened) -> Iterator[str]:
        """What was opened with further teams."""
        for ticket in tickets_of(event)[1:]:
            leading = event.policy.decisions[ticket.decisions[0]]
            facts = facts_of(event, leading, self.sheet.words, self.profile)
            yield _say(self.sheet.wording.further_ticket, self._case(event, leading), facts)

    def open_questions(self, event: TicketOpened) -> tuple[str, ...]:
        """What we still have to learn, each fact once, and why we do not know it yet."""
        why = {fact.name: fact.why.replace("_", " ") for fact in event.missing}
        names = dict.fromkeys(name for decision in decisions(event) for name in missing(event, decision))
        return tuple(
            f"{self.sheet.words.fact(name).capitalize()}: {why.get(name, 'needed for a decision')}" for name in names
        )

    def disposition(self, event: TicketOpened) -> Disposition:
        """How the contact ended, by its main decision."""
        ending = choose(self.sheet.dispositions, self._case(event, decisions(event)[0]))
        return Disposition(code=ending.code, path=ending.path)

    def follow_ups(self, event: TicketOpened) -> tuple[FollowUp, ...]:
        """Every task that fits one of the decisions, the soonest first; the same task of a ticket is done once."""
        found = [
            self._follow_up(event, decision, task)
            for decision in decisions(event)
            for task in self.sheet.follow_ups
            if task.fits(self._case(event, decision))
        ]
        self.faithfulness.check(event, [text for task in found for text in (task.title, task.description)])
        return tuple(sorted(dict.fromkeys(found), key=lambda task: task.due_at))

    def _follow_up(self, event: TicketOpened, decision: Decision, task: Task) -> FollowUp:
        facts, ticket = facts_of(event, decision, self.sheet.words, self.profile), ticket_of(event, decision)
        return FollowUp(
            title=fill(task.title, facts),
            description=fill(task.description, facts),
            due_at=self._due(event, ticket.sla, task.due),
            owner=fill(task.owner, facts),
            ticket_id=ticket.ticket_id,
        )

    def _due(self, event: TicketOpened, sla: ServiceLevel, due: str) -> datetime:
        if due in ("first_response", "resolution"):
            return sla.first_response_due if due == "first_response" else sla.resolution_due
        return self.clock.later(event.occurred_at, int(due[:-1]), self.sheet.task_hour)

    def _case(self, event: TicketOpened, decision: Decision) -> Case:
        moods = self.sheet.moods
        return case_of(event, decision, mood_of(event.sentiment, negative=moods.negative, positive=moods.positive))


def _say(lines: Sequence[Text | Reply], case: Case, facts: dict[str, str]) -> str:
    return fill(choose(tuple(lines), case).text, facts)
