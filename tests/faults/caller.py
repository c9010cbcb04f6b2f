"""Customers at the door, who do not give up when a server or an agent goes away."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx2

SCRIPT = (
    "I want a refund",
    "for order 48213",
    "dana.lopez@example.com",
    "94107",
    "yes, please",
    "no, that is all",
    "bye",
)
ENDED = ("completed", "failed")
BUSY = (202, 503)
PAUSE, LONGEST = 0.5, 15.0
"""Seconds until a message is sent again where the door did not say, and at most: longer each time, and not all at once.

Two hundred who came again at once would keep a machine that is busy from ever doing anything else.
"""


class Caller:
    """Somebody who talks until the outcome is told; sends a message again, under the same key, where none came.

    `door` is asked anew for every message: there may be several.
    """

    def __init__(self, door: Callable[[], httpx2.AsyncClient], name: str) -> None:
        self.door, self.name = door, name
        self.said: list[str] = []
        self.view: dict[str, Any] = {}
        self.heard = "nothing"
        """The door's last answer, for whoever looks why this caller still waits."""

    async def talk(self, script: Sequence[str] = SCRIPT, first: str | None = None) -> None:
        """Line by line, each when the agent has answered the one before; with or without first words."""
        await self.open(first)
        await self.go_on(script)

    async def go_on(self, script: Sequence[str]) -> None:
        """The next lines, as long as the conversation has not ended."""
        for line in script:
            if self.view["status"] in ENDED:
                return
            await self.say(line)

    async def open(self, first: str | None = None) -> None:
        """A live conversation, with the agent's greeting, or its answer to the first words."""
        await self.ask({"mode": "live"} | ({"text": first} if first else {}))

    async def ask(self, body: dict[str, Any]) -> None:
        """A request of any mode, with what came of it, or the agent's answer."""
        self.view = await self._post("/v1/interactions", body, self.name)

    async def say(self, line: str) -> None:
        """One message more, with its answer."""
        self.said.append(line)
        self.view = await self._post(self.view["links"]["messages"], {"text": line}, f"{self.name}-{len(self.said)}")

    async def refused(self, line: str) -> int:
        """The status where one message more is not taken; 200 or 202 where it is."""
        answer = await self.door().post(self.view["links"]["messages"], json={"text": line})
        return answer.status_code

    async def _post(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        for tries in range(1_000_000):
            pause = PAUSE
            with suppress(httpx2.HTTPError):
                headers = {"Idempotency-Key": key, "Prefer": "wait=60"}
                answer = await self.door().post(path, json=body, headers=headers)
                self.heard = f"{answer.status_code} {answer.text[:120]}"
                if answer.status_code == 200:
                    view: dict[str, Any] = answer.json()
                    return view
                assert answer.status_code in BUSY, answer.text
                pause = float(answer.headers.get("Retry-After", PAUSE))
            await asyncio.sleep(min(LONGEST, pause * 1.5 ** min(tries, 20)) * random.uniform(0.5, 1.5))
        raise AssertionError(f"the door never took {body}")
