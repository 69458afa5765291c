"""Let a remark mention offices, and a letter tell them."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

KINDS = ("invitation", "delegation", "password", "returned", "receipt", "reminder", "parallel_view")


def let_letters_be(kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("outgoing_mail") as table:
        table.drop_constraint(op.f("ck_outgoing_mail_mailkind"), type_="check")
        table.create_check_constraint(op.f("ck_outgoing_mail_mailkind"), sa.column("kind").in_(kinds))


def upgrade() -> None:
    op.create_table(
        "mention",
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["remark_id"], ["remark.id"], name=op.f("fk_mention_remark_id_remark"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("remark_id", "office", name=op.f("pk_mention")),
    )
    let_letters_be((*KINDS, "mention"))


def downgrade() -> None:
    op.execute("DELETE FROM outgoing_mail WHERE kind = 'mention'")
    let_letters_be(KINDS)
    op.drop_table("mention")
