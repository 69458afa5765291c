"""Let single questions of an objective be delegated; whatever was delegated so far is whole objectives."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OF_INVITED = ("invitation_id", "assessment_id", "objective_id")


def upgrade() -> None:
    op.create_table(
        "delegated_question",
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegation.id"],
            name=op.f("fk_delegated_question_delegation_id_delegation"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("delegation_id", "question_id", name=op.f("pk_delegated_question")),
    )
    op.create_table(
        "invited_question",
        sa.Column("invitation_id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            OF_INVITED,
            [f"invited_objective.{name}" for name in OF_INVITED],
            name=op.f("fk_invited_question_invited_objective"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(*OF_INVITED, "question_id", name=op.f("pk_invited_question")),
    )


def downgrade() -> None:
    """Who was given single questions is given nothing then, rather than objectives that they must not see."""
    for table, child, same in (
        ("delegation", "delegated_question", "delegated_question.delegation_id = delegation.id"),
        (
            "invited_objective",
            "invited_question",
            " AND ".join(f"invited_question.{name} = invited_objective.{name}" for name in OF_INVITED),
        ),
    ):
        op.execute(f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM {child} WHERE {same})")  # noqa: S608
        op.drop_table(child)
