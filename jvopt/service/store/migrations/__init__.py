"""Changes of the layout of the database, in order, as Alembic runs them."""
