"""The public API over HTTP, as any client uses it: with patience where it is busy, with a sentence where it is away."""

import asyncio
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx2

from callcenter.errors import CallCenterError, Unavailable
from simulation.record import Json

SETTLED = ("completed", "failed", "waiting")
BUSY = (429, 503)
CONFLICT = 409
REFUSED = 400
NO_HEADERS: Mapping[str, str] = {}
PAUSE = 0.1
"""Seconds between two looks at an interaction that is being worked on."""

IN_TIME = {"Prefer": "wait=10"}
"""Said with the last words before an answer: one that comes so soon is not to be asked for."""


class NotTaken(CallCenterError):
    """The API did not take a request: what it says."""


class NoDemo(CallCenterError):
    """Simulated customers are not let loose on a deployment of real ones."""


class Door:
    """One client. `patience` is for how many seconds an answer may stay away, and a busy server is asked again.

    Where AUTH is on, `http` sends a key by which conversations are opened and read; in each of them its customer speaks
    by the secret that came with it.
    """

    def __init__(self, http: httpx2.AsyncClient, patience: float = 90.0) -> None:
        self.http, self.patience = http, patience
        self._secrets: dict[str, str] = {}

    async def businesses(self) -> list[str]:
        """Those that can be talked to; raises NoDemo where real customers call."""
        about = await self._ask("GET", "/v1/about")
        if not isinstance(about, dict) or "demo" not in about:
            raise Unavailable(f"Another program answers at {self.http.base_url}; give the address of a call center.")
        if not about["demo"]:
            raise NoDemo(
                f"{self.http.base_url} is no demo: simulated customers would call in the name of real ones, and open "
                "tickets that people work on. Start a deployment with DEMO=on for them."
            )
        return [one["name"] for one in await self._ask("GET", "/v1/businesses")]

    async def open(self, business: str, texts: tuple[str, ...], seed: int) -> Json:
        """A new live conversation, once the agent has answered the first words."""
        body = {"mode": "live", "business": business, "text": texts[0], "seed": seed}
        view = await self._ask("POST", "/v1/interactions", body, {} if texts[1:] else IN_TIME)
        return await self.say(view["id"], texts[1:]) if texts[1:] else await self._settled(view["id"])

    async def say(self, interaction_id: str, texts: tuple[str, ...]) -> Json:
        """The next messages, quickly one after the other, and the conversation once the agent has answered them."""
        place = interaction_id
        for more, text in zip(range(len(texts) - 1, -1, -1), texts, strict=True):
            messages = f"/v1/interactions/{quote(place, safe='')}/messages"
            view = await self._ask("POST", messages, {"text": text}, self._speaking(place) | ({} if more else IN_TIME))
            place = view["id"]
        return await self._settled(place)

    async def _settled(self, interaction_id: str) -> Json:
        """As our own people see it: who speaks in it is shown less."""
        until = time.monotonic() + self.patience
        while (view := await self._look(interaction_id))["status"] not in SETTLED:
            if time.monotonic() > until:
                raise NotTaken(f"No answer within {self.patience:g} seconds in {interaction_id}.")
            await asyncio.sleep(PAUSE)
        return view

    async def _look(self, interaction_id: str) -> Json:
        view: Json = await self._ask("GET", f"/v1/interactions/{quote(interaction_id, safe='')}")
        return view

    async def _ask(
        self, method: str, path: str, body: Json | None = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> Any:
        """What the API answers; a busy one is waited for as long as it asks, within our patience."""
        until = time.monotonic() + self.patience
        while True:
            answer = await self._request(method, path, body, headers)
            if not _busy(answer):
                return self._kept(_data(answer))
            pause = _seconds(answer)
            if time.monotonic() + pause > until:
                raise Unavailable(f"{self.http.base_url} is busy for more than {self.patience:g} seconds.")
            await asyncio.sleep(pause)

    def _kept(self, data: Any) -> Any:
        """The answer, once the secret in it is kept."""
        if isinstance(data, dict) and data.get("token"):
            self._secrets[data["id"]] = data["token"]
        return data

    def _speaking(self, interaction_id: str) -> dict[str, str]:
        """As who one speaks in a conversation that has a secret."""
        secret = self._secrets.get(interaction_id)
        return {"Authorization": f"Bearer {secret}"} if secret else {}

    async def _request(self, method: str, path: str, body: Json | None, headers: Mapping[str, str]) -> httpx2.Response:
        try:
            return await self.http.request(method, path, json=body, headers=headers)
        except httpx2.HTTPError as error:
            raise Unavailable(
                f"The call center does not answer at {self.http.base_url} ({error or type(error).__name__}). "
                "Start it with `DEMO=on callcenter run`, or give another address with --against."
            ) from None


def _data(answer: httpx2.Response) -> Any:
    try:
        data = answer.json()
    except ValueError:
        raise Unavailable(f"{answer.url} does not answer as a call center does ({answer.status_code}).") from None
    if answer.status_code >= REFUSED:
        detail = data.get("detail") if isinstance(data, dict) else data
        raise NotTaken(f"HTTP {answer.status_code}: {str(detail)[:300]}")
    return data


def _busy(answer: httpx2.Response) -> bool:
    """Whether it has to be sent again: later, or once what was said before is answered."""
    return answer.status_code in BUSY or (answer.status_code == CONFLICT and "Retry-After" in answer.headers)


def _seconds(answer: httpx2.Response) -> float:
    """How long a busy server wants to be left alone."""
    told = answer.headers.get("Retry-After", "")
    return max(0.1, min(float(told), 30.0)) if told.replace(".", "", 1).isdigit() else 1.0
