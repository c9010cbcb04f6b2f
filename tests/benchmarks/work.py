"""The same work for every contender: five trivial steps, in which a request of 2 KB grows to a record of 6 KB."""

LOREM = (
    "My last invoice shows a charge that I do not recognise and I would like to have it looked at, "
    "because the plan that I agreed to in March was supposed to stay at the same price for a year. "
)
STEPS = ("agent", "policy", "ticketing", "summary", "intake")
"""In the order in which an interaction passes them; the last one only notes that it has ended."""

TURNS = [LOREM[: 130 + n] for n in range(7)]
CHECKS = [LOREM[:60]] * 7
SUMMARY = LOREM * 3
PREFETCH = 50
