"""The facts that a customer states. Read it in this order:

extractor.py    which value belongs to which slot: cues, the question asked, "not this one"
kinds.py        what kinds of slots there are, and who reads each
contact.py      email, phone, postcode, address      money.py    amounts, cards, IBANs
dates.py        days, written out or counted back    names.py    people
choices.py      names from the business's own list   answers.py  free words, "I don't have it"
sizes.py        names that are a number and a unit   sums.py     which of several amounts is meant
written.py      odd ways of writing, undone (numerals.py: numbers as words)
corrections.py  words that take something back
trouble.py      what is wrong with an answer that cannot be used
spoken.py       a fact as it is said to a customer
"""

from services.agent.facts.answers import lacking
from services.agent.facts.corrections import corrected
from services.agent.facts.extractor import Extractor
from services.agent.facts.spoken import spoken
from services.agent.facts.trouble import Trouble, TroubleKind
from services.agent.facts.written import plain

__all__ = ["Extractor", "Trouble", "TroubleKind", "corrected", "lacking", "plain", "spoken"]
