"""What customers know of a business can be read of every business, also of one whose rules ask."""

from pathlib import Path

import pytest

from simulation.trade import read
from tests.unit.simulation.trades import BUSINESSES

SHOP = Path(__file__).resolve().parents[2] / "trades" / "harrow"


@pytest.mark.parametrize("folder", [*sorted(BUSINESSES.iterdir()), SHOP], ids=lambda folder: folder.name)
def test_a_business_can_be_read(folder: Path) -> None:
    trade = read(folder)
    assert trade.customers
    assert trade.policy.rules
