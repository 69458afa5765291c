"""Let NGOs have accounts and give their own view of a country, in tables apart from the government's."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

moment = sa.DateTime(timezone=True)
ROLES = ("focal_point", "contributor", "coordinator", "analyst", "translator", "administrator")
KINDS = ("invitation", "delegation", "password", "returned", "receipt", "reminder")
WITH_ROLES = ("role_grant", "invitation")


def one_of(check: str, *values: str) -> sa.Enum:
    """A text with a CHECK of its values, by that name."""
    return sa.Enum(*values, name=op.f(check), native_enum=False, create_constraint=True, length=32)


def allow(table: str, check: str, condition: str) -> None:
    """Put another condition in the place of a CHECK."""
    with op.batch_alter_table(table) as batch:
        batch.drop_constraint(op.f(check), type_="check")
    with op.batch_alter_table(table) as batch:
        batch.create_check_constraint(op.f(check), condition)


def listed(*values: str) -> str:
    return ", ".join(f"'{value}'" for value in values)


def allow_roles(roles: tuple[str, ...], of_countries: tuple[str, ...]) -> None:
    for table in WITH_ROLES:
        allow(table, f"ck_{table}_role", f"role IN ({listed(*roles)})")
        condition = f"(role IN ({listed(*of_countries)})) = (country_code IS NOT NULL)"
        allow(table, f"ck_{table}_country_for_country_roles", condition)


def upgrade() -> None:
    allow_roles((*ROLES, "ngo"), ("focal_point", "contributor", "ngo"))
    kinds = listed(*KINDS, "parallel_view")
    allow("outgoing_mail", "ck_outgoing_mail_mailkind", f"kind IN ({kinds})")
    create_views()
    create_answers()
    create_submissions()


def create_views() -> None:
    op.create_table(
        "parallel_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("country_code", sa.String(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column(
            "state",
            one_of("ck_parallel_view_parallelstate", "draft", "handed_in", "withdrawn"),
            nullable=False,
        ),
        sa.Column("consents_to_public", sa.Boolean(), nullable=False),
        sa.Column("is_shown_publicly", sa.Boolean(), nullable=False),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decision_note", sa.String(), nullable=True),
        sa.CheckConstraint("organisation <> ''", name=op.f("ck_parallel_view_named")),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decision_note IS NULL)", name=op.f("ck_parallel_view_note_when_decided")
        ),
        sa.CheckConstraint(
            "NOT is_shown_publicly OR (consents_to_public AND state = 'handed_in' AND decided_at IS NOT NULL)",
            name=op.f("ck_parallel_view_public_by_consent_and_decision"),
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_parallel_view_cycle_id_cycle"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["country_code"],
            ["country.code"],
            name=op.f("fk_parallel_view_country_code_country"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_parallel_view_user_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user.id"],
            name=op.f("fk_parallel_view_decided_by_id_user"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parallel_view")),
        sa.UniqueConstraint(
            "cycle_id", "country_code", "user_id", name=op.f("uq_parallel_view_cycle_id_country_code_user_id")
        ),
    )
    for column in ("country_code", "user_id"):
        op.create_index(op.f(f"ix_parallel_view_{column}"), "parallel_view", [column], unique=False)


def create_answers() -> None:
    states = ("level", "not_applicable", "unknown", "none_yet")
    op.create_table(
        "parallel_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(), nullable=False),
        sa.Column("state", one_of("ck_parallel_answer_answerstate", *states), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", moment, nullable=False),
        sa.CheckConstraint(
            "(state = 'level') = (level IS NOT NULL)", name=op.f("ck_parallel_answer_level_when_answered")
        ),
        sa.CheckConstraint(
            "(state IN ('not_applicable', 'unknown')) = (reason IS NOT NULL AND reason <> '')",
            name=op.f("ck_parallel_answer_reason_when_needed"),
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_parallel_answer_version_from_one")),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["parallel_view.id"],
            name=op.f("fk_parallel_answer_view_id_parallel_view"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parallel_answer")),
        sa.UniqueConstraint(
            "view_id", "question_id", "version", name=op.f("uq_parallel_answer_view_id_question_id_version")
        ),
    )


def create_submissions() -> None:
    op.create_table(
        "parallel_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("handed_in_at", moment, nullable=False),
        sa.Column("signed_by_function", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("scores", sa.String(), nullable=False),
        sa.CheckConstraint("revision >= 1", name=op.f("ck_parallel_submission_revision_from_one")),
        sa.ForeignKeyConstraint(
            ["view_id"],
            ["parallel_view.id"],
            name=op.f("fk_parallel_submission_view_id_parallel_view"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parallel_submission")),
        sa.UniqueConstraint("sha256", name=op.f("uq_parallel_submission_sha256")),
        sa.UniqueConstraint("view_id", "revision", name=op.f("uq_parallel_submission_view_id_revision")),
    )


def downgrade() -> None:
    """NGOs lose their accounts' role, their views and the letters about them: before, nothing knew of them."""
    for table in ("parallel_submission", "parallel_answer", "parallel_view"):
        op.drop_table(table)
    op.execute("DELETE FROM outgoing_mail WHERE kind = 'parallel_view'")
    for table in WITH_ROLES:
        op.execute(f"DELETE FROM {table} WHERE role = 'ngo'")  # noqa: S608
    allow("outgoing_mail", "ck_outgoing_mail_mailkind", f"kind IN ({listed(*KINDS)})")
    allow_roles(ROLES, ("focal_point", "contributor"))
