"""What happens to a ticket after it was opened. Read it in this order:

ticket.py      the ticket as it stands, and the events by which it came there
sla.py         the two clocks of a ticket: first response and resolution
lifecycle.py   what people may change, and what follows from it
office.py      reads and writes the ticket book: each change once, whoever else changes the same ticket
clock.py       warns before a target is missed, tells when it is, closes what was resolved
hooks.py       whom other systems are told at, and how it is signed
letters.py      the answers of people that go out by mail
courier.py     delivers what has to be told, again and again until it arrives
bodies.py      what a client may ask; views.py what it is shown; api.py the addresses
"""
