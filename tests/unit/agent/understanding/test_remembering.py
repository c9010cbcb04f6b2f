"""Vectors of texts: encoded together and elsewhere where they are new, at once where kept, and not all are kept."""

import threading

import numpy as np

from services.agent.understanding.sentences import Encoder, Remembering


class Lengths(Encoder):
    """A vector is how long its text is; keeps what it was asked, and where that was done."""

    fingerprint = "lengths"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.threads: list[int] = []

    def encode(self, text: str) -> np.ndarray:
        self.asked.append(text)
        self.threads.append(threading.get_ident())
        return np.array([len(text)], np.float32)


async def test_new_texts_are_encoded_once_each_and_not_where_the_event_loop_runs():
    encoder = Lengths()
    vectors = await Remembering(encoder).vectors(["a lamp", "a rug", "a lamp"])
    assert vectors == {"a lamp": 6, "a rug": 5}
    assert encoder.asked == ["a lamp", "a rug"]
    assert threading.get_ident() not in encoder.threads


async def test_only_what_is_not_kept_is_encoded():
    encoder = Lengths()
    kept = Remembering(encoder)
    kept.encode("a lamp")
    assert await kept.vectors(["a rug", "a lamp"]) == {"a rug": 5, "a lamp": 6}
    assert await kept.vectors(["a lamp", "a rug"]) == {"a lamp": 6, "a rug": 5}
    assert kept.encode("a rug") == 5
    assert encoder.asked == ["a lamp", "a rug"]


async def test_what_was_asked_longest_ago_is_forgotten_first():
    encoder = Lengths()
    kept = Remembering(encoder, texts=2)
    await kept.vectors(["a", "bb"])
    await kept.vectors(["a"])
    assert await kept.vectors(["ccc", "dddd", "a"]) == {"ccc": 3, "dddd": 4, "a": 1}  # more than are kept
    encoder.asked.clear()
    await kept.vectors(["dddd", "ccc"])
    assert encoder.asked == []
    await kept.vectors(["bb"])
    assert encoder.asked == ["bb"]
