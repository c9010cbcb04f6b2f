"""What is recognised, as one table. It is read from the top: what a row has taken, no later row takes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, get_args

from stdnum import numdb

from callcenter.privacy import addresses, cards, devices, phones, spoken
from callcenter.privacy.digits import Place

Kind = Literal[
    "email",
    "phone",
    "card",
    "card code",
    "iban",
    "ssn",
    "ip address",
    "mac address",
    "imei",
    "url",
    "password",
    "document",
    "account number",
    "date of birth",
    "known value",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Finder = Callable[[str], Iterator[Place]]


@dataclass(frozen=True, slots=True)
class Recogniser:
    """One row. `kind` None: this only looks like an identifier, and what it takes is left as it is."""

    kind: Kind | None
    finder: Finder
    why: str


def pattern(expression: str) -> Finder:
    """The places where it matches; of those with a group `it`, the place of the group."""
    compiled = re.compile(expression, re.IGNORECASE)
    group = "it" if "it" in compiled.groupindex else 0
    return lambda text: (match.span(group) for match in compiled.finditer(text))


def after(cue: str, value: str) -> Finder:
    """A value that is named just before it: `passport no. is X1234567`."""
    links = r"(?:[\s:=#]|\b(?:is|was|it's|no\.?|nr\.?|num\.?|number|numbers|code|id)(?![\w.]))"
    return pattern(rf"(?<!\w)(?:{cue})s?{links}{{1,12}}[\"'“(]?(?P<it>{value})(?![\w-])")


_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = (
    rf"(?:\d{{4}}[-/.]{_DAY}[-/.]{_DAY}|{_DAY}[-/.]{_DAY}[-/.](?:\d{{4}}|\d\d)"
    rf"|{_MONTH} {{1,2}}\d{{1,2}}(?:st|nd|rd|th)?,? {{1,2}}\d{{4}}"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH},? \d{{4}})"
)
_CODE = r"(?=(?:[\w-]{0,20}\d){4})[a-z0-9][a-z0-9-]{3,20}(?: \d{2,6}){0,4}"
_CURRENCY = r"(?:usd|eur|gbp|dollars?|euros?|pounds?|bucks)"
_VALUE = r"[^\s\"'”•]{2,63}[^\s\"'”•.,;:!?)]"
_NO_MERE_WORD = rf"(?=[^\s\"'”]{{0,60}}(?:\d|[!@#$%^&*_+=]\w)){_VALUE}"

_CARD_CODE_NAME = (
    r"cvv2?|cvc2?|cvn2?|csc|(?:card )?(?:security|verification) (?:code|number|value)|card (?:verification|security)"
    r"|(?:three|four|3|4)[- ]digit(?:s| (?:security |verification )?(?:code|number))"
)
_CARD_CODE_LINK = (
    r"[\s:=#(\u2013\u2014-]|['\u2019]s|\b(?:is|was|it's|of|no\.?|nr\.?|num\.?|number|code|value|on|the|my|its|back|front"
    r"|card|reads|says)(?![\w.])"
)
_CARD_CODE = (
    rf"(?<!\w)(?:{_CARD_CODE_NAME})s?(?:{_CARD_CODE_LINK}){{0,14}}[\"'“]?"
    rf"(?P<it>\d{{3,4}}|\d(?:[ ,-]{{1,2}}\d){{2,3}}|{spoken.DIGIT}(?:[ ,-]{{1,2}}{spoken.DIGIT}){{2,3}})(?![\w-])"
)

_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?: ?[a-z0-9]{1,4}){3,9}", re.IGNORECASE)
_SIZES = re.compile(r"(\d+)!([anc])")
_CLASSES = {"a": "[A-Z]", "n": "[0-9]", "c": "[A-Z0-9]"}


def ibans(text: str) -> Iterator[Place]:
    """Of the form that its country has in the IBAN registry; the check digits may be mistyped."""
    for match in _IBAN.finditer(text):
        parts = _SIZES.findall(numdb.get("iban").info(match[0][:2].upper() + "00")[0][1].get("bban", ""))
        body = "".join(f"(?: ?{_CLASSES[kind]}){{{size}}}" for size, kind in parts)
        if body and (found := re.match(rf"[A-Z]{{2}}\d\d{body}(?![A-Z0-9])", match[0], re.IGNORECASE)):
            yield match.start(), match.start() + found.end()


_LABELS = "|".join(KINDS)

RECOGNISERS: tuple[Recogniser, ...] = (
    Recogniser(None, pattern(rf"\[(?:{_LABELS})\]|•+"), "Hidden already."),
    Recogniser(None, pattern(r"(?<!\w)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?!\w)"), "A UUID names our things."),
    Recogniser("iban", ibans, "A bank account; before hashes, since `DE` is made of hexadecimal digits."),
    Recogniser(None, pattern(r"(?<!\w)(?=\d*[a-f])(?=[a-f]*\d)[0-9a-f]{16,}(?!\w)"), "A hash names our things."),
    # what is named just before it
    Recogniser("date of birth", after(r"dob|d\.o\.b\.?|date of birth|birth ?da(?:te|y)|born(?: on)?", _DATE), "A key."),
    Recogniser(
        "password",
        after("pin|passcode|one[- ]time code|(?:verification|security|access) code|otp", r"\d{4,8}"),
        "Opens an account.",
    ),
    Recogniser(
        "password",
        after("password|passphrase|passwd|pwd|secret|api key|token", _NO_MERE_WORD),
        "Opens an account; a mere word after it is part of a sentence.",
    ),
    Recogniser(
        "password",
        pattern(rf"(?<!\w)(?:password|passphrase|passwd|pwd)\s?[:=]\s?[\"'“]?(?P<it>{_VALUE})"),
        "Opens an account, and the sign says that this is it.",
    ),
    Recogniser("card code", pattern(_CARD_CODE), "Must never be kept (PCI DSS 3.3.1)."),
    Recogniser("ssn", after(r"ssn|social security", r"\d{3}[- ]?\d{2}[- ]?\d{4}"), "US, also in one piece."),
    Recogniser(
        "document",
        after(
            r"passport|(?:driver'?s?|driving)[ -]licen[cs]e|dl|national insurance|tax(?:payer)? id|itin|identity card",
            _CODE,
        ),
        "Too many forms to be known by form.",
    ),
    Recogniser(
        "account number",
        after(r"(?:bank |checking |savings )?account|routing|sort code|member(?:ship)?|policy", r"\d(?:[ -]?\d){4,16}"),
        "Digits like any other, were it not for the cue.",
    ),
    Recogniser(
        "phone",
        after(
            r"(?:tele|cell|mobile )?phone|mobile|cell|tel\.?|fax|whatsapp|(?:call|reach|text) me (?:at|on)",
            r"[+(]{0,2}\d(?:[ ().-]{0,2}\d){6,14}",
        ),
        "In any grouping, once it is called so.",
    ),
    # what its form makes certain
    Recogniser(
        "email",
        pattern(r"(?<![\w.+-])[\w.+%'-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)"),
        "RFC 5321, as used.",
    ),
    Recogniser("url", addresses.urls, "Says who someone is, or carries a password."),
    Recogniser(
        "mac address",
        pattern(
            r"(?<![\w:-])(?:[0-9a-f]{2}:){5}[0-9a-f]{2}(?![\w:])|(?<![\w-])(?:[0-9a-f]{2}-){5}[0-9a-f]{2}(?![\w-])"
        ),
        "Names a device.",
    ),
    Recogniser("ip address", addresses.ips, "Leads to a person's connection."),
    Recogniser("imei", devices.imeis, "Names a phone."),
    Recogniser(None, devices.imeis, "Has the check digit of a card, and is none; for who hides nothing but cards."),
    Recogniser("card", cards.valid, "The check digit is right."),
    Recogniser("card", cards.between_signs, "The same, with signs that no card has."),
    Recogniser("card", spoken.spoken, "Said in words."),
    Recogniser(
        "ssn", pattern(r"(?<![\w-])\d{3}([- ])\d{2}\1\d{4}(?![\w-])"), "US, and the taxpayer numbers of the same form."
    ),
    Recogniser("url", addresses.domains, "A site without its scheme."),
    # what looks like one of the next, and is none
    Recogniser(None, pattern(rf"(?<![\w/-]){_DATE}(?:[T ]\d\d?:\d\d(?::\d\d(?:\.\d+)?)?)?(?![\w/]|[-.]\d)"), "Dates."),
    Recogniser(None, pattern(rf"[$€£] ?\d[\d,. ]{{0,20}}\d|(?<![\w.])\d[\d,.]{{0,20}} ?{_CURRENCY}(?!\w)"), "Amounts."),
    Recogniser(None, pattern(r"(?<![\w-])\d{5}-\d{4}(?![\w-])"), "ZIP+4."),
    Recogniser(
        None,
        after(
            r"order|purchase|track(?:ing)?|parcel|package|shipment|invoice|ticket|case|ref(?:erence)?|item|sku|serial|model|confirmation|booking",
            r"[\w-]*\d[\w-]*(?:(?:,| and| or|,? &)? \d{5,9}(?![\w-]))*",
        ),
        "Numbers of things.",
    ),
    # what only its form suggests
    Recogniser("card", cards.spaced, "Typed with gaps of its own."),
    Recogniser("card", cards.look_alike, "A digit is mistyped."),
    Recogniser("phone", phones.phones, "Grouped or dialled as one."),
)
