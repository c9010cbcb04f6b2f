"""The houses that commands are tried on, opened once for each file of tests."""

from collections.abc import Iterator

import pytest

from tests.staff import businesses
from tests.unit.cli.house import Door, both_open


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Door, Door]]:
    with both_open(businesses(tmp_path_factory.mktemp("always"))) as opened:
        yield opened


@pytest.fixture(scope="module")
def demo(doors: tuple[Door, Door]) -> Door:
    """Nobody is asked who they are, and customers can be simulated."""
    return doors[0]


@pytest.fixture(scope="module")
def shut(doors: tuple[Door, Door]) -> Door:
    """Whoever comes says who they are."""
    return doors[1]
