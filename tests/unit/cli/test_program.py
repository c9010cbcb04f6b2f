"""The frame of all commands: version, completion, and the guide that names each of them."""

import re
import subprocess
from pathlib import Path

import pytest
import typer.main

from callcenter import __version__
from services.cli import app
from services.cli.completion import ASKED_BY
from tests.unit.cli.house import callcenter

GUIDE = Path(__file__).resolve().parents[3] / "docs" / "user-guide.md"
COMMANDS: dict[str, object] = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def table(head: str) -> dict[str, str]:
    """First cell of each row of the guide's table with this head, to the others."""
    rows = GUIDE.read_text().partition(f"| {head} |")[2].partition("\n\n")[0].splitlines()[2:]
    return dict(row.strip("|").split("|", 1) for row in rows)


def test_the_guide_names_every_command_and_no_other() -> None:
    assert {name for cell in table("Command") for name in re.findall(r"`([^`]+)`", cell)} == set(COMMANDS)


def test_the_guide_names_every_command_for_tickets() -> None:
    (told,) = [row for cell, row in table("Command").items() if "`tickets`" in cell]
    assert set(re.findall(r"`([^`]+)`", told)) == set(COMMANDS["tickets"].commands)  # type: ignore[attr-defined]


def test_the_guide_and_the_help_tell_every_exit_code() -> None:
    assert [cell.strip() for cell in table("Exit code")] == ["0", "1", "2", "3", "4"]
    told = " ".join(callcenter("--help").out.split())
    assert all(re.search(rf"\b{code} ", told.partition("Exit codes:")[2]) for code in range(5))


def test_the_version_is_told() -> None:
    ended = callcenter("--version")
    assert (ended.code, ended.out, ended.err) == (0, f"callcenter {__version__}\n", "")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_is_told_how_to_complete(shell: str) -> None:
    ended = callcenter("completion", shell)
    assert (ended.code, ended.err) == (0, "")
    assert f"{ASKED_BY}=complete_{shell}" in ended.out


def test_what_the_script_asks_for_is_answered() -> None:
    asked = {"bash": {"COMP_WORDS": "callcenter tickets re", "COMP_CWORD": "2"}}
    asked["zsh"] = asked["fish"] = {"_TYPER_COMPLETE_ARGS": "callcenter tickets re"}
    for shell, words in asked.items():
        ended = callcenter(**{ASKED_BY: f"complete_{shell}", "_TYPER_COMPLETE_FISH_ACTION": "get-args", **words})
        assert ended.code == 0
        assert all(name in ended.out for name in ("resolve", "reopen")), ended.out
        assert "merge" not in ended.out


def test_the_script_is_one_that_bash_takes() -> None:
    script = f"{callcenter('completion', 'bash').out}\ncomplete -p callcenter"
    taken = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "_callcenter_completion" in taken.stdout


def test_a_shell_that_there_is_not() -> None:
    ended = callcenter("completion", "csh")
    assert (ended.code, ended.out, "bash" in ended.err) == (2, "", True)
