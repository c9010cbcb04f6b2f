"""Customer text made ready for the classifier: cut into clauses, and written in one way."""

import re

JOINER = "\u2060"
"""Fills room within a word that was written longer than it is; it is no sign of the word."""

_STARTS = (
    r"(?:also|then|i|we|can|could|would|will|please|where|what|how|when|why|do|does|is|are|you|my|there|it|unsubscribe|cancel"
    r"|change|update|send|refund|return|delete|close|reset|let|get|give|connect|oh|another|btw|besides|additionally|tell|show|exchange"
    r"|add|block|unblock|freeze|unfreeze|raise|lower|increase|reduce|move|reschedule|stop|take|remove|replace|renew|resend"
    r"|transfer|activate|turn|switch"
    r"|(?:mail|post|text|email|book|order|ship|bring|put|pay|credit|call)\s(?:me|us|it|them|my|our|a|an|another|one))\b"
)
_EMBEDDED = r"(?:where|what|how|when|why|who)\s(?:i|you|we|he|she|it|they|my|your|our|their)\b"
"""A question inside another clause, `and where my parcel was`: it goes on with that clause."""

_BREAK = re.compile(
    rf"[.!?;\n]{{1,9}}\s{{1,9}}|[.!?;\n]{{1,9}}$|(?:,\s{{1,9}}(?:(?:and|but|plus|so)\s{{1,9}})?|\s{{1,9}}(?:and|but|plus)\s{{1,9}})"
    rf"(?={_STARTS})(?!{_EMBEDDED})"
    r"|,\s{1,9}(?=order #?\d)|\s{1,9}(?=(?:also|by the way|btw|another thing)\b,?\s)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?:and|but|also|then|as for|for)\s){0,2}(?:the|my|our|this|that|these|those)\s(?:[a-z-]{1,20}\s?){1,3}"
    r",?\s#?\d{4,9}",
    re.IGNORECASE,
)
"""A thing with its number and no more, which the next words are about: `and the lamp, 48213, I'd like to keep`."""

_TOPIC = re.compile(
    r"(?:(?:and|but|also|then|as for|for)\s){0,2}(?:the|my|our|this|that)\s(?:[a-z-]{1,20}\s?){1,3}", re.I
)
_OF_IT = re.compile(r"(?:please\s)?\w{1,20}\s(?:it|them)\b", re.I)
"""A thing by its name, and what is wanted done about it: `and my limit, raise it`."""

_LONG = 1_500
"""Characters of a turn that are looked at clause by clause; the rest of a very long text is read as a whole."""

_NUMBER = re.compile(r"#\s?\d+|\b\d{4,}\b")
_TO = (
    r"(?: (?:there|again|all|everyone|everybody|team|folks|guys|sirs?|madam|ma'am|or|you|support|to you)"
    r"| &| (?-i:[A-Z])[\w'.&-]{1,20}){0,4}"
)
_GREETING = re.compile(
    r"\A\W{0,9}(?:(?:hi+|hello+|hey+|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|dear"
    r"|to whom it may concern)"
    rf"{_TO}\s{{0,3}}[,.!:;-]\s{{0,9}}){{1,3}}(?=\w+\W+\w+)",
    re.IGNORECASE,
)
"""Words that greet before it is said what is wanted."""

