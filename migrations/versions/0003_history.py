"""Keep what an answer has beside it: last cycle's answer confirmed or changed, what lost a conflict, remarks."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
STATES = ("level", "not_applicable", "unknown", "none_yet")


def upgrade() -> None:
    for name in ("answer", "answer_revision"):
        with op.batch_alter_table(name) as table:
            table.add_column(
                sa.Column("is_confirmed", sa.Boolean(), nullable=False, server_default=sa.false())
            )
            table.add_column(sa.Column("changed_because", sa.String(), nullable=False, server_default=""))
        with op.batch_alter_table(name) as table:
            table.alter_column("is_confirmed", existing_type=sa.Boolean(), server_default=None)
            table.alter_column("changed_because", existing_type=sa.String(), server_default=None)
    op.create_table(
        "other_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                *STATES,
                name=op.f("ck_other_answer_answerstate"),
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("measure_value", sa.String(), nullable=True),
        sa.Column("measure_year", sa.Integer(), nullable=True),
        sa.Column("measure_source", sa.String(), nullable=True),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("changed_because", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'level') = (level IS NOT NULL)", name=op.f("ck_other_answer_level_when_answered")
        ),
        sa.CheckConstraint(
            "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_other_answer_reason_when_needed"),
        ),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_other_answer_answer_id_answer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user.id"],
            name=op.f("fk_other_answer_changed_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_other_answer")),
    )
    op.create_index("ix_other_answer_answer_id", "other_answer", ["answer_id"], unique=False)
    op.create_table(
        "remark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", moment, nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("resolved_at", moment, nullable=True),
        sa.Column("resolved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("text <> ''", name=op.f("ck_remark_says_something")),
        sa.CheckConstraint(
            "(resolved_at IS NULL) OR (resolved_at >= written_at)",
            name=op.f("ck_remark_resolved_after_written"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_remark_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["user.id"], name=op.f("fk_remark_written_by_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["resolved_by_id"], ["user.id"], name=op.f("fk_remark_resolved_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_remark")),
    )
    op.create_index(
        "ix_remark_assessment_id_question_id", "remark", ["assessment_id", "question_id"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_remark_assessment_id_question_id", "remark")
    op.drop_table("remark")
    op.drop_index("ix_other_answer_answer_id", "other_answer")
    op.drop_table("other_answer")
    for name in ("answer", "answer_revision"):
        with op.batch_alter_table(name) as table:
            table.drop_column("changed_because")
            table.drop_column("is_confirmed")
