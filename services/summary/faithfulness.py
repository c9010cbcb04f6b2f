"""The check that a wrap-up says nothing which the dossier does not: figures, ticket numbers, quotes and verdicts."""

import re
from collections.abc import Collection, Iterable, Iterator

from callcenter.business import Profile
from callcenter.conditions import tickets_of
from callcenter.errors import Permanent
from callcenter.events import Summary, TicketOpened
from services.summary.facts import decided, one_line
from services.summary.local_time import LocalTime
from services.summary.wrap_up import Words

_TOKEN = re.compile(r"[^\s“”\"'()\[\]{}<>;$€£]+")
_EDGES = re.compile(r"^\W+|\W+$")
_NUMBER = re.compile(r"\d[\d,]*(\.\d+)?")
SHORTEST_SOURCE = 4
_ENDS_IN_WORD = re.compile(r"[\w-]$")
_BEGINS_IN_WORD = re.compile(r"[\w-]|[.,]\d")
_QUOTE = re.compile(r"“([^”]*)”")


class Faithfulness:
    """The check for one business. A violation raises Permanent: a wrong wrap-up is worse than none."""

    def __init__(self, words: Words, profile: Profile) -> None:
        self.words = words
        self.verdicts = {verdict: _any_of(said) for verdict, said in words.verdicts.items()}
        self.clock = LocalTime(profile)
        self.names = (profile.title, profile.voice.agent_name)

    def check_summary(self, event: TicketOpened, summary: Summary) -> None:
        """All texts are true, and the reply holds every decision and every ticket number."""
        reply = summary.reply_to_customer
        told = (summary.situation, summary.action, summary.resolution, summary.next_step, summary.short, reply)
        self.check(event, [*told, *summary.open_questions])
        numbers = (ticket.ticket_id for ticket in tickets_of(event))
        for due in (*numbers, *(decision.reason_customer.strip() for decision in event.policy.decisions)):
            if due not in reply:
                raise Permanent(f"The reply to the customer leaves out: {due!r}")

    def check(self, event: TicketOpened, texts: Iterable[str]) -> None:
        """Raises Permanent for the first figure, quote or verdict that the dossier does not hold."""
        sources = (*stated(event), *self.names)
        figures = {normal(figure) for source in sources for figure in figures_in(source)}
        verbatim = self._verbatim(event)
        for text in texts:
            _check_quotes(sources, text)
            rest = _QUOTE.sub(" ", _without(text, verbatim))
            _check_figures(figures, rest, text)
            self._check_verdicts(event, rest, text)

    def verdicts_in(self, text: str) -> set[str]:
        """The verdicts that a text speaks of."""
        return {verdict for verdict, words in self.verdicts.items() if words.search(text)}

    def _verbatim(self, event: TicketOpened) -> list[str]:
        """Texts of the dossier, and the due times in words: true as they stand, whatever verdict they speak of."""
        clocks = (ticket.sla for ticket in tickets_of(event))
        times = (at for sla in clocks for at in (sla.first_response_due, sla.resolution_due))
        said = (text.strip() for decision in event.policy.decisions for text in decided(decision))
        actions = (self.words.action(d.action.name) for d in event.policy.decisions if d.action)
        whys = (fact.why.replace("_", " ") for fact in event.missing)
        values = (one_line(entity.value) for entity in event.entities)
        sources = [*(self.clock.say(at) for at in times), *said, *actions, *titles(event), *whys, *values]
        return sorted(filter(_can_be_cut_out, sources), key=len, reverse=True)

    def _check_verdicts(self, event: TicketOpened, rest: str, text: str) -> None:
        held = {event.policy.verdict, *(decision.verdict for decision in event.policy.decisions)}
        for verdict in self.verdicts.keys() - held:
            word = self.verdicts[verdict].search(rest)
            if word:
                raise Permanent(f"The wrap-up says {word[0]!r}, but nothing was decided so: {text!r}")


def stated(event: TicketOpened) -> Iterator[str]:
    """Everything that the dossier says about the matter, without the ids, offsets and timings of the machinery."""
    yield event.request.text
    yield from (turn.text for turn in event.transcript)
    yield from (entity.value for entity in event.entities)
    yield from (fact.why for fact in event.missing)
    yield from titles(event)
    for ticket in tickets_of(event):
        yield from (ticket.ticket_id, ticket.priority)
    for decision in event.policy.decisions:
        yield from decided(decision)


def titles(event: TicketOpened) -> Iterator[str]:
    """The titles of the contact reasons."""
    yield from (reason.title for reason in (event.contact_reason, *event.secondary_reasons) if reason)


def figures_in(text: str) -> list[str]:
    """Everything with a digit in it: amounts, dates, order and ticket numbers."""
    return [token for token in _TOKEN.findall(text) if any(map(str.isdigit, token))]


def normal(figure: str) -> str:
    """One form for `129.00,` and `129`, for `1,299.50` and `1299.5`; a zip code keeps its leading zero."""
    bare = _EDGES.sub("", figure)
    if not _NUMBER.fullmatch(bare):
        return bare.lower()
    whole, _, fraction = bare.replace(",", "").partition(".")
    return f"{whole}.{fraction.rstrip('0')}".rstrip(".")


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def _can_be_cut_out(source: str) -> bool:
    """Not a mere figure or fragment: those are checked as figures, and cutting them out would tear others apart."""
    return len(source) >= SHORTEST_SOURCE and any(sign.isalpha() for sign in source)


def _without(text: str, sources: Iterable[str]) -> str:
    """The text without the sources, where they stand as words of their own."""
    for source in sources:
        head, *tails = text.split(source)
        for tail in tails:
            inside_a_word = _ENDS_IN_WORD.search(head) or _BEGINS_IN_WORD.match(tail)
            head += f"{source if inside_a_word else ' '}{tail}"
        text = head
    return text


def _check_quotes(sources: Collection[str], text: str) -> None:
    with_marks = sorted((source.strip() for source in sources if "“" in source or "”" in source), key=len, reverse=True)
    for quoted in _QUOTE.findall(_without(text, with_marks)):
        if not any(quoted.removesuffix("…") in one_line(source) for source in sources):
            raise Permanent(f"The wrap-up quotes words that nobody wrote: {quoted!r}")


def _check_figures(figures: set[str], rest: str, text: str) -> None:
    for figure in figures_in(rest):
        if normal(figure) not in figures:
            raise Permanent(f"The wrap-up says {figure!r}, which is not in the dossier: {text!r}")
