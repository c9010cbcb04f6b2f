"""HTML of a mail as the text that its reader sees: blocks begin lines, and what is quoted begins with `>`.

By one expression, which never looks at a character twice: html.parser takes minutes over a few pages of `<a <a <a`.
"""

import re
from html import unescape

_TAG = re.compile(
    r"<(/?)([a-z][a-z0-9]{0,15})(?=[\s/>])[^<>]*>|<!--.*?(?:-->|\Z)|<[!?][^<>]*>", re.DOTALL | re.IGNORECASE
)
_BLOCKS = frozenset({
    "p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "hr", "pre", "section", "article", "header",
    "footer", "h1", "h2", "h3", "h4", "h5", "h6",
})  # fmt: skip
_HIDDEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLANKS = re.compile(r"[^\S\n]+")
_EMPTY_LINES = re.compile(r"\n{3,}")


def as_text(html: str) -> str:
    """What is shown of it."""
    pieces, at, hidden, quoted = list[str](), 0, 0, 0
    for tag in _TAG.finditer(html):
        pieces.append("" if hidden else _words(html[at : tag.start()]))
        name, step = (tag[2] or "").lower(), -1 if tag[1] else 1
        hidden = max(0, hidden + step * (name in _HIDDEN))
        quoted = max(0, quoted + step * (name == "blockquote"))
        if name in _BLOCKS:
            pieces.append("\n> " if quoted else "\n")
        at = tag.end()
    pieces.append("" if hidden else _words(html[at:]))
    lines = (_BLANKS.sub(" ", line).strip() for line in "".join(pieces).split("\n"))
    return _EMPTY_LINES.sub("\n\n", "\n".join(line for line in lines if line != ">")).strip()


def _words(html: str) -> str:
    """Its own line breaks are none."""
    return unescape(html).replace("\n", " ").replace("\r", " ")
