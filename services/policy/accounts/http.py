"""Accounts from the company's own CRM: `GET {url}/{business}/accounts?fact=email&value=...`.

200 with the account as JSON; 404 with {"matches": 0} for none; 409 with {"matches": 2} for several. The body tells this
404 from that of a wrong address or of a gateway before a CRM that is down.
"""

import ssl
from typing import Any

import httpx2

from callcenter import __version__
from callcenter.errors import Permanent, Unavailable
from callcenter.http.answers import Answer, ask
from services.policy.accounts import Account, key_of
from services.policy.accounts.patience import Patience
from services.policy.accounts.shape import Shape

LONGEST = 1024 * 1024
"""Bytes of an answer: an account with thousands of orders."""

FOUND, NONE, SEVERAL = 200, 404, 409
REFUSED = (400, 414, 422)
"""Answers that will be the same for the same question. Any other status is one that a person or time will mend."""


def client(url: str, token: str | None) -> httpx2.AsyncClient:
    """Connections to the CRM. Redirects are not followed: they would carry the token elsewhere."""
    headers = {"User-Agent": f"callcenter/{__version__}", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    # The limit of time is that of Patience. Without trust_env the proxy of a network would be asked for the CRM, while
    # OpenSSL's own context knows the certificate authorities of the machine, which a company has for its servers.
    tls = ssl.create_default_context()
    return httpx2.AsyncClient(base_url=url, headers=headers, timeout=None, trust_env=False, verify=tls)


class HttpAccounts:
    """See Accounts."""

    def __init__(self, http: httpx2.AsyncClient, business: str, shape: Shape, patience: Patience) -> None:
        self._http, self._business, self._shape, self._patience = http, business, shape, patience

    async def find(self, fact: str, value: str) -> Account | None:
        """See Accounts.find."""
        key = key_of(fact, value)
        return await self._patience.wait_for(lambda: self._ask(fact, key)) if key else None

    async def close(self) -> None:
        """See Accounts.close."""
        await self._http.aclose()

    async def _ask(self, fact: str, key: str) -> Account | None:
        try:
            question = {"fact": fact, "value": key}
            answer = await ask(self._http, "GET", f"{self._business}/accounts", LONGEST, params=question)
        except httpx2.HTTPError as error:
            raise Unavailable(f"{self._patience.source} cannot be reached ({type(error).__name__}).") from None
        body = _body(answer)
        if answer.status == FOUND:
            return self._shape.account(body, fact, key)
        matches = body.get("matches") if isinstance(body, dict) else None
        if (answer.status, matches) == (NONE, 0) or (answer.status == SEVERAL and matches):
            return None
        if answer.status in REFUSED:
            raise Permanent(f"{self._patience.source} refuses the question for {fact} ({answer.status}).")
        raise Unavailable(f"{self._patience.source} answers {answer.status}, and not as was agreed with it.")


def _body(answer: Answer) -> Any:
    """The JSON of an answer; None where it is something else."""
    try:
        return answer.json()
    except ValueError:
        return None
