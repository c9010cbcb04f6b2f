"""The words of a language that tell of mood and hurry, and those around what counts, as `cues.yaml` holds them."""

import re
from collections.abc import Sequence
from typing import Annotated

from pydantic import AfterValidator, Field

from callcenter.business import Sheet


def _expression(word: str) -> str:
    try:
        re.compile(word)
    except re.error as mistake:
        raise ValueError(f"{word!r} is no regular expression: {mistake}") from None
    return word


Expression = Annotated[str, Field(min_length=1), AfterValidator(_expression)]
"""A word, a phrase, or a regular expression."""

Words = Annotated[tuple[Expression, ...], Field(min_length=1)]


class Mood(Sheet):
    """Words that speak of a mood from -1 (very negative) to 1."""

    weight: float = Field(ge=-1, le=1)
    words: Words


class Cues(Sheet):
    """`cues.yaml` of a language."""

    profane: Words
    mood: tuple[Mood, ...]
    reversed: Words
    calm: Words
    hurry: Words
    in_capitals: Words
    no_hurry: Words
    pauses: Words
    around: Words
    hedges: Words | tuple[()] = ()
    turning: Words
    borders: Words
    pointing: Words
    contrasts: Words
    adding: Words
    earlier: Words
    standing: Words | tuple[()] = ()
    became: Words | tuple[()] = ()
    another: Words | tuple[()] = ()
    nobody: Words | tuple[()] = ()
    inquiring: Words
    own: Words
    abbreviations: Words | tuple[()] = ()
    signs: dict[str, Words] = {}
    nouns_of_signs: Words | tuple[()] = ()


def any_of(words: Sequence[str], flags: int = re.IGNORECASE) -> re.Pattern[str]:
    """Finds any of the words or phrases, each as a whole."""
    return re.compile(rf"\b(?:{joined(words)})\b", flags)


def joined(words: Sequence[str]) -> str:
    """The words as alternatives of a regular expression; a blank stands for any blank."""
    return "|".join(words).replace(" ", r"\s")
