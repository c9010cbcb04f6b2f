"""The facts that a template may name, each taken from the dossier or made from it in a way that is written here."""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue

from callcenter.business import Profile
from callcenter.conditions import case_of as case_of_contact
from callcenter.conditions import reason_of, ticket_of, tickets_of
from callcenter.events import Decision, Ticket, TicketOpened
from services.summary.case import decisions, unfinished
from services.summary.local_time import LocalTime
from services.summary.wrap_up import Words

QUOTE_LENGTH = 140


def facts_of(event: TicketOpened, decision: Decision, words: Words, profile: Profile) -> dict[str, str]:
    """All facts about one decision of a contact; those that do not apply are empty. The ticket is the one it is in."""
    ticket = ticket_of(event, decision)
    others = [other for other in decisions(event) if other is not decision]
    named = [(f"{_matter(event, other, words)} {words.verdicts[other.verdict][0]}", other) for other in others]
    return {
        "reason": title(event, decision, words),
        "subject": subject(event, decision, words),
        "words": quote(first_words(event)),
        "identity": identity(event, words),
        "decision": answer(event, decision, words),
        "internal": sentence(decision.reason_internal),
        "also": further(event, decision, others, words),
        "also_internal": " ".join(f"{name}: {sentence(other.reason_internal)}" for name, other in named),
        "also_short": ", ".join(name for name, _ in named),
        "rule": decision.rule_id or "",
        "action": done(decision, words),
        "amount": amount(decision),
        "missing": listed([words.fact(name) for name in missing(event, decision)]),
        **_work(ticket, [ticket], profile),
        "escalation": (event.escalation.reason_code or "").replace("_", " "),
        "agent": profile.voice.agent_name,
        "business": profile.title,
    }


def ahead_of(event: TicketOpened, decision: Decision, profile: Profile) -> dict[str, str]:
    """The facts of the ticket about what happens next: where all is done in its own, those of the tickets that wait."""
    own, waiting = ticket_of(event, decision), unfinished(event)
    return {} if own in waiting or not waiting else _work(waiting[0], waiting, profile)


def promised(event: TicketOpened, decision: Decision, words: Words, profile: Profile) -> dict[str, str]:
    """The facts of the tickets as customers read them: all numbers, and when the last of what they wait for is due."""
    own, waiting = ticket_of(event, decision), unfinished(event)
    further = listed([ticket.ticket_id for ticket in tickets_of(event)[1:]])
    of_one = case_of_contact(event, decision).outcome != "understood" or not waiting
    told = _work(own, [own] if of_one else waiting, profile)
    return told | {"ticket": words.numbers(event.ticket.ticket_id, further)}


def _work(leading: Ticket, tickets: Sequence[Ticket], profile: Profile) -> dict[str, str]:
    """Numbers of all of them, priority and queue of the leading one, and when the last of them is due."""
    clock = LocalTime(profile)
    return {
        "ticket": listed([ticket.ticket_id for ticket in tickets]),
        "priority": leading.priority,
        "queue": leading.queue.replace("_", " "),
        "respond_by": clock.say(max(ticket.sla.first_response_due for ticket in tickets)),
        "resolve_by": clock.say(max(ticket.sla.resolution_due for ticket in tickets)),
    }


def further(event: TicketOpened, decision: Decision, others: list[Decision], words: Words) -> str:
    """What the customer is told about further reasons; a sentence that several share is said once."""
    said = answer(event, decision, words)
    return " ".join(told for told in dict.fromkeys(answer(event, one, words) for one in others) if told != said)


def answer(event: TicketOpened, decision: Decision, words: Words) -> str:
    """What the customer is told about one decision; of several things it says which one, where its words do not."""
    told, same = sentence(decision.reason_customer), [one.contact_reason for one in decisions(event) if one.about]
    named = any(value in told for value in decision.about.values())
    if not decision.about or named or same.count(decision.contact_reason) == 1:
        return told
    thing = subject(event, decision, words) or ", ".join(decision.about.values())
    return f"{thing[0].upper()}{thing[1:]}: {told}"


