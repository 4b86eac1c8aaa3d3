"""Runs the migrations over the connection that the ledger hands in."""

from alembic import context

from lantian.ledger.tables import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
with context.begin_transaction():
    context.run_migrations()
