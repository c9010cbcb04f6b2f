"""HTML as it is shown, each character at its place: tags are blanks, blocks begin a line, quotes begin with `>`."""

import re
from html import unescape

from services.agent.understanding.phrases import JOINER

_BLOCK = "blockquote br div h1 h2 h3 h4 h5 h6 head hr html body li ol p table title tr ul"
_BLOCKS = frozenset(_BLOCK.split())
_HIDDEN = frozenset({"blockquote", "head", "script", "style", "title", "!--"})
_INLINE = "a b center em font i img link meta script small span strong style sub sup tbody td th thead u [ovw]:[a-z]+"
_TAG = re.compile(
    rf"<(?P<close>/?)(?P<name>{'|'.join((*_BLOCK.split(), *_INLINE.split()))})(?=[\s/>])[^<>]*>"
    r"|<(?P<comment>!--)|(?P<shut>-->)|<!doctype\b[^<>]*>",
    re.I,
)
"""Elements by their names: `<3` and `<dana@example.com>` are none."""

_ENTITY = re.compile(r"&(?:nbsp|amp|lt|gt|quot|apos|[lr]squo|#\d{1,6}|#x[\da-f]{1,5});", re.I)
_WRITTEN_OUT = re.compile(r"&lt;/?(?:br|p|div|li|ul|span|b|i|em|strong|u)\s?/?&gt;", re.I)
"""A tag that a program took for text."""

_APOSTROPHES = ("'", "\u2018", "\u2019")


def shown(text: str) -> str:
    """What a reader sees of it, as long as it was."""
    text = _WRITTEN_OUT.sub(lambda tag: "\n".ljust(len(tag[0])), text)
    pieces, at, depth = list[str](), 0, 0
    for tag in _TAG.finditer(text):
        if tag["shut"] and not depth:
            continue
        pieces += (_seen(text[at : tag.start()], depth), _blanks(tag, depth))
        at, depth = tag.end(), max(0, depth + _deeper(tag))
    return "".join((*pieces, _seen(text[at:], depth)))


def _seen(text: str, depth: int) -> str:
    return " " * len(text) if depth else _ENTITY.sub(_sign, text)


def _sign(entity: re.Match[str]) -> str:
    sign = unescape(entity[0])
    return sign.ljust(len(entity[0]), JOINER if sign in _APOSTROPHES else " ")


def _blanks(tag: re.Match[str], depth: int) -> str:
    name = (tag["name"] or "").lower()
    begins = "\n" if name in _BLOCKS and (not depth or tag["close"]) else ""
    quote = ">" if name == "blockquote" and begins and not tag["close"] else ""
    return (begins + quote).ljust(len(tag[0]))


def _deeper(tag: re.Match[str]) -> int:
    """Whether what is not shown, or not the writer's own, begins with it, ends, or neither."""
    if tag["shut"] or (tag["close"] and tag["name"].lower() in _HIDDEN):
        return -1
    return int((tag["comment"] or tag["name"] or "").lower() in _HIDDEN and not tag["close"])
