"""What an interaction is known by, and the clock."""

import os
import time
from datetime import UTC, datetime
from uuid import UUID


def new_interaction_id() -> str:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, then random, so that ids sort by time of creation."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10))
    return str(UUID(int=(value & ~(0xF << 76) & ~(0x3 << 62)) | (0x7 << 76) | (0x2 << 62)))


def utc_now() -> datetime:
    """The clock of production; tests pass another."""
    return datetime.now(UTC)
