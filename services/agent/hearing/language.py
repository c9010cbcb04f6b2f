"""Which language a customer writes: the one of the conversation so far, unless a text is surely in another one."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from callcenter.events import Dialogue, Entity, Turn
from services.agent.hearing.statements import without

_WIDELY_WRITTEN = "cs da de en es fi fr hr hu id it nl no pl pt ro sk sv tr vi"
"""In Latin letters. With the small neighbors of these in it, slips and slang are taken for one of them."""

_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
)
_SHORTEST_SWITCH = 4
"""Words of a reply from which on it may be in another language than the conversation so far."""

_LONGEST_VALUE = 5
"""Words of an answer that may be a name, of whatever language; more are a sentence."""

_SHARE = 1 / 3
"""Letters of a script from which on a text is written in it: of one with a sign for each word there are few."""

_LONGEST = 2_000
_MOST = 200
_FEWEST = 3
"""Different words, of which a shorter text tells no language."""

_SURE = 0.6
"""How likely another language must be."""

_OUT_OF_THE_QUESTION = 0.05
"""How likely the language so far may still be then; a mixed text that can be understood is likelier in it."""

_WORD = re.compile(r"(?<![\w@#.'\u2019/-])[^\W\d_]++(?:['\u2019-][^\W\d_]++)*+(?![\w@/]|[.'\u2019-]\w)")
_BEGINS = re.compile(r"(?:^|[.!?:;\n\u00bf\u00a1\"(])\s{0,9}$")
_BEFORE = 9

_SHORTEST_SWITCH = 4
"""Words of a reply from which on it may be in another language than the conversation so far."""

_LONGEST_VALUE = 5
"""Words of an answer that may be a name, of whatever language; more are a sentence."""


def language_of(state: Dialogue, facts: Sequence[Entity], new: Sequence[Turn]) -> str:
    """Of the words around the facts; a short reply later on tells none, it may be anybody's name."""
    values = [fact for fact in facts if len(fact.value.split()) <= _LONGEST_VALUE]
    words = "\n".join(without(values, turn) for turn in new)
    later = bool(state.acts) and len(words.split()) < _SHORTEST_SWITCH
    return state.language if later else detected(words, state.language)


def detected(text: str, current: str = "en") -> str:
    """The language as ISO 639-1; `current`, that of the conversation so far, unless it is clearly another one."""
    words = list(islice(_words(text[:_LONGEST]), _MOST))
    return _by_script("".join(words)) or _by_words(words, current)


@cache
def identifier() -> LanguageIdentifier:
    """The model, which takes half a second to load: better before the first customer than while one waits."""
    loaded = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    loaded.set_languages(_WIDELY_WRITTEN.split())
    return loaded


def _words(text: str) -> Iterator[str]:
    """In small letters, without names: those may be of any language, as may numbers and addresses."""
    for word in _WORD.finditer(text):
        begins = _BEGINS.search(text[max(0, word.start() - _BEFORE) : word.start()] if word.start() else "")
        if begins or word[0].islower() or word[0].isupper() or not word[0][0].isupper():
            yield word[0].lower()


def _by_script(letters: str) -> str | None:
    return next((name for name, script in _SCRIPTS if len(script.findall(letters)) > len(letters) * _SHARE), None)


def _by_words(words: list[str], current: str) -> str:
    if len(set(words)) < _FEWEST:
        return current
    likely = dict(identifier().rank(" ".join(words)))
    best = max(likely, key=lambda language: likely[language])
    sure = likely[best] >= _SURE and likely.get(current, 0.0) < _OUT_OF_THE_QUESTION
    return best if sure else current
