"""The simulated customer: a person of `personas.py` with the memory of `memory.py`, who answers in `person.py`.

The agent never looks in here: it only hears what is said.
"""
