"""The HTTP API, as the commands use it: answers as data, troubles as sentences."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import quote
from uuid import uuid4

import httpx2

from callcenter import __version__
from services.cli.program import FAILED, UNREACHABLE, USAGE, Failed
from services.cli.settings import ADDRESS

TIMEOUT = httpx2.Timeout(10, connect=3)
SILENCE = 40.0
"""Seconds without a sign of life (the server gives one every 15) after which a live connection counts as lost."""

RECONNECTS = 5
UNKNOWN = 401
SETTLED = ("completed", "failed", "waiting")
"""The end, or the customer's turn in a live conversation, who may take their time."""


def checked(url: str) -> str:
    """An address as it is used; what is none ends the command."""
    if not re.match(ADDRESS, url):
        raise Failed(f"{url!r} is not an address. Write one like http://localhost:8000.", USAGE)
    return url.rstrip("/")


def bearer(key: str | None) -> dict[str, str]:
    """The header that says who we are; none without a key."""
    return {"Authorization": f"Bearer {key}"} if key else {}


class Client:
    """One connection to the API; use it as `with`."""

    def __init__(self, url: str, key: str | None = None) -> None:
        self.url = checked(url)
        with self._sentences():
            # Without trust_env the proxy of a network would be asked for localhost.
            self._http = httpx2.Client(
                base_url=self.url,
                timeout=TIMEOUT,
                trust_env=False,
                headers={"User-Agent": f"callcenter/{__version__}", "Accept": "application/json", **bearer(key)},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def create(self, asked: dict[str, Any], wait: int = 0) -> dict[str, Any]:
        """Send a request; with `wait`, stay up to so many seconds for its end."""
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        if wait:
            headers["Prefer"] = f"wait={wait}"
        timeout = httpx2.Timeout(10 + wait, connect=3)
        return self._answer("POST", "/v1/interactions", content=json.dumps(asked), headers=headers, timeout=timeout)

    def interaction(self, interaction_id: str) -> dict[str, Any]:
        """One interaction as it is now."""
        return self._answer("GET", f"/v1/interactions/{quote(interaction_id, safe='')}")

    def cards(self, business: str) -> Iterator[dict[str, Any]]:
        """The interactions of a business in short, newest first."""
        cursor: str | None = None
        while True:
            asked = {"business": business, "limit": "100"} | ({"cursor": cursor} if cursor else {})
            page = self._answer("GET", "/v1/interactions", params=asked)
            yield from page["items"]
            if not (cursor := page["next"]):
                return

    def about(self) -> dict[str, Any]:
        """Version and mode of the server."""
        return self._answer("GET", "/v1/about")

    def preview(self, question: bytes) -> dict[str, Any]:
        """What the rules would decide."""
        return self._answer(
            "POST", "/v1/policy/preview", content=question, headers={"Content-Type": "application/json"}
        )

    def readiness(self) -> httpx2.Response:
        """The answer of /readyz, whatever its status."""
        with self._sentences():
            return self._http.get("/readyz")

    def follow(self, interaction_id: str) -> Iterator[dict[str, Any]]:
        """Each step as it happens, to the end or the customer's turn; a lost connection is made again."""
        last = ""
        for lost in range(RECONNECTS + 1):
            if lost:
                time.sleep(1)
            try:
                for frame in self._frames(interaction_id, last):
                    last = str(frame["rev"])
                    yield frame
                    if frame["status"] in SETTLED:
                        return
            except httpx2.HTTPError:
                continue
        raise Failed(
            f"The live connection to {self.url} is lost again and again. See `callcenter show {interaction_id}`.",
            UNREACHABLE,
        )

    def _frames(self, interaction_id: str, last: str) -> Iterator[dict[str, Any]]:
        address = f"/v1/interactions/{quote(interaction_id, safe='')}/events"
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last}
        with self._http.stream("GET", address, headers=headers, timeout=httpx2.Timeout(SILENCE, connect=3)) as answer:
            if answer.is_error:
                answer.read()
                raise self._refusal(answer)
            yield from (json.loads(event.data) for event in httpx2.EventSource(answer) if event.data)

    def _answer(self, method: str, address: str, **how: Any) -> dict[str, Any]:
        with self._sentences():
            answer = self._http.request(method, address, **how)
        data = _data(answer)
        if answer.is_error or data is None:
            raise self._refusal(answer)
        return data

    def _refusal(self, answer: httpx2.Response) -> Failed:
        """What the server says, and whose fault it is: the request, the server, or another program at this address."""
        document = _data(answer) or {}
        if "detail" not in document:
            return Failed(
                f"{self.url} answers ({answer.status_code}), but not as the call center does. Is another program "
                "running there? Give the right address with --url or CALLCENTER_URL.",
                UNREACHABLE,
            )
        if answer.status_code == UNKNOWN:
            return Failed(f"{self.url} wants to know who asks. Set CALLCENTER_KEY; `callcenter keys add` makes one.")
        codes = {400: USAGE, 413: USAGE, 422: USAGE, 503: UNREACHABLE}
        return Failed(str(document["detail"]), codes.get(answer.status_code, FAILED))

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        try:
            yield
        except httpx2.InvalidURL as error:
            raise Failed(f"{self.url!r} is not an address: {error}.", USAGE) from None
        except httpx2.HTTPError as error:
            raise Failed(
                f"The call center does not answer at {self.url} ({error or type(error).__name__}). Start it with "
                "`callcenter run` or `docker compose up`, or give its address with --url or CALLCENTER_URL.",
                UNREACHABLE,
            ) from None


def _data(answer: httpx2.Response) -> dict[str, Any] | None:
    try:
        data = answer.json()
    except ValueError:
        return None
    return data if isinstance(data, dict) else None
