"""Logs hold no personal data: our own moments, and what libraries say."""

import json
import subprocess
import sys

import pytest

from callcenter.settings import PROJECT

SCRIPT = """
import logging
from callcenter import telemetry
telemetry.configure("INFO", "{form}")
telemetry.emit(
    "event_dead_lettered", service="policy", event_type="ConversationHeld", attempt=1,
    interaction_id="00000000-0000-4000-8000-000000000007", reason="permanent",
    error="The wrap-up says '4242 4242 4242 4242' of dana@example.com; see ('127.0.0.1', 5672)",
)
telemetry.emit("service_started", service="intake", address="http://203.0.113.9:8000")
secret = "dana@example.com"
logging.getLogger("library").warning("no account %s", secret)
try:
    raise ValueError(f"no account {{secret}}")
except ValueError:
    logging.getLogger("library").exception("it failed")
"""


def logged(form: str) -> str:
    command = [sys.executable, "-W", "error", "-c", SCRIPT.format(form=form)]
    ran = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=True)
    return ran.stderr


@pytest.mark.parametrize("form", ["json", "text"])
def test_no_line_has_personal_data(form: str) -> None:
    lines = logged(form)
    assert "ValueError" in lines
    assert lines.count("[email]") >= 3
    assert "dana" not in lines
    assert "4242" not in lines


def test_ids_types_and_our_own_addresses_come_through() -> None:
    first, second, *_ = map(json.loads, logged("json").splitlines())
    assert first["error"] == "The wrap-up says '[card]' of [email]; see ('127.0.0.1', 5672)"
    assert first["interaction_id"] == "00000000-0000-4000-8000-000000000007"
    assert (first["event"], first["event_type"], first["reason"]) == (
        "event_dead_lettered",
        "ConversationHeld",
        "permanent",
    )
    assert second["address"] == "http://203.0.113.9:8000"
