"""What DJ programs say of tracks in a comment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column."""
    op.add_column("ratings", sa.Column("comment", sa.Text, nullable=False, server_default=""))
