"""From what a customer said to commands (`services/agent/commands.py`). Read it in this order:

understander.py  the default adapter of the port: facts, requests and replies, each sentence in its role
llm.py           by choice: a language model says the commands (form.py: which it may; shown.py: what it is shown)
listened.py      a message cut into sentences, each heard by itself (parts.py: in their roles; dangers.py: danger)
naming.py        which words of a business name a reason, and how customers usually put it
pointing.py      which things of their account they point at; recognizing.py: what they name besides, and what must stay
further.py       whether what a reply asks for is one more request
replies.py       what a reply means after what the agent just did; assent.py: what a plain yes is
sure_of.py       how sure it must be of what it hears
choosing.py      which of several things is meant: belonging.py (whose a fact is), several.py (the words for it)
mail.py          what of a pasted mail the customer wrote now (markup.py: what HTML shows)
dictated.py      signs that were dictated as words
dangers.py       that somebody is in danger
language.py      which language is written
pack.py          what the agent brings along for a language (cues.py: words; sentiment.py: mood, hurry, swearing)
"""

from services.agent.hearing.llm import LlmUnderstander
from services.agent.hearing.pack import LanguagePack
from services.agent.hearing.understander import ClassifyingUnderstander

__all__ = ["ClassifyingUnderstander", "LanguagePack", "LlmUnderstander"]
