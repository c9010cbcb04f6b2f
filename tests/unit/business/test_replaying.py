"""Recorded interactions judged by changed rules: what flips, by which rule, at the time of the contact."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from callcenter.errors import BusinessError
from services.cli.business import testing
from services.cli.business.records import judged_at, recorded
from services.cli.business.replaying import Replay, moment, replay
from services.cli.business.runs import Who
from services.cli.program import Failed
from tests.unit.business.conftest import Change


@pytest.fixture
def records(shop: Path, tmp_path: Path) -> Path:
    """What the scenarios left behind, as the API would answer it."""
    runs = testing.run(shop, Who((3,)), mutate=False).runs
    file = tmp_path / "records.ndjson"
    views = [{"id": f"{run.scenario.id}", "status": "completed", "record": run.record} for run in runs]
    file.write_text("\n".join(map(json.dumps, views)) + "\n\n")
    return file


def replayed(shop: Path, records: Path, since: datetime | None = None) -> Replay:
    return replay("shop", shop, since, records, None)


def flips(found: Replay) -> dict[str, tuple[str, str, str]]:
    return {flip.interaction: (flip.old.verdict, flip.new.verdict, flip.flipped_by) for flip in found.flips}


def test_the_same_rules_decide_the_same(shop: Path, records: Path) -> None:
    found = replayed(shop, records)
    assert (found.interactions, found.decisions, found.reworded, found.masked, found.flips) == (13, 13, 0, 0, [])


def test_a_changed_number_flips_what_it_decides(shop: Path, records: Path, change: Change) -> None:
    change("policy.yaml", '  notice: "2" ', '  notice: "7" ')
    assert flips(replayed(shop, records)) == {
        "cancel_in_time": ("allow", "deny", "cancel.in_time no longer applies; cancel.too_late decides"),
        "cancel_unpaid": ("allow", "deny", "cancel.unpaid no longer applies; cancel.too_late decides"),
    }


def test_another_amount_is_a_flip(shop: Path, records: Path, change: Change) -> None:
    change("policy.yaml", "cancel_booking, amount: booking.paid}", "cancel_booking, amount: booking.paid * 0.5}")
    (flip,) = replayed(shop, records).flips
    assert (flip.interaction, flip.flipped_by) == ("cancel_in_time", "cancel.in_time now says so")
    assert flip.old.action
    assert flip.new.action
    assert (str(flip.old.action.amount), str(flip.new.action.amount)) == ("40.00", "20.00")


def test_a_rule_in_front_and_a_rule_that_is_gone_are_named(shop: Path, records: Path, change: Change) -> None:
    rule = (
        "  - {id: cancel.never, title: Never, reasons: [booking_cancel], verdict: deny, customer: No., internal: No.}\n"
    )
    change("policy.yaml", "  - id: cancel.unpaid\n", f"{rule}  - id: cancel.unpaid\n")
    change("policy.yaml", "id: hours.overview\n", "id: hours.told\n")
    change("policy.yaml", "reasons: [complaint]\n    verdict: needs_review", "reasons: [complaint]\n    verdict: deny")
    text = (shop / "policy.yaml").read_text()
    (shop / "policy.yaml").write_text(text.replace("id: complaint.review", "id: complaint.no"))
    found = replayed(shop, records)
    assert flips(found) == {
        "cancel_in_time": ("allow", "deny", "cancel.never now applies before cancel.in_time"),
        "cancel_unpaid": ("allow", "deny", "cancel.never now applies before cancel.unpaid"),
        "complaint": ("needs_review", "deny", "complaint.review is gone; complaint.no decides"),
    }
    assert found.reworded == 2  # cancel_too_late is refused by cancel.never, and hours.overview is named otherwise


def test_it_is_judged_as_of_the_time_of_the_contact(shop: Path, records: Path, change: Change) -> None:
    """B-1042 is on a fixed day; ten days before it, it could be cancelled, and today it is long over."""
    change("accounts.yaml", "what: a wheel repair, day: in 5 days", "what: a wheel repair, day: 2026-03-12")
    lines = [json.loads(line) for line in records.read_text().splitlines() if line]
    (view,) = [line for line in lines if line["id"] == "cancel_in_time"]
    for day, verdict in (("2026-03-02", "allow"), ("2026-03-11", "deny")):
        view["record"]["policy"]["as_of"] = f"{day}T17:00:00Z"
        records.write_text(json.dumps(view))
        found = replayed(shop, records)
        assert [flip.new.verdict for flip in found.flips] == ([] if verdict == "allow" else [verdict]), day


def test_a_record_from_before_as_of_tells_its_time_by_what_the_agent_took(shop: Path) -> None:
    """Policy was asked once then, at the end, as it still is in one shot where nobody has to prove who they are."""
    told = [run.record for run in testing.run(shop, Who((3,), one_shot=True), mutate=False).runs]
    record = copy.deepcopy(next(dict(one) for one in told if one["dialogue"]["standing"] is None))
    exact = judged_at(record)
    del record["policy"]["as_of"]
    assert abs(judged_at(record) - exact) < timedelta(milliseconds=20)


def test_of_a_masked_record_the_proof_is_believed_and_its_lack_left_out(shop: Path, records: Path) -> None:
    lines = [json.loads(line) for line in records.read_text().splitlines() if line]
    for view in lines:
        for entity in view["record"]["entities"]:
            if entity["name"] != "booking_no":
                entity["value"] = "•" * len(entity["value"])
    records.write_text("\n".join(map(json.dumps, lines)))
    found = replayed(shop, records)
    assert found.flips == []
    assert found.masked == 1  # the stranger, of whom nobody can tell any more what was wrong
    assert found.interactions == 13


def test_who_guessed_too_often_is_not_judged_again_by_what_they_stated(shop: Path, records: Path) -> None:
    lines = [json.loads(line) for line in records.read_text().splitlines() if line]
    (decided,) = [one["record"]["policy"]["decisions"] for one in lines if one["id"] == "cancel_in_time"]
    decided[0] |= {"verdict": "deny", "rule_id": None, "action": None, "escalation": "identity_guessed"}
    records.write_text("\n".join(map(json.dumps, lines)))
    found = replayed(shop, records)
    assert (found.decisions, found.flips) == (12, [])


def test_the_conversation_of_a_record_is_whole(records: Path) -> None:
    record = json.loads(records.read_text().splitlines()[0])["record"]
    held = recorded("one", record).held.model_dump(mode="json")
    lost = {name for name, value in held.items() if name in record and value != record[name]}
    assert lost == set()
    assert held["occurred_at"] == record["policy"]["as_of"]


def test_only_what_came_since_and_of_this_business_counts(shop: Path, records: Path) -> None:
    assert replayed(shop, records, datetime.now(UTC) - timedelta(hours=1)).interactions == 13
    with pytest.raises(Failed, match="no decided interaction of shop to replay since then"):
        replayed(shop, records, datetime.now(UTC) + timedelta(hours=1))
    with pytest.raises(Failed, match="no decided interaction of bakery to replay") as refusal:
        replay("bakery", shop, None, records, None)
    assert refusal.value.code == 2


@pytest.mark.parametrize("line", ["{", "[]", '"text"', '{"policy": {}}', '{"record": {"policy": {"decisions": []}}}'])
def test_a_line_that_is_no_record_is_told(shop: Path, tmp_path: Path, line: str) -> None:
    file = tmp_path / "odd.ndjson"
    file.write_text(f"\n{line}\n")
    with pytest.raises(Failed, match=r"odd.ndjson, line 2: this is no record of an interaction") as refusal:
        replayed(shop, file)
    assert refusal.value.code == 2


def test_a_file_that_is_not_there_and_a_folder_that_is_wrong_are_told(
    shop: Path, records: Path, change: Change
) -> None:
    with pytest.raises(Failed, match="Cannot read"):
        replayed(shop, records / "nothing")
    change("policy.yaml", "    verdict: needs_review\n    customer: \"I'm", "    verdict: maybe\n    customer: \"I'm")
    with pytest.raises(BusinessError, match="needs_review"):
        replayed(shop, records)


def test_since_is_a_span_or_a_day() -> None:
    assert moment(None) is None
    assert moment("2026-11-01") == datetime(2026, 11, 1, tzinfo=UTC)
    assert moment("2026-11-01T10:00:00+02:00") == datetime(2026, 11, 1, 8, tzinfo=UTC)
    before, ago, after = datetime.now(UTC), moment("36h"), datetime.now(UTC)
    assert ago
    assert before <= ago + timedelta(hours=36) <= after
    with pytest.raises(Failed, match="is no time"):
        moment("yesterday")
