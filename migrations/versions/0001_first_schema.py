"""The first schema: accounts, the record, cycles, answers and submissions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)


def one_of(check: str, *values: str) -> sa.Enum:
    """A text with a CHECK of its values, by that name."""
    return sa.Enum(*values, name=op.f(check), native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    head = op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.bulk_insert(head, [{"id": 1, "sequence": 0, "hash": "0" * 64}])  # the end of an empty record
    op.create_table(
        "country",
        sa.Column("code", sa.String(), nullable=False),
        sa.CheckConstraint("length(code) = 2 AND code = upper(code)", name=op.f("ck_country_two_capitals")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_country")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_hash", sa.String(), nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    op.create_index(op.f("ix_failed_sign_in_email_hash"), "failed_sign_in", ["email_hash"], unique=False)

    op.create_table(
        "framework_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("framework_id", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("loaded_at", moment, nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework_version")),
        sa.UniqueConstraint("sha256", name=op.f("uq_framework_version_sha256")),
    )
    op.create_table(
        "user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("office", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("locale", sa.String(), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", moment, nullable=False),
        sa.CheckConstraint("email = lower(email)", name=op.f("ck_user_email_in_small_letters")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("email", name=op.f("uq_user_email")),
    )
    op.create_table(
        "wording",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("locale", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wording")),
        sa.UniqueConstraint("sha256", name=op.f("uq_wording_sha256")),
    )
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", moment, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("facts", sa.String(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["actor_id"], ["user.id"], name=op.f("fk_audit_entry_actor_id_user"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_entry_hash")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("framework_version_id", sa.Integer(), nullable=False),
        sa.Column("opens_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "opens_on <= deadline AND deadline <= closes_on", name=op.f("ck_cycle_dates_in_order")
        ),
        sa.CheckConstraint("year BETWEEN 1900 AND 2999", name=op.f("ck_cycle_year_of_four_digits")),
        sa.ForeignKeyConstraint(
            ["framework_version_id"],
            ["framework_version.id"],
            name=op.f("fk_cycle_framework_version_id_framework_version"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("year", name=op.f("uq_cycle_year")),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            one_of(
                "ck_role_grant_role",
                "focal_point",
                "contributor",
                "coordinator",
                "analyst",
                "translator",
                "administrator",
            ),
            nullable=False,
        ),
        sa.Column("country_code", sa.String(), nullable=True),
        sa.CheckConstraint(
            "(role IN ('focal_point', 'contributor')) = (country_code IS NOT NULL)",
            name=op.f("ck_role_grant_country_for_country_roles"),
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
            name=op.f("fk_role_grant_country_code_country"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_role_grant_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grant")),
        sa.UniqueConstraint(
            "user_id", "role", "country_code", name=op.f("uq_role_grant_user_id_role_country_code")
        ),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)
    op.create_index(
        "uq_role_grant_without_country",
        "role_grant",
        ["user_id", "role"],
        unique=True,
        sqlite_where=sa.text("country_code IS NULL"),
        postgresql_where=sa.text("country_code IS NULL"),
    )

    op.create_table(
        "signed_in_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("began_at", moment, nullable=False),
        sa.Column("seen_at", moment, nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_signed_in_session_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_signed_in_session")),
    )
    op.create_index(op.f("ix_signed_in_session_user_id"), "signed_in_session", ["user_id"], unique=False)

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.Column(
            "state",
            one_of(
                "ck_assessment_assessmentstate", "draft", "submitted", "returned", "accepted", "published"
            ),
            nullable=False,
        ),
        sa.Column("review_note", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
            name=op.f("fk_assessment_country_code_country"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_assessment_cycle_id_cycle"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("cycle_id", "country_code", name=op.f("uq_assessment_cycle_id_country_code")),
    )
    op.create_index(op.f("ix_assessment_country_code"), "assessment", ["country_code"], unique=False)

    op.create_table(
        "cycle_wording",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("wording_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_wording_cycle_id_cycle"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["wording_id"],
            ["wording.id"],
            name=op.f("fk_cycle_wording_wording_id_wording"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "wording_id", name=op.f("pk_cycle_wording")),
    )
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            one_of("ck_answer_answerstate", "level", "not_applicable", "unknown", "none_yet"),
            nullable=False,
        ),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("measure_value", sa.String(), nullable=True),
        sa.Column("measure_year", sa.Integer(), nullable=True),
        sa.Column("measure_source", sa.String(), nullable=True),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'level') = (level IS NOT NULL)", name=op.f("ck_answer_level_when_answered")
        ),
        sa.CheckConstraint(
            "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_answer_reason_when_needed"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_answer_version_from_one")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_answer_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["user.id"], name=op.f("fk_answer_changed_by_id_user"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
        sa.UniqueConstraint("assessment_id", "question_id", name=op.f("uq_answer_assessment_id_question_id")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("objective_id", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_delegation_assessment_id_assessment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_delegation_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint(
            "assessment_id",
            "objective_id",
            "user_id",
            name=op.f("uq_delegation_assessment_id_objective_id_user_id"),
        ),
    )
    op.create_index(op.f("ix_delegation_user_id"), "delegation", ["user_id"], unique=False)

    op.create_table(
        "submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("assessment_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("submitted_at", moment, nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("scores", sa.String(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_submission_revision_from_one")),
        sa.ForeignKeyConstraint(
            ["assessment_id"],
            ["assessment.id"],
            name=op.f("fk_submission_assessment_id_assessment"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["user.id"],
            name=op.f("fk_submission_submitted_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submission")),
        sa.UniqueConstraint("assessment_id", "revision", name=op.f("uq_submission_assessment_id_revision")),
        sa.UniqueConstraint("sha256", name=op.f("uq_submission_sha256")),
    )
    op.create_table(
        "answer_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            one_of("ck_answer_revision_answerstate", "level", "not_applicable", "unknown", "none_yet"),
            nullable=False,
        ),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("measure_value", sa.String(), nullable=True),
        sa.Column("measure_year", sa.Integer(), nullable=True),
        sa.Column("measure_source", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'level') = (level IS NOT NULL)", name=op.f("ck_answer_revision_level_when_answered")
        ),
        sa.CheckConstraint(
            "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_answer_revision_reason_when_needed"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_answer_revision_version_from_one")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_answer_revision_answer_id_answer"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["changed_by_id"],
            ["user.id"],
            name=op.f("fk_answer_revision_changed_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_revision")),
        sa.UniqueConstraint("answer_id", "version", name=op.f("uq_answer_revision_answer_id_version")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=True),
        sa.Column("added_at", moment, nullable=False),
        sa.CheckConstraint("title <> ''", name=op.f("ck_evidence_titled")),
        sa.ForeignKeyConstraint(
            ["answer_id"], ["answer.id"], name=op.f("fk_evidence_answer_id_answer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_answer_id", "evidence", ["answer_id"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_evidence_answer_id", "evidence")

    op.drop_table("evidence")
    op.drop_table("answer_revision")
    op.drop_table("submission")
    op.drop_index(op.f("ix_delegation_user_id"), "delegation")

    op.drop_table("delegation")
    op.drop_table("answer")
    op.drop_table("cycle_wording")
    op.drop_index(op.f("ix_assessment_country_code"), "assessment")

    op.drop_table("assessment")
    op.drop_index(op.f("ix_signed_in_session_user_id"), "signed_in_session")

    op.drop_table("signed_in_session")
    op.drop_index(
        "uq_role_grant_without_country",
        "role_grant",
        sqlite_where=sa.text("country_code IS NULL"),
        postgresql_where=sa.text("country_code IS NULL"),
    )
    op.drop_index(op.f("ix_role_grant_user_id"), "role_grant")

    op.drop_table("role_grant")
    op.drop_table("cycle")
    op.drop_table("audit_entry")
    op.drop_table("wording")
    op.drop_table("user")
    op.drop_table("framework_version")
    op.drop_index(op.f("ix_failed_sign_in_email_hash"), "failed_sign_in")

    op.drop_table("failed_sign_in")
    op.drop_table("country")
    op.drop_table("audit_head")