_MASKED = re.compile(
    r"(?<![\w*@./])(?:[a-z]{1,9}\*{1,6}[a-z]{1,9}|[a-z]{1,2}\*{2,6}|\*{3,6}[a-z]{1,9}|[a-z]{1,3}[#@%&$!*]{2,6}[a-z]{1,9})(?![\w*@])",
    re.IGNORECASE,
)
"""A word that is written with signs in place of its letters, as swearing is."""
_REWRITES = (
    (re.compile(r"(?<!\S)\S+@\S+"), " emailaddress "),
    (re.compile(r"\bgc-\w{4}-\w{4}\b"), " giftcard code "),
    (re.compile(r"\$\s?\d[\d,.]*|\b\d[\d,.]{0,19}\s?(?:usd|dollars?|bucks)\b"), " moneyamount "),
    (_NUMBER, " ordernumber "),
    (re.compile(r"(\w)\1{2,}"), r"\1\1"),
    (re.compile(r"\b(?:f+u+c+k\w*|goddamn|damn|bloody|freaking|frigging|shit\w*)\b"), " "),
    (re.compile(r"\byou (?:bunch of )?(?:clowns?|idiots?|morons?|jerks?|fools?)\b"), " "),
    (re.compile(r"\bcancell"), "cancel"),
    (re.compile(r"\bpls\b|\bplz\b|\bplease\b|\bthank you\b|\bthanks\b"), " "),
    (re.compile(r"\b(?:hi|hello|hey|good morning|good afternoon|good evening)\b[ ,!.]+(?=\w+ \w+)"), " "),
    (re.compile(r"\b(?:can|could|would|will) (?:you|u|ya)\b"), " "),
    (re.compile(r"\b(?:i need|i want|i have) (?:some )?(?:help|assistance)\b"), " "),
    (
        re.compile(
            r"\b(?:help me|i would like|i'd like|i wish|i'm trying|i try|i have got|i've got|i gotta|i wanna)\b"
        ),
        " want ",
    ),
    (
        re.compile(r"\bi (?:do not|don't|dont) know (?:how|what)(?: i)?(?: can| could| need| have)?(?: to)?(?: do)?\b"),
        " how ",
    ),
    (re.compile(r"\s+"), " "),
)


_NAMED = (
    r"(?:e-?mail|zip|postal|postcode|phone|cell|name|birth|date of birth|dob|order"
    r"|[a-z]+ (?:number|id|reference))"
)
_JOIN = r"(?: (?:address|code|number|no|id|day|is|was|should|be|on|the|my|account|file))*"
_COUNT = r"(?:second|third|fourth|fifth|tenth|last|[2-9](?:nd|rd|th)|10th)"
_FACT = re.compile(
    rf"^(?:and |it'?s |that'?s |the |my |her |his |their |for |in )*{_NAMED}{_JOIN}[ :#.]*\S*[\d@]\S*$"
    r"|^(?:and )?my name is \S+(?: \S+)?$|^(?:and )?i (?:was|am) born\b"
    rf"|^(?:this is |that'?s |it'?s |my |now |already |the )*{_COUNT} (?:e-?mail|message|call|time|attempt|request)"
    r"(?: (?:now|already|i write|i call|i ask|i am writing|i'm writing))*$",
    re.IGNORECASE,
)


