"""The closed vocabularies of the contract, and what every section of the dossier has in common."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1
"""The major version of all events. Fields are only ever added; a new meaning gets a new name."""

Speaker = Literal["customer", "agent", "human_agent", "system"]
Level = Literal["low", "medium", "high"]
Verdict = Literal["allow", "deny", "needs_review", "needs_info"]
Outcome = Literal[
    "understood", "unclear", "human_requested", "abusive", "unsupported_language", "withdrawn", "abandoned", "emergency"
]
Danger = Literal["self_harm", "emergency", "threat", "fraud"]
"""What stops every form: somebody may come to harm, or is being robbed at this moment."""
Priority = Literal["P1", "P2", "P3", "P4"]
Persona = Literal["plain", "terse", "chatty", "angry", "vague", "typo_prone", "forgetful", "changes_mind", "impostor"]
Mode = Literal["simulated", "live"]
ActKind = Literal[
    "greet",
    "clarify",
    "calm",
    "offer_person",
    "ask",
    "repeat",
    "confirm",
    "amend",
    "check",
    "hand_over",
    "unclear",
    "abusive",
    "unsupported",
    "withdraw",
    "time_out",
    "offer",
    "wait",
    "emergency",
    "anything_else",
    "farewell",
]
Status = Literal["queued", "running", "waiting", "completed", "failed"]
TicketStatus = Literal["new", "open", "pending", "resolved", "closed", "reopened"]


class Section(BaseModel):
    """A part of the dossier: immutable, and tolerant of fields that a newer version added."""

    model_config = ConfigDict(frozen=True, extra="ignore")
