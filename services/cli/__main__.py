"""`python -m services.cli`"""

from services.cli import app

app(prog_name="callcenter")
