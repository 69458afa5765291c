"""Files as evidence: what was uploaded to which question, and which evidence row is a file."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "evidence_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_file_sha256_whole")),
        sa.CheckConstraint("name <> ''", name=op.f("ck_evidence_file_named")),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_file_holds_something")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_evidence_file_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_file")),
        sa.UniqueConstraint(
            "assessment_id",
            "question_id",
            "sha256",
            "name",
            name=op.f("uq_evidence_file_assessment_id_question_id_sha256_name"),
        ),
    )
    op.create_index(op.f("ix_evidence_file_sha256"), "evidence_file", ["sha256"], unique=False)
    with op.batch_alter_table("evidence") as table:
        table.add_column(sa.Column("file_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_evidence_file_id_evidence_file"),
            "evidence_file",
            ["file_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        table.create_check_constraint(op.f("ck_evidence_link_or_file"), "url IS NULL OR file_id IS NULL")
        table.create_index(op.f("ix_evidence_file_id"), ["file_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("evidence") as table:
        table.drop_index(op.f("ix_evidence_file_id"))
        table.drop_constraint(op.f("ck_evidence_link_or_file"), type_="check")
        table.drop_constraint(op.f("fk_evidence_file_id_evidence_file"), type_="foreignkey")
        table.drop_column("file_id")
    op.drop_index(op.f("ix_evidence_file_sha256"), "evidence_file")
    op.drop_table("evidence_file")
