"""Let letters tell of a cycle: that it opened, has another deadline, or was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = (
    "invitation",
    "delegation",
    "password",
    "returned",
    "receipt",
    "reminder",
    "parallel_view",
    "mention",
)


def let_letters_be(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("outgoing_mail") as table:
        table.drop_constraint(op.f("ck_outgoing_mail_mailkind"), type_="check")
        table.create_check_constraint(op.f("ck_outgoing_mail_mailkind"), sa.column("kind").in_(kinds))


def upgrade() -> None:
    let_letters_be((*KINDS, "cycle"))


def downgrade() -> None:
    # Not deleted: what was told once would be told again after the next step up.
    op.execute("UPDATE outgoing_mail SET kind = 'reminder' WHERE kind = 'cycle'")
    let_letters_be(KINDS)
