"""An OpenAI-compatible server: one completion at a time, within a budget; whatever goes wrong is one exception."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

import httpx2

from callcenter.settings import LanguageModelSettings

_MINUTE = 60.0
Messages = list[dict[str, str]]


class Unusable(Exception):
    """The server's answer cannot be had or used; the message says why."""


class ChatServer:
    """The server that the settings name. LLM_BUDGET counts the requests of this object."""

    def __init__(self, settings: LanguageModelSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings, self._clock = settings, clock
        self._asked: deque[float] = deque()

    async def complete(self, messages: Messages, tokens: int, schema: dict[str, Any] | None = None) -> str:
        """The text of one completion of up to so many tokens, in the form of a JSON schema; raises Unusable."""
        self._spend()
        body: dict[str, Any] = {
            "model": self._settings.llm_model,
            "messages": messages,
            "temperature": 0,
            "max_tokens": tokens,
        }
        if schema is not None:
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        key = self._settings.llm_key
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url = f"{self._settings.llm_url.rstrip('/')}/chat/completions"
        try:
            async with httpx2.AsyncClient(timeout=self._settings.llm_timeout) as client:
                response = await client.post(url, json=body, headers=headers)
                response.raise_for_status()
        except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
            raise Unusable(str(trouble) or type(trouble).__name__) from trouble
        return _content(response)

    def _spend(self) -> None:
        """Raises Unusable once LLM_BUDGET requests went out within a minute."""
        now = self._clock()
        while self._asked and now - self._asked[0] >= _MINUTE:
            self._asked.popleft()
        if len(self._asked) >= self._settings.llm_budget:
            raise Unusable(f"LLM_BUDGET: {self._settings.llm_budget} requests a minute are spent")
        self._asked.append(now)


def _content(response: httpx2.Response) -> str:
    try:
        said = response.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise Unusable("the language model's server did not answer in the form of chat completions") from None
    if not isinstance(said, str):
        raise Unusable("the language model answered without text")
    return said
