"""The decisions of a contact, seen the way the routes of a business ask about them."""

from collections.abc import Iterator
from typing import Literal

from callcenter.conditions import Case, case_of, main_first
from callcenter.events import PolicyDecided

Status = Literal["new", "open", "pending", "resolved"]


def cases(event: PolicyDecided) -> Iterator[Case]:
    """One case for each decision, that of the main reason first; without any decision, the verdict alone."""
    decided = main_first(event)
    yield from (case_of(event, decision) for decision in decided)
    if not decided:
        reason = event.contact_reason
        code, path = (reason.code, reason.path) if reason else (None, "")
        yield Case(event.outcome, event.policy.verdict, code, path, ruled=False)
