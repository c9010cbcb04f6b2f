"""A small business to break: the one that `callcenter business new` writes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.business import starting

Change = Callable[[str, str, str], int]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return starting.create(tmp_path / "businesses", "shop", "Corner Shop", None)


@pytest.fixture
def change(shop: Path) -> Change:
    """Replace a text that is in a file once; gives the line on which it begins."""

    def change(file: str, old: str, new: str) -> int:
        text = (shop / file).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {file}"
        (shop / file).write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    return change
