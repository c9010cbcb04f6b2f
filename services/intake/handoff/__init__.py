"""People take over live contacts: who is on duty, who waits, who has which, and giving it back.

teams.py      the queues of each business, and for which a person is there now
handoffs.py   what a person may do with a contact: each is one step of its interaction
briefing.py   what they should know before they say a word
watch.py      what nobody came to, or was left lying
api.py        the addresses; bodies.py and views.py: what they take and show
"""

from services.intake.handoff.handoffs import Handoffs
from services.intake.handoff.teams import Teams
from services.intake.handoff.watch import Watch

__all__ = ["Handoffs", "Teams", "Watch"]
