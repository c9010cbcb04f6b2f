"""Recorded interactions: where they come from, and the conversation that can be judged again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from callcenter.events import ConversationHeld, Policy
from services.cli.client import Client
from services.cli.program import USAGE, Failed


@dataclass(frozen=True)
class Recorded:
    """One interaction as far as it was decided."""

    id: str
    held: ConversationHeld
    policy: Policy

    def is_since(self, since: datetime | None) -> bool:
        """Whether the customer wrote at that time or later."""
        return since is None or self.held.contact.initiated_at >= since


def from_api(client: Client, business: str, since: datetime | None) -> Iterator[Recorded]:
    """The decided interactions of a business that a running call center has, newest first."""
    for card in client.cards(business=business):
        if since and datetime.fromisoformat(card["created_at"]) < since:
            return
        view = client.interaction(card["id"])
        if "policy" in view["record"]:
            yield recorded(view["id"], view["record"])


def from_file(path: Path, business: str, since: datetime | None) -> Iterator[Recorded]:
    """The same from a file with one record, or one answer of the API, as JSON in each line."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Failed(f"Cannot read {path}: {error.strerror}.", USAGE) from None
    for number, line in enumerate(lines, 1):
        try:
            found = _of_line(number, line) if line.strip() else None
        except (ValueError, LookupError, AttributeError, TypeError) as error:
            what = f"{type(error).__name__}: {str(error).splitlines()[0]}"
            raise Failed(f"{path}, line {number}: this is no record of an interaction ({what}).", USAGE) from None
        if found and found.held.request.business == business and found.is_since(since):
            yield found


def _of_line(number: int, line: str) -> Recorded | None:
    data = json.loads(line)
    record = data.get("record", data)
    name = data.get("id") or data.get("interaction_id") or f"line {number}"
    return recorded(name, record) if "policy" in record else None


def recorded(name: str, record: Mapping[str, Any]) -> Recorded:
    """The conversation of a record, as it stood before the rules were asked."""
    envelope = {"event_id": UUID(int=0), "interaction_id": name, "rev": 2, "occurred_at": judged_at(record)}
    return Recorded(
        name, ConversationHeld.model_validate({**record, **envelope}), Policy.model_validate(record["policy"])
    )


def judged_at(record: Mapping[str, Any]) -> datetime:
    """The moment for which the record was judged.

    `policy.as_of` is exactly it. A record from before that field was there tells it to the millisecond: the
    conversation was held when the agent's waiting and working time were over.
    """
    if as_of := record["policy"].get("as_of"):
        return datetime.fromisoformat(as_of)
    spent = sum(record.get("metrics", {}).get(part, {}).get("agent", 0) for part in ("queue_ms", "work_ms"))
    return datetime.fromisoformat(record["contact"]["initiated_at"]) + timedelta(milliseconds=spent)
