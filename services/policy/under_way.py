"""What was agreed before is not agreed again: the memory of it, what is the same, and what is said instead."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from callcenter.conditions import ticket_of, tickets_of
from callcenter.events import ContactReason, Decision, InteractionCompleted, Ticket
from callcenter.storage.agreements import Agreements
from services.policy.accounts import Account
from services.policy.agreement import Agreement
from services.policy.case import Case
from services.policy.facts import for_record
from services.policy.rulebook import Rulebook, Ruling
from services.policy.wording import filled

UNFINISHED = ("new", "open", "pending", "reopened")

_STANDS = {"late": "It is late", "done": "It is done"} | dict.fromkeys(("agreed", "waiting"), "Not late yet")
_ARTICLE = re.compile(r"^(?:the|an?|my)\s+", re.IGNORECASE)


class Memory:
    """What was agreed with the customers of a business."""

    def __init__(self, agreements: Agreements, business: str, days: int) -> None:
        self.agreements, self.business, self.lasts = agreements, business, timedelta(days=days)

    async def of(self, account: Account | None) -> list[Agreement]:
        """What was agreed with the owner of an account."""
        return await self._of(account.customer_id) if account else []

    async def claim(self, case: Case, agreed: Sequence[Agreement]) -> bool:
        """Remember what is about to be agreed; False where another contact was faster."""
        if not agreed:
            return True
        entries = [one.entry for one in agreed]
        account = str(case.contact.customer_id)
        return await self.agreements.claim(self._key(account), entries, case.event.occurred_at)

    async def settle(self, event: InteractionCompleted) -> None:
        """What a contact came to, with its ticket, in place of what was claimed for it."""
        account = event.contact.customer_id
        if not event.contact.verified.verified or account is None:
            return
        mine = [one for one in await self._of(account) if one.interaction_id == event.interaction_id]
        made = [one for one in mine if any(one.is_made_by(decision) for decision in event.policy.decisions)]
        agreed = [(one, _ticket(one, event)) for one in made]
        agreed += self._waiting(event, {ticket.ticket_id for _, ticket in agreed})
        entries = [_written(one, ticket, event).entry for one, ticket in agreed]
        await self.agreements.settle(self._key(account), event.interaction_id, entries, event.occurred_at)

    def _waiting(self, event: InteractionCompleted, told: Collection[str]) -> Iterator[tuple[Agreement, Ticket]]:
        """The contact itself, by each of its tickets that people still work on and that is not `told` of."""
        titles = {reason.code: reason.title for reason in event.reasons}
        for ticket in tickets_of(event):
            if ticket.status in UNFINISHED and ticket.ticket_id not in told:
                main = event.contact_reason.title if event.contact_reason else ticket.title
                agreed = Agreement(
                    title=next((titles[code] for code in ticket.reasons if code in titles), main),
                    interaction_id=event.interaction_id,
                    at=event.contact.initiated_at,
                    until=event.contact.initiated_at + self.lasts,
                    ticket=ticket.ticket_id,
                )
                yield agreed, ticket

    async def _of(self, customer_id: str) -> list[Agreement]:
        return [Agreement.of(entry) for entry in await self.agreements.of(self._key(customer_id))]

    def _key(self, customer_id: str) -> str:
        return f"{self.business}:{customer_id}"


def _ticket(agreed: Agreement, event: InteractionCompleted) -> Ticket:
    """Under which it is done: that of the team which has its decision before it."""
    made = (one for one in event.policy.decisions if agreed.is_made_by(one))
    return next((ticket_of(event, one) for one in made), event.ticket)


def _written(agreed: Agreement, ticket: Ticket, event: InteractionCompleted) -> Agreement:
    """With its ticket, and when that is due."""
    known = {"ticket": ticket.ticket_id, "due": ticket.sla.resolution_due, "done": _done(agreed, event)}
    return agreed.model_copy(update=known)


def _done(agreed: Agreement, event: InteractionCompleted) -> datetime | None:
    """When a machine carried it out, if one did."""
    made = (one.carried_out for one in event.policy.decisions if agreed.is_made_by(one))
    return next((one.at for one in made if one and one.state == "done"), None)


def agreement(
    case: Case, reason: ContactReason, ruling: Ruling, decision: Decision, book: Rulebook
) -> Agreement | None:
    """What a rule is about to agree to; None where it sets nothing in motion."""
    action = decision.action
    if action is None:
        return None
    at, about = case.event.occurred_at, thing(case, ruling, book)
    if action.name in book.under_way.repeatable:  # how often is theirs to say, so that their words tell it apart, too
        about = {**reason.own, **about}
    return Agreement(
        action=action.name,
        about=about,
        own=reason.own,
        amount=action.amount,
        parameters=action.parameters,
        title=reason.title,
        interaction_id=case.event.interaction_id,
        at=at,
        until=at + timedelta(days=book.under_way.days),
        saw=tuple(one.key for one in case.past.agreements),
    )


def lasts(agreed: Agreement, case: Case, book: Rulebook) -> bool:
    """Whether other contacts have to know of it: not of what may be done again, or is nobody's."""
    return agreed.action not in book.under_way.repeatable and case.proof.verified


