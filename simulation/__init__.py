"""The simulated customer: a client of live conversations, who talks in character and judges what came of it.

trade.py      what customers of a business know: its facts, accounts, scenarios, and what its rules set in motion
agenda.py     who somebody is, what they want, and what must come of it
making.py     agendas from the scenarios and sample accounts of a business, or from a file
personas.py   how somebody talks, read from personas.yaml
casting.py    an agenda played by a persona: what is said otherwise then, and what is right then
reading.py    what the agent has just asked
customer.py   what this customer says to it
door.py       the public API over HTTP, with patience
playing.py    one contact, from the first words to the end
record.py     what a finished record says was decided and done
judging.py    whether it came out right, harmfully, or not at all
secrecy.py    what of an account a stranger was told
crowd.py      many contacts, a few at a time
report.py     counts, rates and transcripts

It knows the agent only from outside: nothing in here imports a service.
"""
