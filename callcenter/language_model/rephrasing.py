"""Sentences put more freely by a language model; facts are locked, and it promises nothing."""

import re
from collections.abc import Sequence

from callcenter.language_model.server import ChatServer, Unusable
from callcenter.telemetry import emit

_FACT = r"\S*[\d@](?:\S*[\w%])?"
_MARK = re.compile(r"\[\[\d+\]\]")
_PROMISE = re.compile(
    r"\b(?:approv\w+|guarantee\w*|promis\w+|refund\w*|credit\w*|compensat\w+|free|waive\w*|certainly get"
    r"|you'?ll (?:get|receive))\b",
    re.I,
)
_RULES = (
    "Copy every mark like [[1]] exactly once. Add no facts, no figures, no promises. Answer with the new text alone."
)
_LONGEST = 2.0
"""How much longer than the original the new text may be."""


class Rephrasing:
    """Rephrases where there is a server, and keeps our own words where the result cannot be trusted.

    `service` is who is speaking, `task` how it should sound; `names` and `patterns` (regular expressions) are locked.
    """

    def __init__(
        self,
        server: ChatServer | None = None,
        task: str = "",
        service: str = "",
        *,
        names: Sequence[str] = (),
        patterns: Sequence[str] = (),
    ) -> None:
        self._service, self._task = service, f"{task} {_RULES}"
        self._server = server
        self._locked = re.compile("|".join([*patterns, *(re.escape(name) for name in names if name), _FACT]))

    async def put(self, text: str) -> str:
        """The text in other words, or the text itself. What is locked never leaves this process."""
        if self._server is None:
            return text
        facts: list[str] = []
        marked = self._locked.sub(lambda fact: _mark(facts, fact[0]), text)
        messages = [{"role": "system", "content": self._task}, {"role": "user", "content": marked}]
        try:
            said = (await self._server.complete(messages, 2 * len(marked))).strip()
        except Unusable as trouble:
            emit("wording_kept", service=self._service, reason=str(trouble))
            return text
        if why := objection(marked, said):
            emit("wording_kept", service=self._service, reason=why)
            return text
        return _MARK.sub(lambda mark: facts[int(mark[0].strip("[]")) - 1], said)


def objection(marked: str, said: str) -> str | None:
    """Why the new text may not take the place of the old one; None where it may."""
    if not said or len(said) > _LONGEST * len(marked) + 20:
        return "nothing, or far too much, was said"
    if sorted(_MARK.findall(said)) != sorted(_MARK.findall(marked)):
        return "a fact is missing or said twice"
    if re.search(r"\d", _MARK.sub("", said)):
        return "it has a figure of its own"
    if said.count("?") != marked.count("?"):
        return "it asks something else"
    known = {word.lower() for word in _PROMISE.findall(marked)}
    return None if {word.lower() for word in _PROMISE.findall(said)} <= known else "it promises something"


def _mark(facts: list[str], fact: str) -> str:
    facts.append(fact)
    return f"[[{len(facts)}]]"
