"""What a customer may ask of whoever keeps data about them: to be told all of it, and to have it erased.

person.py     who it is, and which contacts are theirs
finding.py    where their data lies
told.py       all of it as one document
masking.py    what has to stay, without what is personal
erasing.py    the rest is taken away, in an order in which it can be done again after a crash
"""

from callcenter.rights.erasing import Erasure, InWork, erase
from callcenter.rights.person import Person
from callcenter.rights.told import Told, tell

__all__ = ["Erasure", "InWork", "Person", "Told", "erase", "tell"]
