"""What Alembic runs: the revisions in `versions`, on the connection that it is given."""

from alembic import context

from jvopt.service.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
)
with context.begin_transaction():
    context.run_migrations()
