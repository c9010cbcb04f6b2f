"""`python -m services.policy`: the policy desk as a process of its own."""

from callcenter.messaging.serve import run_app
from services.policy import assemble

run_app(assemble)
