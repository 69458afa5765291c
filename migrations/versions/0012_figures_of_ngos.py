"""Let the answers of NGOs hold a figure and documents. Older rows have neither."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

COLUMNS = {
    "measure_value": sa.String,
    "measure_year": sa.Integer,
    "measure_source": sa.String,
    "documents": sa.String,
}


def upgrade() -> None:
    with op.batch_alter_table("parallel_answer") as table:
        for name, kind in COLUMNS.items():
            table.add_column(sa.Column(name, kind(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("parallel_answer") as table:
        for name in COLUMNS:
            table.drop_column(name)
