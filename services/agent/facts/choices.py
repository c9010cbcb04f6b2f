"""Names from the business's own list: products, plans, branches."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date

from rapidfuzz.distance import OSA

from services.agent.facts.reading import Reading
from services.agent.facts.sizes import Sizes

_WORD = re.compile(r"\w+(?:['&+-]\w+)*")
_ONE_SLIP, _TWO_SLIPS = 6, 10
_ONE_SLIP_ASKED = 4
_LONGEST = 5


class Choices:
    """Finds the options in a text: by name or synonym, or a slip away from one where the word is long enough."""

    def __init__(self, options: Mapping[str, Iterable[str]]) -> None:
        self._names = {folded(form): name for name, forms in options.items() for form in (name, *forms)}
        forms = "|".join(_flexible(form) for form in sorted(self._names, key=len, reverse=True))
        self._exact = re.compile(rf"(?<!\w)(?:{forms})(?!\w)", re.I)
        self._sizes = Sizes(options)
        self._lengths = {len(_WORD.findall(form)) for form in self._names}

    def read(self, text: str, _: date | None = None) -> Iterator[Reading]:
        """The options named."""
        yield from self._read(text, _slips)

    def answered(self, text: str, _: date | None = None) -> Iterator[Reading]:
        """The options named in an answer, where shorter words may have a slip too, and a size is told by its number."""
        named = list(self._read(text, _slips_asked))
        yield from named
        if not named:
            yield from (Reading(start, end, name, 0.75) for start, end, name in self._sizes.read(text))

    def _read(self, text: str, allowed: Callable[[str], int]) -> Iterator[Reading]:
        taken = []
        for match in self._exact.finditer(text):
            taken.append(match.span())
            yield Reading(*match.span(), self._named(match.group()), 0.95)
        words = list(_WORD.finditer(text))
        for size in sorted(self._lengths & set(range(1, _LONGEST + 1)), reverse=True):
            for first, last in zip(words, words[size - 1 :], strict=False):
                start, end = first.start(), last.end()
                if all(end <= other or start >= until for other, until in taken) and (
                    name := self._near(text[start:end], allowed)
                ):
                    taken.append((start, end))
                    yield Reading(start, end, name, 0.8)

    def _named(self, said: str) -> str:
        form = folded(said)
        return self._names.get(form) or self._names[form.removesuffix("s")]

    def _near(self, said: str, allowed: Callable[[str], int]) -> str | None:
        """The one option that is close enough; numbers in a name, like those of models, must be right."""
        form = folded(said)
        near = {
            name
            for known, name in self._names.items()
            if form[0] == known[0]
            and OSA.distance(form, known, score_cutoff=allowed(known)) <= allowed(known)
            and re.findall(r"\d", form) == re.findall(r"\d", known)
        }
        return near.pop() if len(near) == 1 else None


def folded(form: str) -> str:
    """A name in small letters, with single blanks: what makes two of them the same."""
    return " ".join(form.casefold().split())


def _slips(form: str) -> int:
    return (len(form) >= _ONE_SLIP) + (len(form) >= _TWO_SLIPS)


def _slips_asked(form: str) -> int:
    return (len(form) >= _ONE_SLIP_ASKED) + (len(form) >= _TWO_SLIPS)


def _flexible(form: str) -> str:
    """With any blanks between the words, and in the plural."""
    return r"\s+".join(re.escape(word) for word in form.split()) + "s?"