def earlier(agreed: Agreement, case: Case, reason: ContactReason, book: Rulebook) -> Agreement | None:
    """What is the same, and was agreed before. What may be done again is, for who asks again once it was told."""
    same = case.past.earlier(agreed)
    return None if same and not lasts(agreed, case, book) and _asks_again(case, reason, same) else same


def _asks_again(case: Case, reason: ContactReason, same: Agreement) -> bool:
    """Whether words of its own stand for the request after the last time that this was told in the contact."""
    told = [one.upto for one in case.event.settled if one.decision.action and same.is_made_by(one.decision)]
    return any(said.turn >= max(told, default=0) for said in reason.evidence)


def told_of(earlier: Agreement, *beside: Agreement, case: Case, book: Rulebook, decision: Decision) -> Decision:
    """The decision where something is under way: nothing is done again, and a person looks at what is late."""
    facts = case.past.view(earlier, *beside)
    late = facts["late"]
    kind = "late" if late else "done" if facts["done"] else "agreed" if earlier.action else "waiting"
    told = f"under_way: {facts['told']} (contact {earlier.interaction_id})."
    changes = {
        "verdict": "needs_review" if late else "allow",
        "rule_id": None,
        "action": None,
        "missing": (),
        "facts": {"under_way": for_record(facts)},
        "reason_customer": filled(getattr(book.under_way, kind), facts, case.say),
        "reason_internal": f"{told} {_STANDS[kind]}; nothing is done twice.",
    }
    return decision.model_copy(update=changes)


def once(decisions: Iterable[tuple[Decision, Agreement | None]]) -> Iterator[tuple[Decision, Agreement | None]]:
    """Where two reasons of one contact lead to the same, it is done for the first."""
    agreed = set[str]()
    for decision, one in decisions:
        if one and one.key in agreed:
            told = f"{decision.reason_internal} It is done once, for the other reason."
            yield decision.model_copy(update={"action": None, "reason_internal": told}), None
            continue
        agreed |= {one.key} if one else set()
        yield decision, one


def slots_of(ruling: Ruling, book: Rulebook) -> set[str]:
    """The facts that say which thing a rule is about: as the business says, else those that it needs and reads."""
    if ruling.rule.action and ruling.rule.action.about is not None:
        return set(ruling.rule.action.about)
    reads = _all_read(ruling.reads, book)
    named = {name.partition(".")[2] for name in reads if name.startswith("slots.")}
    found = {one.slot for name, one in book.subjects.items() if any(read.partition(".")[0] == name for read in reads)}
    return named | found | set(ruling.rule.needs.named)


def thing(case: Case, ruling: Ruling, book: Rulebook) -> dict[str, str]:
    """What the decision is about, by slot, as far as it was said; of an entry of the account, as written there."""
    subjects = {one.slot: (name, one.key) for name, one in book.subjects.items()}
    found: dict[str, str] = {}
    for slot in sorted(slots_of(ruling, book) & case.facts["slots"].keys()):
        name, key = subjects.get(slot, ("", ""))
        entry = case.facts.get(name) or {}
        found[slot] = str(entry.get(key) or _ARTICLE.sub("", case.facts["slots"][slot].strip()))
    return found


def _all_read(reads: Iterable[str], book: Rulebook) -> set[str]:
    """With what the computed facts among them read in turn."""
    computed = {name: expression.reads for name, expression in book.computed}
    found, ahead = set[str](), list(reads)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += computed.get(name.partition(".")[0], ())
    return found
