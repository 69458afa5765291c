"""Let a delegated objective be ready, taken over or sent back, and an answer beside another be settled."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
STATES = ("working", "ready", "taken")


def upgrade() -> None:
    state = sa.Enum(
        *STATES, name=op.f("ck_delegation_partstate"), native_enum=False, create_constraint=True, length=32
    )
    with op.batch_alter_table("delegation") as table:
        table.add_column(sa.Column("state", state, nullable=False, server_default="working"))
        table.add_column(sa.Column("moved_at", moment, nullable=True))
        table.add_column(sa.Column("note", sa.String(), nullable=True))
    with op.batch_alter_table("delegation") as table:
        table.alter_column("state", existing_type=state, server_default=None)
    with op.batch_alter_table("other_answer") as table:
        table.add_column(sa.Column("settled_at", moment, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("other_answer") as table:
        table.drop_column("settled_at")
    with op.batch_alter_table("delegation") as table:
        table.drop_column("note")
        table.drop_column("moved_at")
        table.drop_constraint(op.f("ck_delegation_partstate"), type_="check")
        table.drop_column("state")
