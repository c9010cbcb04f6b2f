"""A live conversation over the API, as its customer has it: what was said, and who has the word."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from services.cli.client import ENDED, Client

PATIENCE = 10
"""Seconds that the server may take with an answer before it is looked for again and again."""

Turn = dict[str, Any]


class Talk:
    """Each turn is told once, in its order, and each end.

    Where AUTH is on, the answer to the first words carries the secret of the conversation: with it we go on, as the
    customer, and with no other right. A message to a conversation that has ended opens the one that follows it.
    """

    def __init__(self, client: Client, tell: Callable[[Turn], None], end: Callable[[dict[str, Any]], None]) -> None:
        self.client, self.view, self.secret = client, dict[str, Any](), None
        self._tell, self._end, self._told = tell, end, 0
        self._unheard: tuple[str, str] | None = None

    @property
    def id(self) -> str:
        """Of the conversation."""
        return str(self.view["id"])

    @property
    def ended(self) -> bool:
        """Whether what is said now opens another one."""
        return self.view["status"] in ENDED

    @property
    def answered(self) -> bool:
        """Whether the customer has the word: it has ended, or somebody else spoke last."""
        turns = self.turns
        return self.ended or (self.view["status"] == "waiting" and bool(turns) and turns[-1]["speaker"] != "customer")

    @property
    def turns(self) -> list[Turn]:
        """What was said; before anybody has worked on it there is only the request, or nothing."""
        record = self.view["record"]
        first = {"turn": 0, "at": self.view["created_at"], "speaker": "customer", **record["request"]}
        return record.get("transcript") or ([first] if first["text"] else [])

    def open(self, asked: dict[str, Any]) -> None:
        """Begin; the greeting may be there already."""
        self._take(self.client.create({"mode": "live", **asked}, PATIENCE))

    def resume(self, interaction_id: str) -> None:
        """Go on with one that there is."""
        self._take(self.client.interaction(interaction_id))

    def say(self, text: str) -> None:
        """Say it; most answers are there when this returns. What failed and is said again is heard once."""
        if self._unheard is None or self._unheard[0] != text:
            self._unheard = (text, str(uuid4()))
        view = self.client.say(self.id, text, self._unheard[1], PATIENCE)
        self._unheard = None
        self._take(view)

    def look(self) -> None:
        """See whether somebody spoke."""
        if newer := self.client.newer(self.id, self.view["rev"]):
            self._take(newer)

    def _take(self, view: dict[str, Any]) -> None:
        if secret := view.get("token"):
            self.secret = secret
            self.client.go_on_as(secret)
        before, self.view = self.view, view
        if before.get("id") != view["id"]:
            self._told = 0
        news = self.turns[self._told :]
        self._told += len(news)
        for turn in news:
            self._tell(turn)
        if self.ended and (before.get("id"), before.get("status")) != (view["id"], view["status"]):
            self._end(view)
