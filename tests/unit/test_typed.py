"""Who typed a command stands in the audit log, also where the machine knows them by a number alone."""

import os

import pytest

from services.cli.audit import person


@pytest.mark.parametrize("unknown", [KeyError("uid not found"), OSError("No username set in the environment")])
def test_somebody_without_a_name_has_a_number(unknown: Exception) -> None:
    def nobody() -> str:
        raise unknown

    assert person(nobody) == f"user {os.getuid()}"
    assert person(lambda: "dana") == "dana"
