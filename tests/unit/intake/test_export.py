"""Records to take away."""

import codecs
import csv
import html
import io
import json
import re
import time

import pytest

from services.intake.export import harmless
from tests.unit.intake.house import REFUND, TWO_TEAMS, House, problem


async def test_every_record_is_a_line(house: House) -> None:
    views = [await house.finished({**REFUND, "seed": seed}) for seed in (1, 2, 3)]
    answer = await house.client.get("/v1/interactions/export", params={"business": "retail"})
    assert answer.headers["content-type"] == "application/x-ndjson"
    told = {view["id"]: view for view in map(json.loads, answer.text.splitlines())}
    assert all(told[view["id"]] == view for view in views)


async def test_a_table_has_a_row_for_each_and_no_formula(house: House) -> None:
    view = await house.finished({"text": "=HYPERLINK(1) I want a refund for order 48213", "customer_id": "C-1001"})
    answer = await house.client.get("/v1/interactions/export", params={"format": "csv", "reason": "refund_request"})
    assert answer.headers["content-disposition"].endswith('"interactions.csv"')
    assert answer.content.startswith(codecs.BOM_UTF8), "a spreadsheet would take it for another encoding"
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    row = rows[view["id"]]
    assert row["text"].startswith("'=HYPERLINK")
    assert row["ticket_id"] == view["record"]["ticket"]["ticket_id"]
    assert row["verdict"] == view["record"]["policy"]["verdict"]
    assert row["handle_ms"] == str(view["record"]["metrics"]["handle_ms"])


async def test_each_ticket_of_a_record_is_named(house: House) -> None:
    view = await house.finished(TWO_TEAMS)
    numbers = [ticket["ticket_id"] for ticket in view["record"]["tickets"]]
    assert numbers == [view["record"]["ticket"]["ticket_id"], f"{numbers[0]}-2"]
    answer = await house.client.get("/v1/interactions/export", params={"format": "csv"})
    rows = {row["id"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows[view["id"]]["tickets"] == " ".join(numbers)
    page = (await house.client.get(f"/v1/interactions/{view['id']}/print")).text
    queues = [ticket["queue"] for ticket in view["record"]["tickets"]]
    assert all(f"<dt>{number}<dd>" in page for number in numbers)
    assert all(f"({queue.replace('_', ' ')}, " in page for queue in queues)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("=1+1", "'=1+1"),
        ("-1", "'-1"),
        ("@SUM(1)", "'@SUM(1)"),
        (" \u200b=1+1", " \u200b'=1+1"),
        ("＝1+1", "'＝1+1"),
        ("＠SUM(1)", "'＠SUM(1)"),
        (";=HYPERLINK(1)", ";'=HYPERLINK(1)"),
        ('";"=1', '";"\'=1'),
        ("hello; =1+1", "hello; '=1+1"),
        ("hello\n=cmd|' /C calc'!A0", "hello\n'=cmd|' /C calc'!A0"),
        ("hello,+cmd|' /C calc'!A0", "hello,'+cmd|' /C calc'!A0"),
        ("hello\n-2+3+SUM(1)", "hello\n'-2+3+SUM(1)"),
        ("\t=1", "'\t'=1"),
        ("\rtext", "'\rtext"),
        ("\ntext", "'\ntext"),
        ("two:\n- a lamp\n- a kettle, +44 20 7946 0958; -5 degrees", None),
        ("mail me@example.com, a-b, 1+1=2 and a = b", None),
        ('it\'s "fine"', None),
        ("", None),
    ],
)
def test_no_cell_is_a_formula_however_it_is_cut(text: str, told: str | None) -> None:
    assert harmless(text) == (text if told is None else told)


def test_an_apostrophe_more_is_all_that_changes_and_it_takes_no_time() -> None:
    assert harmless(";=" * 5 + "x") == ";'=" * 5 + "x"
    long = "-" * 100_000 + ";+" * 100_000 + " " * 100_000
    began = time.monotonic()
    assert harmless(long).replace("'", "") == long
    assert time.monotonic() - began < 30


async def test_a_page_to_print_holds_the_record_and_runs_nothing(house: House) -> None:
    view = await house.finished({"text": "<script>alert(1)</script> When are you open?"})
    page = (await house.client.get(f"{view['links']['self']}/print")).text
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert view["record"]["ticket"]["ticket_id"] in page
    assert view["record"]["transcript"][-1]["text"] in html.unescape(page)
    assert "Satisfaction, estimated" in page
    assert not re.search(r"<dt>[^<]*_|<b>[a-z]", page), "names of fields are for programs"


async def test_what_cannot_be_exported_is_told(house: House) -> None:
    problem(await house.client.get("/v1/interactions/export", params={"format": "xml"}), 422)
    for address in ("/v1/interactions", "/v1/interactions/export"):
        assert "choose one of retail" in problem(await house.client.get(address, params={"business": "nope"}), 422)
    problem(await house.client.get("/v1/interactions/unknown/print"), 404)
