"""Rules that are never reached, and what rules need but the agent never asks for."""

from collections.abc import Iterator

from services.agent.reasons import ContactReasons, Reason
from services.policy.rulebook import Rulebook, Ruling


def unreachable(rulebook: Rulebook, reasons: ContactReasons) -> Iterator[tuple[int, str, bool]]:
    """Rules by number that come, for each of their reasons, after one without condition.

    Whether that is certain comes last: a rule is passed over where a fact that it speaks of is not known.
    """
    for number, ruling in enumerate(rulebook.rulings):
        about = _about(ruling, reasons)
        before = [next((r for r in rulebook.rulings[:number] if _always(r, reason)), None) for reason in about]
        first = list(dict.fromkeys(r.rule.id for r in before if r))
        if before and all(before):
            facts = sorted({fact for r in before if r for fact in r.reads})
            unless = f", unless {', '.join(facts)} is not known" if facts else ""
            text = (
                f"rule {ruling.rule.id}: is never reached, as {' and '.join(first)} before it has no condition{unless}"
            )
            yield number, text, not facts


def unasked(rulebook: Rulebook, reasons: ContactReasons) -> Iterator[tuple[int, str]]:
    """Rules by number that need what the reason does not make the agent ask for."""
    for number, ruling in enumerate(rulebook.rulings):
        for reason in _about(ruling, reasons):
            lacking = list(ruling.rule.needs.lacking(_asked(reason, reasons), ()))
            if ruling.rule.needs.identity and not reason.identity:
                lacking.append("a proved identity")
            if lacking:
                yield number, f"rule {ruling.rule.id}: needs {', '.join(lacking)}, which {reason.code} does not ask for"


def _about(ruling: Ruling, reasons: ContactReasons) -> list[Reason]:
    return [reason for reason in reasons.reasons if ruling.rule.is_about(reason.found(1, ()))]


def _always(ruling: Ruling, reason: Reason) -> bool:
    """Whether the rule ends the search for this reason; one whose needs are lacking ends it, too.

    One that asks does so only until it is answered.
    """
    return not ruling.rule.ask and ruling.rule.when.strip() == "true" and ruling.rule.is_about(reason.found(1, ()))


def _asked(reason: Reason, reasons: ContactReasons) -> set[str]:
    return {*reason.needs, *(reasons.identity.facts if reason.identity else ())}
