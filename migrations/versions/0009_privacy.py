"""Accounts that were removed, and how long the history of a cycle is kept after acceptance."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)

ACCEPTED_AT = """
UPDATE assessment SET accepted_at = (
    SELECT max(entry.at) FROM audit_entry AS entry JOIN cycle ON cycle.id = assessment.cycle_id
    WHERE entry.action = 'assessment.accept'
      AND entry.subject = 'assessment/' || CAST(cycle.year AS VARCHAR) || '/' || assessment.country_code
)
"""
# The row stays, since answers and the record point at it; an address that nobody has fills the column.
NOBODYS_ADDRESS = """
UPDATE "user" SET email = 'removed-account-' || CAST(id AS VARCHAR) || '@invalid' WHERE email IS NULL
"""


def upgrade() -> None:
    with op.batch_alter_table("user") as table:
        table.add_column(sa.Column("removed_at", moment, nullable=True))
        table.alter_column("email", existing_type=sa.String(), nullable=True)
        table.create_check_constraint(
            op.f("ck_user_address_until_removed"), "(email IS NULL) = (removed_at IS NOT NULL)"
        )
        table.create_check_constraint(
            op.f("ck_user_no_password_once_removed"), "removed_at IS NULL OR password_hash IS NULL"
        )
    with op.batch_alter_table("cycle") as table:
        table.add_column(
            sa.Column("history_months", sa.Integer(), nullable=False, server_default=sa.text("12"))
        )
        table.create_check_constraint(
            op.f("ck_cycle_history_months_in_range"), "history_months BETWEEN 1 AND 120"
        )
    with op.batch_alter_table("assessment") as table:
        table.add_column(sa.Column("accepted_at", moment, nullable=True))
        table.add_column(sa.Column("history_removed_at", moment, nullable=True))
    op.execute(ACCEPTED_AT)


def downgrade() -> None:
    with op.batch_alter_table("assessment") as table:
        table.drop_column("history_removed_at")
        table.drop_column("accepted_at")
    with op.batch_alter_table("cycle") as table:
        table.drop_constraint(op.f("ck_cycle_history_months_in_range"), type_="check")
        table.drop_column("history_months")
    with op.batch_alter_table("user") as table:
        table.drop_constraint(op.f("ck_user_no_password_once_removed"), type_="check")
        table.drop_constraint(op.f("ck_user_address_until_removed"), type_="check")
    op.execute(NOBODYS_ADDRESS)
    with op.batch_alter_table("user") as table:
        table.alter_column("email", existing_type=sa.String(), nullable=False)
        table.drop_column("removed_at")
