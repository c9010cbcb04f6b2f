"""The whole house in a process of its own, with a pattern of a business that one text would keep busy for ever."""

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from callcenter.settings import PROJECT
from tests.brokers import free_ports
from tests.e2e.conftest import environment, wait_until_ready

TRAP = r"pattern: '(?:a|aa)+!|(?<![\w$.-])\d{5}(?![\w-])'"
BAIT = {"text": "my order is " + "a" * 100, "mode": "simulated"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """Its address and its process."""
    reasons = shutil.copytree(PROJECT / "businesses" / "retail", tmp_path / "retail") / "contact_reasons.yaml"
    text, changed = re.subn(r"pattern: '.*d\{5\}.*'", lambda _: TRAP, reasons.read_text())
    assert changed == 1
    reasons.write_text(text)
    (port,) = free_ports(1)
    env = environment(HTTP_PORT=str(port), BUSINESSES_DIR=str(tmp_path), UNDERSTANDING_ENGINE="lite")
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([sys.executable, "-m", "services"], cwd=PROJECT, env=env, stdout=log, stderr=log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}", process, tmp_path / "log")
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def test_the_text_goes_to_a_person_and_the_house_goes_on(house: tuple[str, "subprocess.Popen[bytes]"]):
    address, process = house
    view = httpx2.post(f"{address}/v1/interactions", json=BAIT, headers={"Prefer": "wait=60"}, timeout=90).json()
    assert (view["status"], view["record"]["outcome"]) == ("completed", "unclear")
    assert view["record"]["policy"]["verdict"] == "needs_review"
    assert httpx2.get(f"{address}/readyz", timeout=10).status_code == 200
    process.terminate()
    assert process.wait(30) == 0


def test_it_ends_when_it_is_told_to_in_the_midst_of_reading(house: tuple[str, "subprocess.Popen[bytes]"]):
    address, process = house
    httpx2.post(f"{address}/v1/interactions", json=BAIT, timeout=30)
    time.sleep(0.5)
    process.terminate()
    assert process.wait(30) == 0
