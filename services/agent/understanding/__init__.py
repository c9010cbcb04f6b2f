"""Which contact reasons a text names, from the phrasings of the business. Read it in this order:

requests.py     the requests in a text, main one first (phrases.py cuts it into clauses)
engine.py       the port: anything that ranks reasons
embedded.py     lite and standard, in this process
choice.py       which of them is used, and what happens where its weights are missing
training.py     examples.py in, model.py out: heads.py classify, calibration.py says what scores are worth
words.py        a text as weighted words and pieces of words (typos.py reads mistyped ones)
sentences.py    a text as a vector of MiniLM, whose products integers.py makes quick
shelf.py        models on disk
measuring.py    accuracy, calibration, gate and latency on labelled texts
"""

from services.agent.understanding.engine import OUT_OF_SCOPE, Engine, Ranked
from services.agent.understanding.requests import Found, Understanding

__all__ = ["OUT_OF_SCOPE", "Engine", "Found", "Ranked", "Understanding"]
