"""Alembic's entry: runs the due steps on the connection that ``store.index.schema`` gives it."""

from alembic import context

from curtilage.store.recorded.tables import metadata

# The transaction is the caller's: all due steps or none.
context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
