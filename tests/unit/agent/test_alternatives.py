"""Where one of several lists of facts is enough, the next one is asked for when the customer cannot tell the first."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from callcenter.events import Act, Dialogue, Entity, Evidence, MissingFact
from callcenter.settings import PROJECT
from services.agent.conversation.needs import TRIES, Needs
from services.agent.reasons import ContactReasons

RETAIL = yaml.safe_load((PROJECT / "businesses" / "retail" / "contact_reasons.yaml").read_text())
NEEDS = ["order_id", "phone", "date"]
WAYS = [["order_id"], ["phone", "date"]]


def vocabulary(ways: list[list[str]], needs: list[str] = NEEDS, **identity: Any) -> ContactReasons:
    """The shop, where the status of an order takes one of these."""
    reasons = [
        one | {"needs": needs, "any_of": ways, "identity": bool(identity)} if one["code"] == "order_status" else one
        for one in RETAIL["reasons"]
    ]
    return ContactReasons.model_validate(RETAIL | {"reasons": reasons, "identity": RETAIL["identity"] | identity})


def told(reasons: ContactReasons, *known: str, missing: tuple[str, ...] = (), asked: tuple[str, ...] = ()) -> Dialogue:
    here = Evidence(turn=0, start=0, end=1)
    return Dialogue(
        reasons=(reasons.by_code()["order_status"].found(1, ()),),
        entities=tuple(
            Entity(name=name, value="1", type="text", evidence=here, confidence=1, extractor="test") for name in known
        ),
        missing=tuple(MissingFact(name=name, why="the customer does not have it") for name in missing),
        acts=tuple(Act(kind="ask", slot=name) for name in asked),
    )


@pytest.mark.parametrize(
    ("known", "missing", "wanted"),
    [
        ((), (), "order_id"),
        ((), ("order_id",), "phone"),
        (("phone",), ("order_id",), "date"),
        (("phone",), (), "order_id"),
        (("phone", "date"), (), None),
        (("order_id",), (), None),
    ],
)
def test_the_next_way_is_asked_for(known: tuple[str, ...], missing: tuple[str, ...], wanted: str | None):
    reasons = vocabulary(WAYS)
    found = Needs(reasons).next_fact(told(reasons, *known, missing=missing))
    assert (found[0] if found else None) == wanted


def test_who_can_tell_neither_goes_to_a_person():
    reasons = vocabulary(WAYS)
    asked = tuple(name for name in NEEDS for _ in range(TRIES))
    state = told(reasons, missing=("order_id", "phone", "date"), asked=asked)
    assert Needs(reasons).next_fact(state) is None
    assert Needs(reasons).stuck(state) is not None
    assert Needs(reasons).stuck(told(reasons, "phone", "date", missing=("order_id",))) is None


def test_one_way_alone_may_prove_who_is_asking():
    reasons = vocabulary(WAYS, required=3, any_of=[["email", "postcode"]])
    assert Needs(reasons).lacks_identity(told(reasons, "email", "date_of_birth"))
    assert not Needs(reasons).lacks_identity(told(reasons, "email", "postcode"))


@pytest.mark.parametrize("change", [{"ways": [["order_id"], ["colour"]]}, {"ways": WAYS, "needs": ["order_id"]}])
def test_a_fact_of_a_way_is_among_the_needs(change: dict[str, Any]):
    with pytest.raises(ValidationError, match="has to be among its needs"):
        vocabulary(**change)
