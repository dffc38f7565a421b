"""The currency of what a plan comes to.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; of jobs that have ended it is not known."""
    # Not in a batch: SQLite would make the table anew, and drop what hangs on the jobs with it.
    op.add_column("jobs", sa.Column("currency", sa.Text(), nullable=True))


def downgrade() -> None:
    """Drop it."""
    op.drop_column("jobs", "currency")
