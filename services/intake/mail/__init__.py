"""E-mail, in and out. Read it in this order:

addresses.py    which business an address is that of, and as whom it writes
reading.py      a mail as it comes, whatever it is: who, about what, in which words; page.py reads HTML as text
automatic.py    mails that nobody wrote: none of them is answered
arriving.py     a mail becomes a contact, or goes on with the one that it answers, before its sender is told 250
door.py         the server that mails are delivered to, by SMTP or LMTP
letters.py      what is said in a contact that came by mail becomes letters, in the post
writing.py      a letter as a mail, with the headers of its thread
relay.py        the mail server that takes our mails
postman.py      delivers what is in the post, again and again until it is taken or refused
service.py      all of it, as it runs beside the API
"""
