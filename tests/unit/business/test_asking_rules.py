"""What a rule asks for is chosen and never read in any words: the check tells where the vocabulary says otherwise."""

from pathlib import Path

import pytest

from callcenter.business import load
from callcenter.settings import PROJECT
from services.agent.reasons import ContactReasons
from services.cli.business.consistency import Whole, inconsistencies
from services.policy.rulebook import Rulebook

RETAIL = PROJECT / "businesses" / "retail"
THING = "    title: new item\n    kind: thing\n"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (THING, "    title: new item\n    kind: phrase\n", "has to be of kind thing; it is phrase"),
        (
            "\n  variant:\n    title: new item",
            "\n  variants:\n    title: new item",
            "has no slot variant; did you mean",
        ),
        ("needs: [order_id, item]", "needs: [order_id]", "needs item, which exchange_request does not ask for"),
    ],
)
def test_the_check_tells_it(tmp_path: Path, old: str, new: str, told: str):
    text = (RETAIL / "contact_reasons.yaml").read_text()
    assert old in text
    (tmp_path / "contact_reasons.yaml").write_text(text.replace(old, new, 1))
    (tmp_path / "policy.yaml").write_text((RETAIL / "policy.yaml").read_text())
    whole = Whole(
        tmp_path,
        profile=None,
        reasons=load(tmp_path, "contact_reasons.yaml", ContactReasons),
        rulebook=load(tmp_path, "policy.yaml", Rulebook),
        accounts=None,
        desks=None,
        wrap_up=None,
        scenarios=None,
    )
    assert any(told in finding.text for finding in inconsistencies(whole))
