"""GET /v1/interactions: filters, and pages that stay where they are."""

from typing import Any

import pytest

from tests.unit.intake.house import House, open_house, problem

HOURS = {"text": "What are your store hours on Sunday?"}
LATE = {"text": "I want my money back for the desk lamp from order 47105.", "customer_id": "C-1002"}


async def _list(house: House, **query: Any) -> dict[str, Any]:
    answer = await house.client.get("/v1/interactions", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


async def test_a_card_tells_the_essentials_newest_first() -> None:
    async with open_house() as house:
        first, second = await house.finished(LATE), await house.finished(HOURS)
        page = await _list(house)
        assert [item["id"] for item in page["items"]] == [second["id"], first["id"]]
        assert page["next"] is None
        card = page["items"][1]
        assert card["ticket_id"] == first["record"]["ticket"]["ticket_id"]
        assert (card["status"], card["stage"], card["business"]) == ("completed", "summary", "retail")
        assert (card["reason"], card["verdict"], card["text"]) == ("refund_request", "deny", LATE["text"])
        assert (card["created_at"], card["updated_at"]) == (first["created_at"], first["updated_at"])


async def test_filters_admit_only_what_is_equal() -> None:
    async with open_house() as house:
        late, hours = await house.finished(LATE), await house.finished(HOURS)
        both = {late["id"], hours["id"]}
        verdict = hours["record"]["policy"]["verdict"]
        expected: list[tuple[dict[str, str], set[str]]] = [
            ({"status": "completed"}, both),
            ({"status": "failed"}, set()),
            ({"business": "retail"}, both),
            ({"business": "banking"}, set()),
            ({"reason": "store_hours"}, {hours["id"]}),
            ({"verdict": "deny"}, {late["id"]}),
            ({"verdict": verdict, "reason": "refund_request"}, set()),
        ]
        for query, ids in expected:
            assert {item["id"] for item in (await _list(house, **query))["items"]} == ids, query


async def test_pages_neither_repeat_nor_skip_while_new_ones_arrive() -> None:
    async with open_house() as house:
        ids = [(await house.finished(HOURS))["id"] for _ in range(7)]
        seen, cursor = [], None
        while True:
            page = await _list(house, limit=3, **({"cursor": cursor} if cursor else {}))
            seen += [item["id"] for item in page["items"]]
            await house.finished(LATE)
            if (cursor := page["next"]) is None:
                break
        assert seen == ids[::-1]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 101}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"status": "done"}, "status"),
        ({"verdict": "yes"}, "verdict"),
        ({"cursor": "first"}, "cursor"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_a_wrong_filter_is_named(house: House, query: dict[str, Any], field: str) -> None:
    answer = await house.client.get("/v1/interactions", params=query)
    assert field in problem(answer, 422)
    assert answer.json()["errors"][0]["field"] == field
