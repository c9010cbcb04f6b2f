"""Who may do what: roles and addresses as data, sign-in, keys, and the guard that checks all of it.

principal.py   who is asking; what roles and scopes may do
rules.py       what each address needs
guard.py       asks both before every request, where AUTH is on
registry.py    staff, keys and sessions: who has which secret
passwords.py   passwords of people
secrets.py     secrets of keys, sessions and conversations
session.py     signing in and out over HTTP
browser.py     what a browser is given that somebody signs in with
provider/      signing in by an identity provider
managing.py    staff and keys over HTTP
opening.py     whether a server may be opened as it is set
"""
