"""How long records are kept, by business; and what was said in them, which goes first where the business wants it."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import orjson

from callcenter.business import Profile, Retention, folders, load
from callcenter.errors import Unavailable
from callcenter.events import EVENTS, Event, InteractionRequested
from callcenter.storage.protocol import Store
from callcenter.telemetry import emit


class Keeping:
    """What each business says of it. Where it says nothing, or has no folder here, RETENTION_HOURS counts."""

    def __init__(self, store: Store, businesses: Mapping[str, Retention]) -> None:
        self.store, self.businesses = store, businesses

    @classmethod
    def load(cls, root: Path, store: Store) -> Self:
        """Of every business under `root`; raises BusinessError where a file is wrong."""
        return cls(store, {name: load(one, "business.yaml", Profile).retention for name, one in folders(root).items()})

    async def finish(self, event: Event) -> None:
        """The interaction has ended: its time begins."""
        business = event.request.business if isinstance(event, InteractionRequested) else ""
        wanted = self.businesses.get(business, Retention())
        await self.store.finish(event.interaction_id, _seconds(wanted.records), _seconds(wanted.transcripts))

    async def sweep(self) -> None:
        """Take out of finished interactions what was said, where it was kept long enough."""
        async for interaction_id in self.store.worn():
            try:
                await self._silence(interaction_id)
            except Unavailable:
                raise
            except Exception as error:  # one that cannot be read does not keep the words of others
                emit("sweep_failed", service="intake", interaction_id=interaction_id, error=repr(error))

    async def _silence(self, interaction_id: str) -> None:
        newest = await self.store.newest(interaction_id)
        if newest is None:
            await self.store.finish(interaction_id)
            return
        event = newest.event()
        if event.terminal:  # what failed may have been resumed, and needs the words until its end
            await self.store.reworded(wordless(event))
            emit("words_expired", service="intake", interaction_id=interaction_id)


def wordless(event: Event) -> Event:
    """The record with a dot for each character that was said, so that every place in it is where it was."""
    told: dict[str, Any] = orjson.loads(event.encoded())
    told["request"]["text"] = _dots(told["request"]["text"])
    for turn in told.get("transcript") or ():
        turn["text"] = _dots(turn["text"])
    return EVENTS[event.type].model_validate(told)


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length else None


def _dots(text: str) -> str:
    return re.sub(r"\S", "•", text)
