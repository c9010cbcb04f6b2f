"""Staff that signs in by an identity provider, as OpenID Connect says: authorization code with PKCE, state and nonce.

settings.py    which provider, and which role its claims give
issuer.py      what the provider says of itself, and its keys
tokens.py      whether an ID token is theirs, for us, of now, and of this sign-in
client.py      the way there, what comes back, and the way out
grants.py      what the claims say of somebody: a name, a role, businesses
arriving.py    who comes is staff, with the role of this sign-in
leaving.py     signed out here, and there
routes.py      there and back, over HTTP
refusals.py    why somebody is not signed in
"""