def _matter(event: TicketOpened, decision: Decision, words: Words) -> str:
    """The title of the reason, with the thing that it is about where others are about another."""
    thing = subject(event, decision, words) if decision.about else ""
    return f"{title(event, decision, words)}, {thing}," if thing else title(event, decision, words)


def title(event: TicketOpened, decision: Decision, words: Words) -> str:
    """The title of the reason; where there is none, what the business calls such a contact."""
    reason = reason_of(event, decision)
    return reason.title if reason else words.reasons[event.outcome]


def subject(event: TicketOpened, decision: Decision, words: Words) -> str:
    """What it is about, by the first entity that the business lists: `order 48213`.

    A decision about a further reason has this subject only if it speaks of it.
    """
    said = event.stated_for(reason_of(event, decision))
    found = next(((text, said[name]) for name, text in words.subjects.items() if name in said), None)
    if found is None or (
        decision is not decisions(event)[0]
        and found[1] not in decision.about.values()
        and found[1] not in " ".join(decided(decision))
    ):
        return ""
    return found[0].replace("{value}", one_line(found[1]))


def decided(decision: Decision) -> Iterator[str]:
    """Everything that a decision says: its reasons, its rule, the facts that it read, its amount."""
    yield from (decision.reason_customer, decision.reason_internal, decision.rule_id or "")
    yield from (text for value in decision.facts.values() for text in _flat(value))
    if decision.action and decision.action.amount is not None:
        yield f"{decision.action.amount:f}"
    if decision.action:
        yield from _flat(decision.action.parameters)


def _flat(value: JsonValue) -> Iterator[str]:
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _flat(part)
    else:
        yield str(value)


def first_words(event: TicketOpened) -> str:
    """What the customer came with; who opened a live conversation without a word said it a little later."""
    said = (turn.text for turn in event.transcript if turn.speaker == "customer")
    return event.request.text or next(said, "")


def quote(text: str) -> str:
    """The customer's words in one line, cut between words where they are long."""
    line = one_line(text)
    if len(line) <= QUOTE_LENGTH:
        return line
    return f"{line[:QUOTE_LENGTH].rsplit(' ', 1)[0]}…"


def one_line(text: str) -> str:
    """The text without line breaks, its own quotation marks made single ones."""
    return " ".join(text.split()).replace("“", "'").replace("”", "'")


def identity(event: TicketOpened, words: Words) -> str:
    """Whether and how the customer proved who they are; empty where nobody had to."""
    proof, reason = event.contact.verified, event.contact_reason
    if not proof.verified:
        return words.unverified if reason and reason.identity_required else ""
    by = listed([words.fact(name.strip()) for name in (proof.method or "").split("+") if name.strip()])
    return words.verified.replace("{method}", by or "their account")


def done(decision: Decision, words: Words) -> str:
    """What is set in motion, with what else there is to know about it: `exchange the item (size: 6 by 9 feet)`."""
    if not decision.action:
        return ""
    told = [f"{name.replace('_', ' ')}: {', '.join(_flat(it))}" for name, it in decision.action.parameters.items()]
    return words.action(decision.action.name) + (f" ({'; '.join(told)})" if told else "")


def amount(decision: Decision) -> str:
    """Money as people write it: `1,299.00 USD`."""
    if not decision.action or decision.action.amount is None:
        return ""
    return f"{decision.action.amount:,.2f} {decision.action.currency or ''}".strip()


def missing(event: TicketOpened, decision: Decision) -> tuple[str, ...]:
    """The facts that were asked for in vain, and those that the decision still needs, each once."""
    return tuple(dict.fromkeys([*decision.missing, *(fact.name for fact in event.missing)]))


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def sentence(text: str) -> str:
    """The text, ended as a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?", "…")) or not text else f"{text}."
