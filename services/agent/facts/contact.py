"""How and where to reach somebody: email, phone, postcode, address."""

import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import phonenumbers
from phonenumbers import PhoneNumberFormat, ValidationResult

from services.agent.facts.money import CURRENCY_WORDS
from services.agent.facts.reading import Reading

_EMAIL = re.compile(r"(?<![\w.+-])[a-z0-9][\w.+-]*@[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\w@])", re.I | re.A)
_AT = r"(?:\s{1,9}at\s{1,9}|\s{0,9}[(\[]at[)\]]\s{0,9}|@)"
_DOT = r"(?:\s{1,9}dot\s{1,9}|\s{0,9}[(\[]dot[)\]]\s{0,9}|\.)"
_PLUS, _DASH = r"\s{1,9}(?:underscore|plus)\s{1,9}|\+", r"\s{1,9}(?:dash|hyphen)\s{1,9}|-"
_SPOKEN_EMAIL = re.compile(
    rf"(?<![\w.+-])(?P<local>\w{{1,64}}+(?:(?:{_DOT}|{_PLUS}|{_DASH})\w{{1,64}}+){{0,9}}+){_AT}"
    rf"(?P<domain>\w{{1,64}}+(?:(?:{_DASH}|{_DOT})\w{{1,64}}+){{0,9}}{_DOT}[a-z]{{2,}})(?!\w)",
    re.I | re.A,
)
"""Nothing in it can be read in two ways, and blanks, words and their number have an end, so that it takes no time."""

_SIGNS = {"dot": ".", "at": "@", "underscore": "_", "dash": "-", "hyphen": "-", "plus": "+"}
_SPOKEN_SIGN = re.compile(
    r"\s{0,9}[(\[]?\b(?<=[\s(\[])(dot|at|underscore|dash|hyphen|plus)(?=[\s)\]])[)\]]?\s{0,9}", re.I
)

_NORTH_AMERICAN, _ZIP = 1, 5
_PHONE = re.compile(r"(?<![\w$.])(?:\+?1[\s.-]?)?\(?\d{3}\)?[\s.-]?\d{3}[\s.-]?\d{4}(?!\w)", re.A)
_IN_ANY_GROUPS = re.compile(
    r"(?<![\w$.,/-])\+?(?:[01][\s.,-]{0,3}){0,3}[2-9](?:[\s().,/_-]{0,3}\d){9}(?!\w|[.,-]\d)", re.A
)
"""Ten digits, behind a 1 or the zeros that some dial first; no area code begins with either."""

_ABROAD = re.compile(r"(?<![\w$.])(?:\+|00)[1-9](?:[\s().-]{0,3}\d){6,14}(?!\w)", re.A)
_NATIONAL = re.compile(
    r"(?<![\w$.])(?:\(?0\d(?:[\s().-]{0,3}\d){5,11}|\d{7,12}|\d{2,5}(?:[ .-]\d{2,5}){1,4})(?![\w.,]*\w)", re.A
)

_POSTCODES = re.compile(
    r"(?<![\w$.-])(?:(?P<us>\d{5})(?:-\d{4})?"
    r"|(?P<split>[a-z]\d[a-z] ?\d[a-z]\d|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}))(?![\w-]|\.\d)",
    re.I | re.A,
)
_OTHER_POSTCODE = re.compile(r"(?<![\w$.-])\d{4,6}(?![\w-]|\.\d)", re.A)
_FIVE_DIGITS = frozenset({"US", "CA", "GB"})
_AFTER_STATE = re.compile(r"(?<=, [A-Z]{2} )\d{5}(?![\w-]|\.\d)", re.A)

_STREET = (
    r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|way|place|pl|terrace|square|sq|parkway"
)
_ADDRESS = re.compile(
    rf"(?<![\w$€£¥])(?<![$€£¥]\s)(?<!\d[.,\s])\d{{1,5}}\s+(?!(?:{CURRENCY_WORDS}|to|went|from|for|at|on|in|and|or|of)\b)"
    r"(?:\d+(?:st|nd|rd|th)\s+|[a-z][a-z.' -]{1,40}?\b)"
    rf"(?:{_STREET})\b"
    r"(?:[^!?\n]{0,60}?\b\d{5}\b)?",
    re.I | re.A,
)


