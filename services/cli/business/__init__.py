"""`callcenter business`: make, check, test and replay a business, without writing code.

commands.py     the four commands
checking.py     check: every file by the loader of its service, then what only shows in the whole
consistency.py  what only shows in the whole: names that one file gives and another uses
rule_order.py   rules that are never reached, and what they need but nobody asks for
budget.py       expressions that look at more than one may, now or once accounts have grown
testing.py      test: the scenarios through all five desks, coverage, and rules turned to see who notices
scenarios.py    `scenarios.yaml`, and how a record compares with it
house.py        all five desks in this process
mutation.py     each rule with its verdict turned
judging.py      a recorded conversation judged again
replaying.py    replay: recorded interactions judged by changed rules
records.py      where recorded interactions come from, and the conversation in them
starting.py     new: a small business to begin with, from template/
"""

from services.cli.business.commands import app

__all__ = ["app"]
