"""The tables of accounts in PostgreSQL, made and renewed by Alembic: `callcenter accounts migrate`."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from services.policy.accounts.loading import transaction

VERSIONS = "callcenter_accounts_version"
"""Where the database keeps its version: the company's own Alembic may have a table of the usual name."""


def migrate(url: str) -> None:
    """Bring the tables to the newest version, in one transaction; raises Unavailable where that cannot be."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    with transaction(url) as connection:
        connection.execute(text(f"select pg_advisory_xact_lock(hashtext('{VERSIONS}'))"))  # one at a time
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
