"""An OpenAI-compatible server: one completion at a time, within a budget; whatever goes wrong is one exception."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import httpx2

from callcenter.http.answers import Answer, ask
from callcenter.settings import LanguageModelSettings

_MINUTE = 60.0
_LONGEST = 1024 * 1024
"""Bytes of an answer; a completion has a few thousand."""

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
        return _content(await self._answer(body, {"Authorization": f"Bearer {key}"} if key else {}))

    async def _answer(self, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        """Whole and in time, or Unusable."""
        url, seconds = f"{self._settings.llm_url.rstrip('/')}/chat/completions", self._settings.llm_timeout
        try:
            async with asyncio.timeout(seconds), httpx2.AsyncClient(timeout=None) as client:
                answer = await ask(client, "POST", url, _LONGEST, json=body, headers=headers)
        except TimeoutError:
            raise Unusable(f"the language model's server did not answer within {seconds:g} s") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
            raise Unusable(str(trouble) or type(trouble).__name__) from trouble
        if not answer.ok:
            raise Unusable(f"the language model's server answers {answer.status}")
        return answer

    def _spend(self) -> None:
        """Raises Unusable once LLM_BUDGET requests went out within a minute."""
        now = self._clock()
        while self._asked and now - self._asked[0] >= _MINUTE:
            self._asked.popleft()
        if len(self._asked) >= self._settings.llm_budget:
            raise Unusable(f"LLM_BUDGET: {self._settings.llm_budget} requests a minute are spent")
        self._asked.append(now)


def _content(response: Answer) -> str:
    try:
        said = response.json()["choices"][0]["message"]["content"]
    except (ValueError, KeyError, IndexError, TypeError):
        raise Unusable("the language model's server did not answer in the form of chat completions") from None
    if not isinstance(said, str):
        raise Unusable("the language model answered without text")
    return said
