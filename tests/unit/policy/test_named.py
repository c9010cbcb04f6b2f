"""What a rule lacks is told in words: no customer reads the name of a slot."""

import pytest

from callcenter.business import load
from callcenter.settings import PROJECT
from services.policy.rulebook import Rulebook


@pytest.mark.parametrize("business", ["retail", "telecom", "banking"])
def test_every_fact_that_a_rule_needs_has_words_to_ask_for_it(business: str) -> None:
    rulebook = load(PROJECT / "businesses" / business, "policy.yaml", Rulebook)
    needed = {slot for rule in rulebook.rules for slot in rule.needs.slots}
    assert needed
    assert needed - set(rulebook.asks) == set()
