"""Time zones, deadlines of one country, wording revisions, review marks, the signing function, consent.

Older rows have none of them: all that is published stays public.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def one_of(check: str, *values: str) -> sa.Enum:
    """A text with a CHECK of its values, by that name."""
    return sa.Enum(*values, name=op.f(check), native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("country") as table:
        table.add_column(sa.Column("time_zone", sa.String(), nullable=True))
    with op.batch_alter_table("cycle") as table:
        table.add_column(sa.Column("closed_at", moment, nullable=True))
    with op.batch_alter_table("assessment") as table:
        table.add_column(sa.Column("deadline", sa.Date(), nullable=True))
        table.add_column(sa.Column("extended_at", moment, nullable=True))
        table.add_column(sa.Column("extension_reason", sa.String(), nullable=True))
        table.add_column(sa.Column("statement", sa.String(), nullable=True))
        table.add_column(
            sa.Column("shows_sensitive", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("consented_at", moment, nullable=True))
        table.create_check_constraint(
            op.f("ck_assessment_extended_when_deadline"), "(deadline IS NULL) = (extended_at IS NULL)"
        )
        table.create_check_constraint(
            op.f("ck_assessment_reason_when_deadline"), "(deadline IS NULL) = (extension_reason IS NULL)"
        )
    with op.batch_alter_table("assessment") as table:
        table.alter_column("shows_sensitive", server_default=None)
    with op.batch_alter_table("submission") as table:
        table.add_column(sa.Column("signed_by_function", sa.String(), nullable=True))
    op.create_table(
        "objective_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=False),
        sa.Column(
            "reach", one_of("ck_objective_consent_reach", "private", "region", "public"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_objective_consent_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objective_consent")),
        sa.UniqueConstraint(
            "assessment_id", "objective_id", name=op.f("uq_objective_consent_assessment_id_objective_id")
        ),
    )
    op.create_table(
        "review_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("verdict", one_of("ck_review_mark_verdict", "accept", "ask"), nullable=False),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("marked_at", moment, nullable=False),
        sa.Column("marked_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("verdict <> 'ask' OR remark <> ''", name=op.f("ck_review_mark_asked_in_words")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_review_mark_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["marked_by_id"], ["user.id"], name=op.f("fk_review_mark_marked_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_mark")),
        sa.UniqueConstraint(
            "assessment_id",
            "revision",
            "question_id",
            name=op.f("uq_review_mark_assessment_id_revision_question_id"),
        ),
    )
    op.create_table(
        "wording_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("old_sha256", sa.String(), nullable=True),
        sa.Column("new_sha256", sa.String(), nullable=False),
        sa.Column("texts", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("applied_at", moment, nullable=False),
        sa.Column("applied_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number >= 1", name=op.f("ck_wording_revision_number_from_one")),
        sa.CheckConstraint("note <> ''", name=op.f("ck_wording_revision_noted")),
        sa.ForeignKeyConstraint(
            ["applied_by_id"],
            ["user.id"],
            name=op.f("fk_wording_revision_applied_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_wording_revision_cycle_id_cycle"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording_revision")),
        sa.UniqueConstraint(
            "cycle_id", "number", "locale", name=op.f("uq_wording_revision_cycle_id_number_locale")
        ),
    )


def downgrade() -> None:
    op.drop_table("wording_revision")
    op.drop_table("review_mark")
    op.drop_table("objective_consent")
    with op.batch_alter_table("submission") as table:
        table.drop_column("signed_by_function")
    with op.batch_alter_table("assessment") as table:
        table.drop_constraint(op.f("ck_assessment_reason_when_deadline"), type_="check")
        table.drop_constraint(op.f("ck_assessment_extended_when_deadline"), type_="check")
        table.drop_column("consented_at")
        table.drop_column("shows_sensitive")
        table.drop_column("statement")
        table.drop_column("extension_reason")
        table.drop_column("extended_at")
        table.drop_column("deadline")
    with op.batch_alter_table("cycle") as table:
        table.drop_column("closed_at")
    with op.batch_alter_table("country") as table:
        table.drop_column("time_zone")
