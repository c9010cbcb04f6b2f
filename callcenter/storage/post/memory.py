"""The post in memory, with the promises of the one on Redis, but for durability."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from callcenter.storage.post.protocol import Claimed, Fate, Letter, Posted


@dataclass
class _Kept:
    letter: Letter
    state: Fate
    at: datetime
    due: datetime
    attempts: int = 0
    why: str = ""

    def become(self, state: Fate, at: datetime, why: str) -> None:
        """Note what came of it; what nobody has to deliver any more is forgotten."""
        self.state, self.at, self.why = state, at, why
        if state != "waiting":
            self.letter = replace(self.letter, to="", subject="", text="", answers="", references=())


class MemoryPost:
    """See Post. Single event loop; nothing survives the process."""

    def __init__(self, retention_hours: float = 24.0) -> None:
        self.retention = timedelta(hours=retention_hours)
        self._kept: dict[str, _Kept] = {}
        self._told: dict[tuple[str, str], str] = {}

    async def put(self, letter: Letter, now: datetime) -> bool:
        """See Post.put."""
        if letter.key in self._kept:
            return False
        self._expire(now)
        self._kept[letter.key] = _Kept(letter, "waiting", now, now)
        if letter.ticket_id:
            self._told[letter.business, letter.ticket_id] = letter.interaction_id
        return True

    async def claim(self, now: datetime, lease: float, limit: int) -> Sequence[Claimed]:
        """See Post.claim."""
        due = [one for one in self._kept.values() if one.state == "waiting" and one.due <= now]
        claimed = sorted(due, key=lambda one: one.due)[:limit]
        for one in claimed:
            one.due, one.attempts = now + timedelta(seconds=lease), one.attempts + 1
        return [Claimed(one.letter, one.attempts) for one in claimed]

    async def settle(
        self, claimed: Claimed, state: Fate, now: datetime, why: str = "", again: datetime | None = None
    ) -> None:
        """See Post.settle."""
        kept = self._kept.get(claimed.letter.key)
        if kept and kept.state == "waiting" and kept.attempts == claimed.attempt:
            kept.become(state, now, why)
            kept.due = again or now

    async def came_back(self, interaction_id: str, name: str, why: str, now: datetime) -> bool:
        """See Post.came_back."""
        kept = self._kept.get(f"{interaction_id}/{name}")
        if kept:
            kept.become("failed", now, why)
        return kept is not None

    async def of(self, interaction_id: str) -> Sequence[Posted]:
        """See Post.of."""
        mine = [one for one in self._kept.values() if one.letter.interaction_id == interaction_id]
        return [Posted(one.letter.name, one.letter.by, one.state, one.at, one.attempts, one.why) for one in mine]

    async def told_of(self, business: str, ticket_id: str) -> str | None:
        """See Post.told_of."""
        return self._told.get((business, ticket_id))

    async def erase(self, interaction_id: str) -> None:
        """See Post.erase."""
        self._kept = {key: one for key, one in self._kept.items() if one.letter.interaction_id != interaction_id}
        self._told = {ticket: told for ticket, told in self._told.items() if told != interaction_id}

    async def close(self) -> None:
        """Nothing to release."""

    def _expire(self, now: datetime) -> None:
        """What was delivered long ago leaves here, the oldest first, as there is no server to do it."""
        while self._kept and (oldest := next(iter(self._kept.values()))).at <= now - self.retention:
            if oldest.state == "waiting":
                return
            del self._kept[oldest.letter.key]
            self._told.pop((oldest.letter.business, oldest.letter.ticket_id), None)
