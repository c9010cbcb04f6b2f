"""What the company's own system does: `POST` of each order, signed as our webhooks are, with an `Idempotency-Key`.

2xx: it is done; a `reference` in the JSON of the answer is kept. 408, 409, 425 and 429, and all else that is no answer
from 400 to 499: nobody knows yet. The other 4xx: it refuses; a `reason` in the JSON of the answer is kept.
"""

import ssl
from datetime import datetime
from typing import Any

import httpx2
import orjson

from callcenter import __version__
from callcenter.errors import Unavailable
from callcenter.events import ActionOrder
from callcenter.http.answers import Answer, ask
from callcenter.http.signing import signed
from services.policy.accounts import Account
from services.policy.accounts.patience import Patience
from services.policy.actions import Done, NotDone

LONGEST = 64 * 1024
"""Bytes of an answer."""

LONGEST_WORDS = 300
"""Characters that are kept of what the other system says."""

REFUSED = range(400, 500)
NOT_YET = (408, 409, 425, 429)
"""Not a refusal: it took too long, or the same key is being worked on, or there is too much of it just now."""


def client() -> httpx2.AsyncClient:
    """Connections to the system. Redirects are not followed, and no proxy is asked."""
    headers = {"User-Agent": f"callcenter/{__version__}", "Content-Type": "application/json"}
    # The limit of time is that of Patience; as for accounts, OpenSSL knows the authorities of the machine.
    return httpx2.AsyncClient(headers=headers, timeout=None, trust_env=False, verify=ssl.create_default_context())


class HttpActions:
    """See Actions. What it did shows in the accounts that the company's system tells."""

    name = "the company's system"

    def __init__(self, http: httpx2.AsyncClient, url: str, key: bytes, patience: Patience) -> None:
        self._http, self._url, self._secret, self._patience = http, url, key, patience

    def takes(self, order: ActionOrder) -> bool:  # noqa: ARG002 - the signature of the port
        """See Actions.takes."""
        return True

    async def carry_out(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        """See Actions.carry_out."""
        return await self._patience.wait_for(lambda: self._post(order, now))

    async def shown(self, account: Account, only: str | None = None) -> Account:  # noqa: ARG002 - as above
        """See Actions.shown."""
        return account

    async def close(self) -> None:
        """See Actions.close."""
        await self._http.aclose()

    async def _post(self, order: ActionOrder, now: datetime) -> Done | NotDone:
        body = orjson.dumps({"type": "action.agreed", "data": asked(order)})
        headers = {**signed(self._secret, order.key, body, now), "Idempotency-Key": order.key}
        try:
            answer = await ask(self._http, "POST", self._url, LONGEST, headers=headers, content=body)
        except httpx2.HTTPError as error:
            raise Unavailable(f"{self._patience.source} cannot be reached ({type(error).__name__}).") from None
        if answer.ok:
            return Done(now, _told(answer, "reference") or None)
        if answer.status in REFUSED and answer.status not in NOT_YET:
            return NotDone(_told(answer, "reason") or f"{self._patience.source} answers {answer.status}")
        raise Unavailable(f"{self._patience.source} answers {answer.status}.")


def asked(order: ActionOrder) -> dict[str, Any]:
    """What the other system is told: all but our own sentences."""
    return order.model_dump(mode="json", exclude={"decision", "done", "failed"})


def _told(answer: Answer, name: str) -> str:
    """A text in the JSON of an answer, in one line; empty where there is none."""
    try:
        told = answer.json()
    except ValueError:
        return ""
    text = told.get(name) if isinstance(told, dict) else None
    return " ".join(str(text).split())[:LONGEST_WORDS] if isinstance(text, str | int) else ""
