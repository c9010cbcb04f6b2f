"""From what a customer said to commands (`services/agent/commands.py`). Read it in this order:

understander.py  the default adapter of the port: facts, requests and replies, each sentence in its role
replies.py       what a reply means after what the agent just did; assent.py: what a plain yes is
choosing.py      which of several things is meant: belonging.py (whose a fact is), several.py (the words for it)
mail.py          what of a pasted mail the customer wrote now (markup.py: what HTML shows)
language.py      which language is written      sentiment.py    mood, hurry, swearing
"""

from services.agent.hearing.understander import ClassifyingUnderstander, LanguagePack

__all__ = ["ClassifyingUnderstander", "LanguagePack"]
