"""A pasted or forwarded mail: which of its words are the customer's own and new, and which only sign them.

Nothing is taken out: what does not count becomes blanks, so that every character stays where the customer wrote it.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from services.agent.hearing.markup import shown

_SIGNED, _CUT = 1, 2
_INTRODUCTION = 250
"""Characters that `On Tuesday, ... wrote:` may have before its last word, on however many lines."""

_HEADERS = 8
"""Lines within which the block that heads a mail names its subject."""

_SIGNATURE = 12
"""Lines of a signature, and how long one of them may be."""
_CARD = 120

_WROTE = re.compile(
    r"\b(?<!\bI )(?<!\bwe )(?<!\bhe )(?<!\bshe )(?<!\byou )(?<!\bthey )"
    r"(?:(?:wrote|a \u00e9crit|escribi\u00f3|ha scritto|escreveu)\s{0,3}:|(?:schrieb|schreef|skrev)\b[^:\n]{0,100}:)",
    re.I,
)
_ON = re.compile(r"(?:^|(?<=\s))(?:On|Am|Le|El|Il|Op|Em|Den)\s")
_DATE = re.compile(r"\d")
_SENT = re.compile(r"@|\d[:.h]\d\d")
_ADDRESS = re.compile(r"<[^<>\s]+@[^<>\s]+>")
_MARK = re.compile(r"\s*>(?![:;=]['-]?[()\[\]|/@])")
_SEPARATOR = re.compile(
    r"[-_=* ]{0,40}(?:(?:begin )?forwarded message|original (?:message|appointment)"
    r"|(?:urspr\u00fcngliche|weitergeleitete) nachricht|message (?:d'origine|transf\u00e9r\u00e9)"
    r"|mensaje (?:original|reenviado)|mensagem (?:original|encaminhada)|messaggio (?:originale|inoltrato)"
    r"|(?:oorspronkelijk|doorgestuurd) bericht"
    r")[-_=* :]{0,40}|\W{0,9}(?:please )?(?:(?:type|write|enter) )?your reply above this line\W{0,9}",
    re.I,
)
_RULE = re.compile(r"_{5,}")
_FROM = re.compile(r"\*?(?:From|Von|De|Da|Van|Fr\u00e5n|Fra)\s?:\*?\s{0,20}\S", re.I)
_SUBJECT = re.compile(r"\*?(?:Subject|Betreff|Objet|Asunto|Oggetto|Onderwerp|Assunto|\u00c4mne|Emne)\s?:", re.I)
_HEADER = re.compile(
    r"\*?(?:From|Sent|To|Cc|Date|Subject|Reply-To|Von|Gesendet|An|Datum|Betreff|De|Envoy\u00e9|\u00c0|Objet|Enviado|Para|Fecha"
    r"|Asunto|Da|Inviato|A|Data|Oggetto|Van|Verzonden|Aan|Onderwerp|Enviada em|Assunto)\s?:",
    re.I,
)
_ADVERT = re.compile(
    r"(?:sent (?:from|via|with)|get|von mein\w*|envoy\u00e9 de(?:puis)?|enviado desde|inviato da|verzonden vanaf)\b"
    r".{0,40}?\b(?:i?phone|i?pad|android|galaxy|mobile?|blackberry|outlook|yahoo|gmail|proton ?mail|pixel|tablet)\b"
    r".{0,90}"
    r"|\[(?:cid|image):[^\]]{0,200}\]",
    re.I,
)
_DISCLAIMER = re.compile(
    r"[\s*_-]{0,9}(?:(?:confidentiality|privacy|legal) (?:notice|note)\b|(?:e-?mail |legal )?disclaimer\s?:"
    r"|(?:caution|warning|external e-?mail)\s?:|(?:please )?(?:consider|think of) the environment\b"
    r"|(?:please )?think (?:twice )?before (?:you print|printing)\b"
    r"|this (?:e-?mail|message|communication|transmission)[ ,](?:[^.\n]{0,100}[ ,])?"
    r"(?:is|are|may|contains?|originated)\b[^.\n]{0,60}\b(?:confidential|privileged|intended|outside)\b"
    r"|(?:the |any )?(?:information|contents?) (?:contained )?(?:in|of) this (?:e-?mail|message|communication)\b"
    r"|if you (?:are not|have received this)\b)",
    re.I,
)
_LEGAL = re.compile(
    r"\b(?:confidential|privileged|intended (?:only|solely|exclusively|for|recipient)|addressee|virus(?:es)?"
    r"|print(?:ing)?|outside (?:of )?(?:the|your|our))\b",
    re.I,
)
_CLOSING = re.compile(
    r"(?:--|(?:with )?(?:kind(?:est)?|best|warm(?:est)?|many) regards|regards|(?:yours )?(?:sincerely|faithfully|truly)"
    r"|sincerely yours|cheers|(?:many )?thanks(?: (?:again|a lot|so much|in advance))?"
    r"|thanks (?:and|&) (?:best )?regards|thank you(?: (?:very much|so much|again|in advance|for your help))?"
    r"|best(?: wishes)?|all the best|br|rgds|(?:mit freundlichen|viele|liebe|beste) gr(?:\u00fc\u00df|ue?ss)en?"
    r"|cordialement|bien \u00e0 vous|(?:un )?saludos?|atentamente|cordiali saluti|met vriendelijke groet"
    r"|atenciosamente)[\s,.!-]*",
    re.I,
)
_MENU = re.compile(r"[^\W\d][^|\n\d]{1,40}(?:\s?[|\u00b7\u2022]\s?[^\W\d][^|\n\d\u00b7\u2022]{1,40}){2,}")
"""Links in a row, as programs put them below a mail."""

_REACHED = re.compile(
    r"(?<!\w)(?:tel(?:ephone)?|phone|fax|mobile|cell|direct|office)\b[\s.:]{0,3}[+(\d]|(?<!\w)[tmfpdo][\s.:]{1,3}\+?[(\d]"
    r"|(?:https?://|www\.)\S+",
    re.I,
)
"""How a card says where somebody is reached."""

_FIRM = re.compile(r"\b(?:LLC|LLP|Inc|Ltd|Corp|GmbH|AG|PLC|Co)\b|[|,]")
"""What a line with a title or a company holds."""

_NAME = re.compile(r"[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,3}(?:, [A-Z][\w.]{1,9}){0,2}")
_VALUE = re.compile(r"(?:https?://|www\.)\S+|(?<!\S)[^\s@\d]*[@\d]\S*")
_WORD = re.compile(r"[^\W\d_]+")
_SMALL = (
    "account and at cell cid customer de der e email fax id la m mail mobile no number of order p phone postcode ref"
    " t tel the van von web zip"
)
_ON_A_CARD = frozenset(_SMALL.split())
"""Words that a signature writes small; what holds others is a sentence."""


@dataclass(frozen=True)
class Mail:
    """What counts of a text, with blanks in place of the rest.

    `own` are the words that the customer wrote now; `stated` has the signature, too, which also tells facts of theirs.
    """

    own: str
    stated: str

    def is_own(self, place: int) -> bool:
        """Whether the sign there is one of their own words, and not of their signature."""
        return not self.own[place].isspace()


@dataclass(frozen=True)
class _Line:
    start: int
    end: int
    text: str

    @property
    def quoted(self) -> bool:
        return bool(_MARK.match(self.text))


def opened(text: str) -> Mail:
    """The text as far as it counts: without quotes, forwarded parts, disclaimers and what mail programs add."""
    seen = shown(text)
    wrote = list(_WROTE.finditer(seen))
    if not wrote and "\n" not in seen:
        return Mail(seen, seen)
    lines = list(_lines(seen))
    roles = bytearray(len(seen))
    for start, end in _others(seen, lines, wrote):
        roles[start:end] = bytes([_CUT]) * (end - start)
    for line in _signing([line for line in lines if not roles[line.start]]):
        roles[line.start : line.end] = bytes([_SIGNED]) * (line.end - line.start)
    return Mail(_kept(seen, roles, 0), _kept(seen, roles, _SIGNED))


def _lines(text: str) -> Iterator[_Line]:
    """Those with words or signs in them; without blanks around them."""
    at = 0
    for line in text.split("\n"):
        if said := line.strip():
            start = at + line.index(said)
            yield _Line(start, start + len(said), said)
        at += len(line) + 1


def _kept(text: str, roles: bytearray, most: int) -> str:
    return "".join(sign if role <= most or sign == "\n" else " " for sign, role in zip(text, roles, strict=True))


# --- words of others --------------------------------------------------------------------------------------------------


def _others(text: str, lines: Sequence[_Line], wrote: Sequence[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """Where something stands that the customer did not write, or not now."""
    for start, end in filter(None, (_introduction(text, verb) for verb in wrote)):
        marked = text[end : end + _INTRODUCTION].lstrip().startswith(">")
        yield start, end if marked else len(text)
    heads = (_head(lines, place) for place in range(len(lines)))
    if head := next(filter(None, heads), None):
        yield head.start, len(text)
    yield from ((line.start, line.end) for line in lines if line.quoted or _added(line.text))
    yield from _disclaimers(text, lines)


def _added(line: str) -> bool:
    """Whether a program wrote that line."""
    return bool(_ADVERT.fullmatch(line) or _MENU.fullmatch(line))


def _introduction(text: str, verb: re.Match[str]) -> tuple[int, int] | None:
    """`On Tue, Nov 3, 2026 at 9:00 AM, Shop <help@example.com> wrote:`, from its first word."""
    line = text.rfind("\n", 0, verb.start()) + 1
    if _MARK.match(text, line, verb.start()):
        return None
    proof, first = _proof(text[verb.end() : verb.end() + _INTRODUCTION]), max(0, verb.start() - _INTRODUCTION)
    for on in reversed(list(_ON.finditer(text[first : verb.start()]))):
        said = text[first + on.start() : verb.end()]
        if _DATE.search(said) and proof.search(said):
            return first + on.start(), verb.end()
    return (line, verb.end()) if line >= first and _ADDRESS.search(text, line, verb.end()) else None


def _proof(following: str) -> re.Pattern[str]:
    """What an introduction must hold to be one: customers, too, tell what somebody wrote to them."""
    if following.lstrip().startswith(">"):
        return _DATE
    return _ADDRESS if following.split("\n", 1)[0].strip() else _SENT


def _head(lines: Sequence[_Line], place: int) -> _Line | None:
    """Where another mail begins, if its first lines stand here: a separator, or `From:`, `Sent:`, `To:`, `Subject:`."""
    line, following = lines[place], lines[place + 1 : place + _HEADERS]
    if _SEPARATOR.fullmatch(line.text):
        return line
    if not _FROM.match(line.text):
        return None
    named = any(_SUBJECT.match(other.text) for other in following)
    if named or ("@" in line.text and any(_HEADER.match(other.text) for other in following[:1])):
        return _first(lines, place)
    return None


def _first(lines: Sequence[_Line], place: int) -> _Line:
    """The first line of a block of headers, or the rule above it."""
    while place and (_HEADER.match(lines[place - 1].text) or _RULE.fullmatch(lines[place - 1].text)):
        place -= 1
    return lines[place]


def _disclaimers(text: str, lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    end = 0
    for line in lines:
        if line.start >= end and _DISCLAIMER.match(line.text):
            end = _end_of_paragraph(text, line)
            if _LEGAL.search(text, line.start, end):
                yield line.start, end


_BLANK_LINE = re.compile(r"\n[^\S\n]*\n")


def _end_of_paragraph(text: str, line: _Line) -> int:
    blank = _BLANK_LINE.search(text, line.end)
    return blank.start() if blank else len(text)


# --- signatures -------------------------------------------------------------------------------------------------------


def _signing(lines: Sequence[_Line]) -> Iterator[_Line]:
    """A closing or a line of dashes, and who signs below it; only below what the customer wrote."""
    for place, line in enumerate(lines[1:], 1):
        card = list(_card(lines[place + 1 : place + 1 + _SIGNATURE]))
        signs = _NAME.fullmatch(line.text) and _is_on_a_card(line.text) and _is_business_card(card)
        if signs or (_CLOSING.fullmatch(line.text) and card):
            yield from (line, *card)


def _is_business_card(lines: Sequence[_Line]) -> bool:
    """Whether these lines below a name need no closing above it: a title or a company, and where to reach them."""
    return any(map(_FIRM.search, (line.text for line in lines))) and any(_REACHED.search(line.text) for line in lines)


def _card(lines: Sequence[_Line]) -> Iterator[_Line]:
    """The lines from here on that only say who writes and how to reach them."""
    for line in lines:
        if not _is_on_a_card(line.text):
            return
        yield line


def _is_on_a_card(line: str) -> bool:
    if _REACHED.match(line) and "?" not in line and len(line) <= _CARD:
        return True
    words = _WORD.findall(_VALUE.sub(" ", line))
    shouted = len(words) > 1 and all(map(str.isupper, words))
    named = all(word[0].isupper() or word.lower() in _ON_A_CARD for word in words)
    return named and not shouted and "?" not in line and len(line) <= _CARD
