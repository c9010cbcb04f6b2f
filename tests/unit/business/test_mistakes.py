"""Mistakes are told in words: what to write, with an example."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from callcenter.business import Profile, load
from callcenter.errors import BusinessError
from callcenter.mistakes import PATTERNS
from services.agent.reasons import ContactReasons
from services.cli.business.scenarios import Scenarios
from services.policy.accounts import AccountsSheet
from services.policy.rulebook import Rulebook
from services.summary.wrap_up import WrapUp
from services.ticketing.desks import Desks

SHEETS = (Profile, ContactReasons, Rulebook, AccountsSheet, Desks, WrapUp, Scenarios)


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        schema = list(schema.values())
    for part in schema if isinstance(schema, list) else ():
        yield from patterns(part)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_pattern_of_a_file_has_an_example(sheet: Any) -> None:
    assert set(patterns(sheet.model_json_schema())) - set(PATTERNS) == set()


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_examples_fit(pattern: str) -> None:
    for example in re.split(r", | or ", PATTERNS[pattern].partition(":")[0]):
        assert re.search(pattern, example), example


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: We say: no", 'line 1, column 13: put a text that holds ": " in quotes, like title: "'),
        ("a: 1\nname: !has(x)", "line 2, column 7: put a text that begins with ! in single quotes, like when: '!has("),
        ("a:\n\tb: 1", "line 2, column 1: indent with blanks, not tabs"),
        ("a: @home", "put a text that begins with @, % or ` in quotes"),
        ("a: *star", "put a text that begins with * or & in quotes"),
        ('a: "one "two" three"\n', "line 1, column 10: look here and above for a wrong indent, or a quote"),
        ('a: "one\nb: 2\n', "a quote is opened, and not closed"),
    ],
)
def test_what_is_no_yaml_is_told_with_what_to_write(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "business.yaml").write_text(text)
    with pytest.raises(BusinessError, match=re.escape("business.yaml is not valid YAML: ")) as refusal:
        load(tmp_path, "business.yaml", Profile)
    assert told in str(refusal.value)
