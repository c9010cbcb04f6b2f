"""Run by Alembic itself, on the connection that migrate() gives."""

from alembic import context

from services.policy.accounts.migrations import VERSIONS
from services.policy.accounts.postgres import SCHEMA

context.configure(connection=context.config.attributes["connection"], target_metadata=SCHEMA, version_table=VERSIONS)
context.run_migrations()