_VALUE = re.compile(
    r"(?<!\S)\S*[\d@]\S*(?:\s(?:usd|dollars?|bucks)\b)?|\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?"
    r"|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"(?<!\S)\S+@\S+")
_AROUND = re.compile(
    r"it|its|is|was|that|this|the|my|here|we|go|oh|ok|okay|sure|yes|yeah|fine|right|hmm|um|well|so|and|or|let|me|see|look|up"
    r"|of|course|think|believe|guess|suppose|probably|maybe|should|would|be|at|to|on|you|can|could|please|thanks|thank"
    r"|reach|write|reply|respond|answer|contact|sorry|one|second|order|zip|postal|code|postcode|phone|cell|number|e?mail"
)
"""Words that go with a value and ask for nothing."""


def states_fact(clause: str) -> bool:
    """Whether a clause only gives a fact, like `my zip code is 94107`, `$45` or `third email`, and asks for nothing."""
    words = re.findall(r"[^\W\d_]{2,}", normalized(_VALUE.sub(" ", clause)))
    if _VALUE.search(clause) and all(map(_AROUND.fullmatch, words)):
        return True
    return not words or bool(_FACT.match(clause.strip(" .,!;")))


_ASKING = re.compile(
    r"\?|\b(?:please|pls|plz|i (?:also )?(?:want|need|demand)|i(?:'d| would) (?:also )?like|wonder(?:ed|ing)?)\b"
    r"|^(?:(?:and|but|so|oh|also|then|now)[, ]+)*(?:can|could|would|will|where|what|how|when|why|do|does|is|are"
    r"|unsubscribe|cancel|change|update|send|refund|return|delete|close|reset|connect|tell|show|exchange|get|give)\b",
    re.IGNORECASE,
)


def asks(clause: str) -> bool:
    """Whether a clause clearly asks for something: a question, a wish or an order."""
    return bool(_ASKING.search(clause.replace("\u2019", "'")))


_INQUIRY = re.compile(
    r"\?|^(?:(?:and|so|hi|hello|also|but)[, ]+){0,4}"
    r"(?:where|what|when|how|who|which|why|is|are|do|does|did|has|have|am|any|until)\b",
    re.IGNORECASE,
)


def inquires(clause: str) -> bool:
    """Whether a clause wants to know something, by its first words."""
    return bool(_INQUIRY.search(clause.replace("\u2019", "'")))


def without_addresses(clause: str) -> str:
    """The words of a clause: an e-mail address in it says how to reach somebody, not what they want."""
    return _ADDRESS.sub(" ", clause)


_BACK = re.compile(
    r"(?:[\w']+ ){1,4}(?:it|them)(?: [\w']+){0,3}"
    r"|(?:has|have|is|are|was|were|did|does|will) (?:it|they)(?: [\w']+){1,6}",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:it|this|that|them|these|those|one)(?: (?:now|again|please|all))?$", re.IGNORECASE)


def refers_back(clause: str) -> bool:
    """Whether a short clause asks about what was named before it, like `cancel it` or `when will I get it`."""
    return bool(_BACK.fullmatch(clause.strip(" .,!;?")))


def points_back(clause: str) -> bool:
    """Whether a clause asks for something to be done about what was named before: `can you do anything about that`."""
    return refers_back(clause) or bool(_POINTING.search(clause.strip(" .,!;?")) and asks(clause))


def split(text: str) -> list[tuple[int, int]]:
    """The clauses of a text as (start, end), without the blanks around them; at most 24."""
    spans, start = [], 0
    for cut in _BREAK.finditer(text[:_LONG]):
        if cut.group().startswith(",") and _goes_on(text[start : cut.start()].strip(), text, cut.end()):
            continue
        spans.append((start, cut.start()))
        start = cut.end()
    spans.append((start, min(len(text), _LONG)))
    trimmed = [_trim(text, *span) for span in spans]
    return [(start, end) for start, end in trimmed if re.search(r"\w", text[start:end])][:24]


def _goes_on(named: str, text: str, at: int) -> bool:
    """Whether what comes after the comma is about nothing but what is named before it."""
    return bool(_BARE.fullmatch(named) or (_TOPIC.fullmatch(named) and _OF_IT.match(text, at)))


def normalized(text: str) -> str:
    """Lower case, with numbers, addresses and polite wrapping written the same way everywhere."""
    lowered = to_the_matter(text[:4_000]).lower().replace("\u2019", "'")
    for pattern, replacement in _REWRITES:
        lowered = pattern.sub(replacement, lowered)
    return lowered.strip()


def without_numbers(text: str) -> str:
    """For the meaning, which would change with them: which order or account it is says nothing about what is wanted."""
    return _NUMBER.sub("", text)


def to_the_matter(text: str) -> str:
    """Without a greeting before what is wanted, and without words that are masked: neither says what it is."""
    return _GREETING.sub("", _MASKED.sub(" ", text))


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    clause = text[start:end]
    lead = len(clause) - len(clause.lstrip(" ,;\n\t"))
    return start + lead, max(start + lead, start + len(clause.rstrip()))
