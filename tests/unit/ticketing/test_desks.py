from pathlib import Path
from typing import Any

import pytest
import yaml

from callcenter.business import load
from callcenter.conditions import Case
from callcenter.errors import BusinessError
from services.ticketing.desks import Desks, Route, first

from .conftest import RETAIL


def changed(tmp_path: Path, **changes: Any) -> Path:
    content = yaml.safe_load((RETAIL / "ticketing.yaml").read_text(encoding="utf-8"))
    (tmp_path / "ticketing.yaml").write_text(yaml.safe_dump({**content, **changes}), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"priority": {"high": {"high": "P1"}}}, "lacks (impact x urgency): low x low"),
        ({"priority": {"extreme": {"high": "P1"}}}, "extreme"),
        ({"sla": {"P1": {"first_response": "30m", "resolution": "4h"}}}, "no targets for P2, P3, P4"),
        ({"sla": {"P1": {"first_response": "30 minutes", "resolution": "4h"}}}, "first_response"),
        ({"default_queue": "basement"}, "'basement' is no queue of this business; there are"),
        ({"routing": [{"verdicts": ["deny"], "use": "attic"}]}, "'attic' is no queue of this business"),
        ({"routing": [{"verdicts": ["maybe"], "use": "orders"}]}, "allow, deny, needs_review or needs_info"),
        ({"statuses": [{"verdicts": ["deny"], "use": "resolved"}]}, "the last line must have no condition"),
        ({"types": []}, "the last line must have no condition"),
        ({"titles": {"verdicts": {"allow": "yes"}, "answered": "done", "outcomes": {}}}, "no word for deny"),
        ({"tickets_prefix": "ABC"}, "tickets_prefix"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, change: dict[str, Any], told: str) -> None:
    with pytest.raises(BusinessError, match=r"ticketing\.yaml, line \d+: ") as mistake:
        load(changed(tmp_path, **change), "ticketing.yaml", Desks)
    assert told in str(mistake.value)


def test_a_first_response_after_the_resolution_is_refused(tmp_path: Path, desks: Desks) -> None:
    slow = {name: target.model_dump() for name, target in desks.sla.items()}
    slow["P2"] = {"first_response": "2d", "resolution": "4h"}
    with pytest.raises(BusinessError, match="sla > P2"):
        load(changed(tmp_path, sla=slow), "ticketing.yaml", Desks)


def test_a_business_day_is_as_long_as_the_business_says(tmp_path: Path, desks: Desks) -> None:
    assert [desks.minutes(span) for span in ("30m", "4h", "2d")] == [30, 240, 960]
    assert load(changed(tmp_path, business_day="6h"), "ticketing.yaml", Desks).minutes("2d") == 720


@pytest.mark.parametrize(
    ("reason", "fits"),
    [
        ("double_charge", True),
        ("/payments", True),
        ("/payments/double-charge", True),
        ("/pay", False),
        ("refund", False),
    ],
)
def test_a_reason_is_a_code_or_a_subtree(reason: str, fits: bool) -> None:
    case = Case("understood", "allow", "double_charge", "/payments/double-charge", "refund", ruled=True)
    assert Route[str](reasons=(reason,), use="x").fits(case) is fits


def test_all_conditions_must_fit_and_the_first_line_wins() -> None:
    case = Case("understood", "deny", "double_charge", "/payments/double-charge", ruled=False)
    routes = (
        Route[str](verdicts=("deny",), ruled=True, use="one"),
        Route[str](outcomes=("understood",), actions=("none",), use="two"),
        Route[str](use="three"),
    )
    assert first(routes, case) == "two"
    assert first(routes[:1], case) is None


def test_every_reason_of_a_higher_priority_is_answered_sooner(desks: Desks) -> None:
    waits = [desks.minutes(desks.sla[p].resolution) for p in ("P1", "P2", "P3", "P4")]
    assert waits == sorted(set(waits))
