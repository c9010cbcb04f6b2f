"""What a finished record says: facts, reasons, decisions, actions, and whether a person takes over."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

Json = dict[str, Any]
HANDED_OVER = {"unclear", "human_requested", "abusive", "unsupported_language"}


class Done(NamedTuple):
    """An action that was approved, by which decision."""

    name: str
    amount: str | None
    decision: Json

    def __str__(self) -> str:
        return self.name + (f" {self.amount}" if self.amount else "")


@dataclass(frozen=True)
class Record:
    """The record of one interaction, as the API shows it."""

    raw: Json

    @classmethod
    def of(cls, state: Json) -> "Record":
        return cls(state.get("record") or {})

    @cached_property
    def facts(self) -> dict[str, list[str]]:
        """Name and all values, in the order in which they were said."""
        found: dict[str, list[str]] = {}
        for entity in self.raw.get("entities") or []:
            if entity.get("value") is not None:
                found.setdefault(entity["name"], []).append(str(entity["value"]))
        return found

    @cached_property
    def reasons(self) -> tuple[str | None, list[str]]:
        """The main one and the further ones; those so far, where the talk has not ended."""
        main = self.raw.get("contact_reason")
        further = [reason["code"] for reason in self.raw.get("secondary_reasons") or []]
        if not main and not self.outcome:
            so_far = [reason["code"] for reason in self._dialogue.get("reasons") or []]
            return (so_far or [None])[0], so_far[1:]
        return (main or {}).get("code"), further

    @property
    def outcome(self) -> str | None:
        return self.raw.get("outcome")

    @property
    def priority(self) -> str | None:
        return (self.raw.get("ticket") or {}).get("priority")

    @property
    def ticket(self) -> str:
        return (self.raw.get("ticket") or {}).get("ticket_id") or "?"

    @cached_property
    def decisions(self) -> list[Json]:
        return list((self.raw.get("policy") or {}).get("decisions") or [])

    @property
    def verdicts(self) -> list[str | None]:
        return [decision.get("verdict") for decision in self.decisions]

    @cached_property
    def done(self) -> list[Done]:
        """Every action that was approved."""
        return [
            Done(action["name"], action.get("amount"), decision)
            for decision in self.decisions
            if decision.get("verdict") == "allow" and (action := decision.get("action"))
        ]

    @property
    def handed_over(self) -> bool:
        """Whether a person takes over."""
        state = (self.raw.get("escalation") or {}).get("state")
        policy = (self.raw.get("policy") or {}).get("verdict")
        return (
            self.outcome in HANDED_OVER or state not in (None, "", "none") or "needs_review" in [policy, *self.verdicts]
        )

    @property
    def transcript(self) -> list[Json]:
        return self.raw.get("transcript") or []

    @property
    def agent_words(self) -> str:
        """All that the agent said."""
        return "\n".join(turn["text"] for turn in self.transcript if turn["speaker"] == "agent")

    @property
    def last_words(self) -> str:
        """What the agent has said since the customer last spoke."""
        words: list[str] = []
        for turn in reversed(self.transcript):
            if turn["speaker"] != "agent":
                break
            words.append(turn["text"])
        return "\n".join(reversed(words))

    @property
    def last_act(self) -> str:
        """What the agent last did, as `ask email`."""
        acts = self._dialogue.get("acts") or []
        return f"{acts[-1].get('kind') or ''} {acts[-1].get('slot') or ''}".strip() if acts else ""

    @property
    def _dialogue(self) -> Json:
        return self.raw.get("dialogue") or {}
