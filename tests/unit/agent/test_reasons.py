from pathlib import Path

import pytest
import yaml

from callcenter.business import load
from callcenter.errors import BusinessError
from callcenter.settings import PROJECT
from services.agent.conversation import Desk
from services.agent.reasons import ContactReasons

SHOP = PROJECT / "businesses" / "retail"


def changed(tmp_path: Path, change) -> None:
    content = yaml.safe_load((SHOP / "contact_reasons.yaml").read_text())
    change(content)
    (tmp_path / "contact_reasons.yaml").write_text(yaml.safe_dump(content))
    load(tmp_path, "contact_reasons.yaml", ContactReasons)


def test_the_shop_knows_its_37_reasons_with_enough_ways_to_say_each(desk: Desk):
    assert len(desk.reasons.reasons) == 37
    assert all(30 <= len(reason.examples) <= 80 for reason in desk.reasons.reasons)


def test_no_phrasing_is_there_twice(desk: Desk):
    phrasings = [text for reason in desk.reasons.reasons for text in reason.examples]
    phrasings += list(desk.reasons.out_of_scope)
    assert sorted({text for text in phrasings if phrasings.count(text) > 1}) == []


def test_every_slot_can_be_asked_in_three_ways(desk: Desk):
    assert all(len(set(slot.questions)) >= 3 for slot in desk.reasons.slots.values())


def test_a_need_that_is_no_slot_is_told(tmp_path: Path):
    with pytest.raises(BusinessError, match="no such slot: order_idd"):
        changed(tmp_path, lambda content: content["reasons"][0].update(needs=["order_idd"]))


def test_a_code_that_is_there_twice_is_told(tmp_path: Path):
    with pytest.raises(BusinessError, match="twice: order_change"):
        changed(tmp_path, lambda content: content["reasons"][0].update(code="order_change"))


def test_a_broken_pattern_is_told(tmp_path: Path):
    with pytest.raises(BusinessError, match="not a regular expression"):
        changed(tmp_path, lambda content: content["slots"]["order_id"].update(pattern="(\\d"))


def test_an_unknown_hand_over_reason_is_told(tmp_path: Path):
    with pytest.raises(BusinessError, match="not one of the reasons"):
        changed(tmp_path, lambda content: content.update(hand_over="robot"))


def test_a_covered_reason_that_is_none_is_told(tmp_path: Path):
    with pytest.raises(BusinessError, match="covers: refunds is not one of the reasons"):
        changed(tmp_path, lambda content: content["reasons"][0].update(covers=["refunds"]))


def test_reasons_that_cover_each_other_are_told(tmp_path: Path):
    def around(content):
        content["reasons"][0].update(covers=["order_place"])
        content["reasons"][3].update(covers=["order_status"])

    with pytest.raises(BusinessError, match="that is a circle"):
        changed(tmp_path, around)


def test_words_without_which_a_reason_is_not_heard_are_in_each_of_its_examples(tmp_path: Path):
    with pytest.raises(BusinessError, match="only_with: no word of it is in the example"):
        changed(tmp_path, lambda content: content["reasons"][0].update(only_with=["zebras?"]))
    with pytest.raises(BusinessError, match="not a regular expression"):
        changed(tmp_path, lambda content: content["reasons"][0].update(only_with=["zebra("]))


@pytest.mark.parametrize(
    "text",
    [
        "isn't there anything you can do, she needs it tomorrow",
        "grandma is in hospital and I pay her bills",
        "mum moves to a care home next week, what about her orders",
        "he left for Norway and is not coming back",
    ],
)
async def test_nobody_is_told_to_have_lost_somebody_who_did_not_say_so(desk: Desk, text: str):
    assert "bereavement" not in {found.code for found in await desk.understanding.find(text)}


async def test_who_lost_somebody_is_heard(desk: Desk):
    found = await desk.understanding.find("my mother passed away in May, what happens with what she ordered")
    assert [one.code for one in found] == ["bereavement"]
