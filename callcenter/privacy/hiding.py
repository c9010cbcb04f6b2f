"""Two renderings of a text without its personal data: labels to read, and dots that keep every offset."""

import re
from collections.abc import Callable, Collection, Sequence

from callcenter.privacy.finding import Span, find
from callcenter.privacy.recognisers import KINDS, Kind

CARDS: frozenset[Kind] = frozenset({"card", "card code"})
"""What may never be kept, whoever asks for it."""

_LAST_FOUR = re.compile(r"\d(?=(?:\D*\d){4})")


def redact(text: str, *, keep: Collection[Kind] = (), known: Sequence[str] = ()) -> str:
    """`Write to [email]`: for logs and language models. Kinds in `keep` stay; `known` values go, too."""

    def found(rest: str) -> list[Span]:
        return [span for span in find(rest, known=known) if span.kind not in keep]

    return _without(text, found, lambda _, kind: f"[{kind}]")


def mask(text: str, *, only: Collection[Kind] = KINDS, known: Sequence[str] = ()) -> str:
    """`Write to ••••••••••••`, of the same length; a card keeps its last four digits. Kinds not in `only` stay."""
    return _without(text, lambda rest: find(rest, kinds=only, known=known), _dots)


def _without(text: str, found: Callable[[str], Sequence[Span]], render: Callable[[str, Kind], str]) -> str:
    """Looks again until nothing is found: what stood beside an identifier may be one itself."""
    while spans := found(text):
        text = _replaced(text, spans, render)
    return text


def _replaced(text: str, spans: Sequence[Span], render: Callable[[str, Kind], str]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + render(text[span.start : span.end], span.kind) + text[span.end :]
    return text


def _dots(text: str, kind: Kind) -> str:
    """All of it; of a card in words, too, since its last four digits are not told apart."""
    figures = kind == "card" and not any(character.isalpha() for character in text)
    return re.sub(_LAST_FOUR if figures else r"\S", "•", text)
