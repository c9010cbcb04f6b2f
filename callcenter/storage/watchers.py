"""Who in this process waits for which interaction to change."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager


class Watchers:
    """Events by interaction, set when it may have changed."""

    def __init__(self) -> None:
        self._watching: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def watch(self, interaction_id: str) -> Iterator[asyncio.Event]:
        """An event of one's own, while the context lasts."""
        changed = asyncio.Event()
        self._watching[interaction_id].add(changed)
        try:
            yield changed
        finally:
            self._watching[interaction_id].discard(changed)
            if not self._watching[interaction_id]:
                del self._watching[interaction_id]

    def wake(self, interaction_id: str) -> None:
        """It has changed."""
        for changed in self._watching.get(interaction_id, ()):
            changed.set()

    def wake_all(self) -> None:
        """Any of them may have changed."""
        for interaction_id in self._watching:
            self.wake(interaction_id)
