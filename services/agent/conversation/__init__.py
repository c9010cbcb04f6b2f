"""The conversation, from the agent's side. Read it in this order:

desk.py        what the agent needs to work for one business
listening.py   a customer turn heard: reasons, facts, language, mood, and what it means after what was asked (gist.py)
sharing.py     whose a fact is: for all requests, or the own of one (update.py: all else that a turn changes)
dialogue.py    what the agent knows, and what it does next: pure functions over the section `Dialogue`
wording.py     how it says that, in the sentences of the phrasebook of a language
talk.py        one step of a conversation: the new customer turns in, one agent turn out
simulation.py  a whole conversation with a simulated customer
"""

from services.agent.conversation.desk import Desk

__all__ = ["Desk"]
