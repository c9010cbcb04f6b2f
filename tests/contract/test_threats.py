"""Each threat in docs/threats.md names the test that shows what holds it, and that test is there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in (ROOT / "docs" / "threats.md").read_text().splitlines()
    if line.startswith("| ") and not line.startswith("| Who attacks")
]
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


@cache
def names_in(file: str) -> set[str]:
    path = ROOT / file
    tree = ast.parse(path.read_text()) if path.is_file() else ast.Module([], [])
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_has_its_tests_and_they_exist(row: list[str]) -> None:
    threat, held, told = row
    assert threat
    assert held
    named = NAMED.findall(told)
    assert named, "name the test that shows it"
    assert NAMED.sub("", told).strip(" ,|") == "", "nothing but tests stands in the last column"
    assert [f"{file}::{name}" for file, name in named if name not in names_in(file)] == []


def test_there_are_threats_of_every_kind() -> None:
    assert len(ROWS) > 40
    assert len({row[0] for row in ROWS}) == len(ROWS)
