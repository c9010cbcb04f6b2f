import pytest

from services.summary.template import check, fill

FACTS = {"reason": "Refund", "subject": "order 48213", "amount": "", "words": "[give] {ticket}"}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("{reason}[, {subject}].", "Refund, order 48213."),
        ("{reason}[, {amount}].", "Refund."),
        ("{reason}[, {subject} for {amount}].", "Refund."),
        ("[About {subject}: ]{reason}", "About order 48213: Refund"),
        ("They wrote: {words}", "They wrote: [give] {ticket}"),
    ],
)
def test_fill(text: str, filled: str) -> None:
    assert fill(text, FACTS) == filled


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{reson}", r"no fact is named \{reson\}; there are amount, reason"),
        ("{reason} {amount}", r"\{amount\} may be empty; put it in a part"),
        ("Refund within 5 days", "write no figures here"),
        ("{reason", "not closed"),
        ("[{reason} [{amount}]]", "stands inside another"),
    ],
)
def test_a_template_that_could_go_wrong_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        check(text, ["reason"], ["amount"])


def test_a_good_template_is_kept() -> None:
    assert check("{reason}[, {amount}].", ["reason"], ["amount"]) == "{reason}[, {amount}]."
