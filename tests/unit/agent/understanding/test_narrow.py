"""Products in 8 bits are those in floats but for rounding, and what is learnt from is what is multiplied."""

import numpy as np
import pytest

from services.agent.understanding.narrow import Rows, rounded


def random(rows: int, width: int) -> np.ndarray:
    values = np.random.default_rng(rows).normal(size=(rows, width)).astype(np.float32)
    return values / np.linalg.norm(values, axis=1, keepdims=True)


@pytest.mark.parametrize("width", [26, 64, 320, 384], ids=lambda width: f"{width} values, in blocks of 64")
def test_products_are_those_of_floats_but_for_rounding(width: int):
    known, ours = random(700, width), random(3, width)
    products = Rows.of(known).times(ours)
    assert products.shape == (3, 700)
    assert products == pytest.approx(ours @ known.T, abs=0.01)
    assert Rows.of(known).times(ours) == pytest.approx(Rows.of(rounded(known)).times(ours), abs=1e-6)


def test_rows_of_zeros_give_zeros():
    assert Rows.of(np.zeros((5, 64), np.float32)).times(random(2, 64)) == pytest.approx(np.zeros((2, 5)), abs=1e-9)
    assert not rounded(np.zeros((5, 64), np.float32)).any()


def test_only_what_is_asked_is_rounded_anew():
    known, ours = random(700, 320), random(3, 320)
    products = Rows.of(known).times(ours)
    assert np.abs(products - ours @ rounded(known).T).std() < np.abs(products - ours @ known.T).std()


def test_one_vector_gives_the_same_among_others():
    known, ours = Rows.of(random(700, 320)), random(9, 320)
    together = known.times(ours)
    assert together == pytest.approx(np.vstack([known.times(one[None]) for one in ours]), abs=1e-5)


def test_the_form_is_all_there_is_to_keep():
    known, ours = Rows.of(random(700, 320)), random(3, 320)
    assert np.array_equal(Rows(known.form).times(ours), known.times(ours))
