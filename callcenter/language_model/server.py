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
_REST = 60.0
"""Seconds for which a server that failed is left alone: a conversation must not wait for it at every turn."""

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
        self._rests_until = clock()

    @property
    def model(self) -> str:
        """The model that is asked for."""
        return self._settings.llm_model

    def deadline(self) -> float:
        """By when an answer that is asked for now has to be there, in the time of the event loop."""
        return asyncio.get_running_loop().time() + self._settings.llm_timeout

    async def complete(
        self, messages: Messages, tokens: int, schema: dict[str, Any] | None = None, *, until: float | None = None
    ) -> str:
        """The text of one completion of up to so many tokens, in the form of a JSON schema; raises Unusable.

        `until` is its deadline where it is not asked for alone.
        """
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
        headers = {"Authorization": f"Bearer {key.get_secret_value()}"} if key and key.get_secret_value() else {}
        try:
            answer = await self._answer(body, headers, self.deadline() if until is None else until)
        except Unusable:
            self._rests_until = self._clock() + _REST
            raise
        return _content(answer)

    async def _answer(self, body: dict[str, Any], headers: dict[str, str], until: float) -> Answer:
        """Whole and in time, or Unusable."""
        url, seconds = f"{self._settings.llm_url.rstrip('/')}/chat/completions", self._settings.llm_timeout
        try:
            async with asyncio.timeout_at(until), httpx2.AsyncClient(timeout=None) as client:
                answer = await ask(client, "POST", url, _LONGEST, json=body, headers=headers)
        except TimeoutError:
            raise Unusable(f"the language model's server did not answer within {seconds:g} s") from None
        except (httpx2.HTTPError, httpx2.InvalidURL) as trouble:
            raise Unusable(str(trouble) or type(trouble).__name__) from trouble
        if not answer.ok:
            raise Unusable(f"the language model's server answers {answer.status}")
        return answer

    def _spend(self) -> None:
        """Raises Unusable while a server that failed is left alone, and once LLM_BUDGET a minute is spent."""
        now = self._clock()
        if now < self._rests_until:
            raise Unusable("the language model's server failed less than a minute ago and is left alone")
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