def emails(text: str, own_domains: Collection[str] = ()) -> Iterator[Reading]:
    """Addresses, written or read aloud (`dana dot lopez at example dot com`); those of `own_domains` are no value."""
    for found in _emails(text):
        own = found.value is not None and _is_of(found.value, own_domains)
        yield replace(found, value=None) if own else found


def _is_of(address: str, domains: Collection[str]) -> bool:
    return any(f".{address.partition('@')[2]}".endswith(f".{domain.lower()}") for domain in domains)


def _emails(text: str) -> Iterator[Reading]:
    for match in _EMAIL.finditer(text):
        yield Reading(*match.span(), match.group().lower(), 0.99)
    if not re.search(r"\b(?:dot|at)\b", text, re.I):
        return
    for match in _SPOKEN_EMAIL.finditer(text):
        value = _SPOKEN_SIGN.sub(lambda said: _SIGNS[said[1].lower()], match.group()).lower()
        if _EMAIL.fullmatch(value) and value != match.group().lower():
            yield Reading(*match.span(), value, 0.9, bare=_is_surely_email(match))


def phones(text: str, region: str) -> Iterator[Reading]:
    """Telephone numbers in E.164 (`+15550101001`); one without country code is taken as of `region` (ISO 3166)."""
    american = phonenumbers.country_code_for_region(region) == _NORTH_AMERICAN
    for pattern in (_PHONE if american else _NATIONAL, _ABROAD):
        for match in pattern.finditer(text):
            if reading := _phone(match, region):
                yield reading
    for match in _IN_ANY_GROUPS.finditer(text) if american else ():
        two_numbers = [len(group) for group in re.findall(r"\d+", match.group())] == [_ZIP, _ZIP]
        if not two_numbers and (reading := _phone_of("+1" + re.sub(r"\D", "", match.group())[-10:], match, region)):
            yield replace(reading, certainty=0.8, bare=False)


def postcodes(text: str, region: str) -> Iterator[Reading]:
    """Codes as the US, Canada and Great Britain write them, elsewhere four to six digits."""
    for match in _POSTCODES.finditer(text):
        yield Reading(*match.span(), match["us"] or _in_two(match["split"].upper()), 0.78)
    if region not in _FIVE_DIGITS:
        for match in _OTHER_POSTCODE.finditer(text):
            yield Reading(*match.span(), match.group(), 0.75, bare=False)
    for match in _AFTER_STATE.finditer(text):
        yield Reading(*match.span(), None, 0.82)


def addresses(text: str) -> Iterator[Reading]:
    """A house number and a street, up to the zip code if there is one."""
    for match in _ADDRESS.finditer(text):
        yield Reading(*match.span(), " ".join(match.group().split()), 0.95)


def _is_surely_email(match: re.Match[str]) -> bool:
    """Not just the word before an `at`, as in `I work at example dot com`."""
    return "@" in match.group() or bool(_SPOKEN_SIGN.search(match["local"]) or re.search(r"\W", match["local"]))


def _phone(match: re.Match[str], region: str) -> Reading | None:
    written = match.group()
    return _phone_of("+" + written[2:] if written.startswith("00") else written, match, region)


def _phone_of(written: str, match: re.Match[str], region: str) -> Reading | None:
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    if phonenumbers.is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    sure = number.country_code == _NORTH_AMERICAN or match.group()[0] in "+(0" or phonenumbers.is_valid_number(number)
    return Reading(*match.span(), phonenumbers.format_number(number, PhoneNumberFormat.E164), 0.85, bare=sure)


def _in_two(code: str) -> str:
    """Canadian and British codes end in a group of three."""
    return f"{code[:-3].strip()} {code[-3:]}"
