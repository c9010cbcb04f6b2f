"""`python -m services.policy`: the policy desk as a process of its own."""

from callcenter.messaging.serve import run
from services.policy import build
from services.policy.preview import routes

run(build, routes)
