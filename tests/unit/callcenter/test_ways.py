"""Alternatives among facts: which of them is asked for, and when one is complete."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from callcenter.ways import Ways, complete, nearest

WAYS = (("number",), ("email", "day"), ("name", "zip", "day"))
facts = st.sets(st.sampled_from(["number", "email", "day", "name", "zip"]))


@pytest.mark.parametrize(
    ("known", "untold", "way"),
    [
        (set(), set(), ("number",)),
        (set(), {"number"}, ("email", "day")),
        ({"email"}, {"number"}, ("email", "day")),
        ({"name", "zip"}, {"number", "email"}, ("name", "zip", "day")),
        ({"email", "day"}, set(), ("email", "day")),
        (set(), {"number", "day"}, ("number",)),
    ],
)
def test_the_way_that_takes_least_is_asked_for(known: set[str], untold: set[str], way: tuple[str, ...]):
    assert nearest(WAYS, known, untold) == way


@given(known=facts, untold=facts)
def test_where_one_is_complete_nothing_of_another_is_asked_for(known: set[str], untold: set[str]):
    assert complete(WAYS, known) == all(fact in known for fact in nearest(WAYS, known, untold - known))


@given(known=facts)
def test_what_cannot_be_told_is_not_asked_for_while_there_is_another_way(known: set[str]):
    assert "number" in known or "number" not in nearest(WAYS, known, {"number"})


@pytest.mark.parametrize("wrong", [[["order_id"]], [["order_id"], []]])
def test_one_way_is_no_alternative(wrong: list[list[str]]):
    with pytest.raises(ValidationError, match="list two ways or more"):
        TypeAdapter(Ways).validate_python(wrong)
