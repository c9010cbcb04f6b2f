"""The conversation, from the agent's side. Read it in this order:

desk.py        what the agent needs to work for one business
following.py   what an earlier contact left open, taken up again
update.py      what the commands of a customer turn change in the section `Dialogue`
sharing.py     whose a fact is: for all requests, or the own of one
needs.py       what the requests still need to be known
dialogue.py    what the agent does next
looking.py     what they point at, once policy has shown the account
moment.py      the point at which it speaks: what it does and what it has just heard
reading_back.py  what is read back to them
wording.py     how it says that, in the sentences of the phrasebook of a language
talk.py        one step of a conversation: the new customer turns in, one agent turn out
simulation.py  a whole conversation with a simulated customer
"""

from services.agent.conversation.desk import Desk

__all__ = ["Desk"]
