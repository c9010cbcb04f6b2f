"""What a finished record says was decided and done."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

Json = dict[str, Any]


class Done(NamedTuple):
    """An action that was approved, and the thing it is about by the facts that name it."""

    name: str
    amount: str | None
    about: dict[str, str]


@dataclass(frozen=True)
class Record:
    """One interaction, as the API shows it."""

    view: Json

    @property
    def id(self) -> str:
        """The interaction."""
        return str(self.view["id"])

    @property
    def ended(self) -> bool:
        """Whether it was decided."""
        return bool(self.view["status"] == "completed")

    @property
    def _record(self) -> Json:
        return self.view.get("record") or {}

    @cached_property
    def decisions(self) -> list[Json]:
        """What was decided about each reason."""
        return list((self._record.get("policy") or {}).get("decisions") or ())

    @cached_property
    def done(self) -> list[Done]:
        """Every action that was approved."""
        return [self._done(one) for one in self.decisions if one["verdict"] == "allow" and one.get("action")]

    def _done(self, decision: Json) -> Done:
        stated = {entity["name"]: str(entity["value"]) for entity in self._record.get("entities") or ()}
        action = decision["action"]
        amount = action.get("amount")
        return Done(action["name"], None if amount is None else str(amount), stated | (decision.get("about") or {}))

    @cached_property
    def under_way(self) -> list[Done]:
        """What was agreed in an earlier contact of this customer, and so was told and not done again."""
        told = [(one.get("facts") or {}).get("under_way") for one in self.decisions if one["verdict"] == "allow"]
        found = [one for one in told if isinstance(one, dict) and one.get("action")]
        return [Done(one["action"], one.get("amount"), one.get("about") or {}) for one in found]

    @property
    def outcome(self) -> str | None:
        """How the conversation ended."""
        return self._record.get("outcome")

    @property
    def priority(self) -> str | None:
        """Of its ticket."""
        return (self._record.get("ticket") or {}).get("priority")

    @property
    def transcript(self) -> list[tuple[str, str]]:
        """Who said what."""
        return [(turn["speaker"], turn["text"]) for turn in self._record.get("transcript") or ()]

    def words_of(self, speaker: str) -> str:
        """All that one side said."""
        return "\n".join(text for who, text in self.transcript if who == speaker)
