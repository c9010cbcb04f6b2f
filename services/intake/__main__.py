"""`python -m services.intake`"""

from callcenter.messaging.serve import run_app
from services.intake import build

run_app(build, port=8000)
