"""The HTTP API, as the commands use it: answers as data, troubles as sentences."""

import json
import re
import time
from collections.abc import Collection, Iterator, Mapping
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
UNCHANGED = 304
ENDED = ("completed", "failed")
SETTLED = (*ENDED, "waiting")
"""The end, or the customer's turn in a live conversation, who may take their time."""

PAGE = 100
"""Lines of a list that are asked for at once."""


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

    def go_on_as(self, secret: str) -> None:
        """Whoever has this secret asks from now on."""
        self._http.headers.update(bearer(secret))

    def create(self, asked: Mapping[str, Any], wait: int = 0) -> dict[str, Any]:
        """Send a request; with `wait`, stay up to so many seconds for its end."""
        return self._send("/v1/interactions", asked, str(uuid4()), wait)

    def say(self, interaction_id: str, text: str, key: str, wait: int = 0) -> dict[str, Any]:
        """Say something as the customer, once for each key; with `wait`, stay up to so many seconds for the answer."""
        return self._send(f"{_address(interaction_id)}/messages", {"text": text}, key, wait)

    def interaction(self, interaction_id: str) -> dict[str, Any]:
        """One interaction as it is now."""
        return self._answer("GET", _address(interaction_id))

    def newer(self, interaction_id: str, rev: int) -> dict[str, Any] | None:
        """The same, where it has come further than this step."""
        with self._sentences():
            answer = self._http.get(_address(interaction_id), headers={"If-None-Match": f'"{rev}"'})
        return None if answer.status_code == UNCHANGED else self._read(answer)

    def cards(self, **filters: Any) -> Iterator[dict[str, Any]]:
        """The interactions that the filters name in short, newest first."""
        return self.pages("/v1/interactions", filters)

    def pages(self, address: str, filters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """All lines of a list, page by page, as they are wanted."""
        asked = {"limit": PAGE, **given(filters)}
        while True:
            page = self._answer("GET", address, params=asked)
            yield from page["items"]
            if not page["next"]:
                return
            asked["cursor"] = page["next"]

    def ask(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What is answered at an address, as data; what is sent there is safe to be sent once more."""
        if body is None:
            return self._answer(method, address)
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(uuid4())}
        return self._answer(method, address, content=json.dumps(body), headers=headers)

    def listed(self, address: str) -> list[dict[str, Any]]:
        """What is answered at an address that answers a list."""
        with self._sentences():
            answer = self._http.get(address)
        data = _data(answer)
        if answer.is_error or not isinstance(data, list):
            raise self._refusal(answer)
        return data

    def whoami(self) -> str:
        """The name by which the server knows us; empty where it tells nobody from anybody."""
        return str(self._answer("GET", "/v1/session")["name"])

    def download(self, address: str, filters: Mapping[str, Any]) -> Iterator[bytes]:
        """What is answered at an address, part by part as it comes."""
        asked, patience = given(filters), httpx2.Timeout(SILENCE, connect=3)
        with self._sentences(), self._http.stream("GET", address, params=asked, timeout=patience) as answer:
            if answer.is_error:
                answer.read()
                raise self._refusal(answer)
            try:
                yield from answer.iter_bytes()
            except httpx2.HTTPError as error:
                told = f"The answer of {self.url} broke off ({error or type(error).__name__}); what came is not all."
                raise Failed(told, UNREACHABLE) from None

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

    def follow(self, interaction_id: str, until: Collection[str] = SETTLED) -> Iterator[dict[str, Any]]:
        """Each step as it happens, to the end or the customer's turn; a lost connection is made again."""
        last = ""
        for lost in range(RECONNECTS + 1):
            if lost:
                time.sleep(1)
            try:
                for frame in self._frames(interaction_id, last):
                    last = str(frame["rev"])
                    yield frame
                    if frame["status"] in until:
                        return
            except httpx2.HTTPError:
                continue
        raise Failed(
            f"The live connection to {self.url} is lost again and again. See `callcenter show {interaction_id}`.",
            UNREACHABLE,
        )

    def _frames(self, interaction_id: str, last: str) -> Iterator[dict[str, Any]]:
        address = f"{_address(interaction_id)}/events"
        headers = {"Accept": "text/event-stream", "Last-Event-ID": last}
        with self._http.stream("GET", address, headers=headers, timeout=httpx2.Timeout(SILENCE, connect=3)) as answer:
            if answer.is_error:
                answer.read()
                raise self._refusal(answer)
            yield from (json.loads(event.data) for event in httpx2.EventSource(answer) if event.data)

    def _send(self, address: str, asked: Mapping[str, Any], key: str, wait: int) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if wait:
            headers["Prefer"] = f"wait={wait}"
        timeout = httpx2.Timeout(10 + wait, connect=3)
        return self._answer("POST", address, content=json.dumps(asked), headers=headers, timeout=timeout)

    def _answer(self, method: str, address: str, **how: Any) -> dict[str, Any]:
        with self._sentences():
            answer = self._http.request(method, address, **how)
        return self._read(answer)

    def _read(self, answer: httpx2.Response) -> dict[str, Any]:
        data = _data(answer)
        if answer.is_error or not isinstance(data, dict):
            raise self._refusal(answer)
        return data

    def _refusal(self, answer: httpx2.Response) -> Failed:
        """What the server says, and whose fault it is: the request, the server, or another program at this address."""
        document = _data(answer)
        if not isinstance(document, dict) or "detail" not in document:
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


def given(asked: Mapping[str, Any]) -> dict[str, Any]:
    """What was said of all that can be said."""
    return {name: value for name, value in asked.items() if value is not None}


def _address(interaction_id: str) -> str:
    return f"/v1/interactions/{quote(interaction_id, safe='')}"


def _data(answer: httpx2.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        return None
