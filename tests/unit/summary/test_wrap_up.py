from pathlib import Path
from typing import Any

import pytest
import yaml

from callcenter.business import load
from callcenter.errors import BusinessError
from services.summary.case import Case
from services.summary.wrap_up import Line, Text, WrapUp, choose

from .conftest import RETAIL

CASE = Case("understood", "deny", "refund_request", "/returns/refund", mood="negative", status="resolved", proved=True)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({}, True),
        ({"verdicts": ["deny", "allow"]}, True),
        ({"verdicts": ["allow"]}, False),
        ({"reasons": ["/returns"]}, True),
        ({"reasons": ["refund_request"]}, True),
        ({"reasons": ["/return"]}, False),
        ({"actions": ["none"]}, True),
        ({"actions": ["some"]}, False),
        ({"moods": ["negative"], "statuses": ["resolved"]}, True),
        ({"moods": ["negative"], "statuses": ["open"]}, False),
        ({"outcomes": ["abusive"]}, False),
        ({"proved": True}, True),
        ({"proved": False}, False),
    ],
)
def test_all_conditions_must_fit(condition: dict[str, Any], fits: bool) -> None:
    assert Line.model_validate(condition).fits(CASE) is fits


def test_an_action_fits_by_its_name_or_as_any() -> None:
    case = Case("understood", "allow", action="refund", mood="neutral", status="open", proved=True)
    wanted = [["refund"], ["some"], ["none"], ["exchange"]]
    assert [Line(actions=tuple(names)).fits(case) for names in wanted] == [True, True, False, False]


def test_the_first_line_that_fits_is_taken() -> None:
    lines = (Text(verdicts=("allow",), text="one"), Text(moods=("negative",), text="two"), Text(text="three"))
    assert choose(lines, CASE).text == "two"


def changed(tmp_path: Path, place: str, value: Any) -> Path:
    content = yaml.safe_load((RETAIL / "wrap_up.yaml").read_text(encoding="utf-8"))
    *parents, last = place.split(".")
    part = content
    for name in parents:
        part = part[name]
    part[last] = value
    (tmp_path / "wrap_up.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        ("wording.short", [{"text": "{resaon}"}], "no fact is named {resaon}"),
        ("wording.short", [{"text": "{amount}"}], "{amount} may be empty"),
        ("wording.short", [{"text": "{opening}"}], "no fact is named {opening}"),
        ("wording.short", [{"verdicts": ["deny"], "text": "No."}], "the last line must have no condition"),
        ("wording.reply", [{"text": "{opening} {promise}"}], "a reply must contain {decision}, {also}, {ticket}"),
        ("wording.reply", [{"text": "Call 555-0100"}], "write no figures here"),
        ("wording.short", [{"moods": ["furious"], "text": "x"}], "negative, neutral or positive"),
        ("dispositions", [], "the last line must have no condition"),
        ("dispositions", [{"code": "Done", "path": "done"}], "code"),
        ("words.verdicts", {"allow": ["allowed"]}, "no word for deny, needs_info, needs_review"),
        ("words.reasons", {"understood": "General"}, "no word for abandoned, abusive"),
        ("follow_ups", [{"title": "x", "description": "x", "due": "soon", "owner": "x"}], "due"),
        ("task_hour", "25:00", "task_hour"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, place: str, value: Any, told: str) -> None:
    with pytest.raises(BusinessError, match=r"wrap_up\.yaml, line \d+: ") as mistake:
        load(changed(tmp_path, place, value), "wrap_up.yaml", WrapUp)
    assert told in str(mistake.value)
