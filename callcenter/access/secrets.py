"""Secrets that are shown once: of keys and sessions, kept as a hash alone; and of conversations, made again each time.

They are 256 random bits, so a plain SHA-256 cannot be guessed back; what they begin with tells what they are.
"""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from secrets import token_urlsafe

KEY, SESSION, CONVERSATION = "cc_", "cs_", "ct_"


def fresh(kind: str) -> str:
    """A new one."""
    return f"{kind}{token_urlsafe(32)}"


def digest(secret: str) -> str:
    """What is kept of it."""
    return sha256(secret.encode()).hexdigest()


def of_conversation(interaction_id: str, house: bytes) -> str:
    """The secret of a live conversation; `house` is that of the deployment, and without it nobody can make this one."""
    mac = hmac.digest(house, f"conversation\0{interaction_id}".encode(), "sha256")
    return f"{CONVERSATION}{interaction_id}.{urlsafe_b64encode(mac).decode().rstrip('=')}"


def conversation_of(secret: str, house: bytes) -> str | None:
    """Whose conversation it is the secret of; None where it is none."""
    interaction_id = secret.removeprefix(CONVERSATION).partition(".")[0]
    right = hmac.compare_digest(of_conversation(interaction_id, house).encode(), secret.encode())
    return interaction_id if right else None
