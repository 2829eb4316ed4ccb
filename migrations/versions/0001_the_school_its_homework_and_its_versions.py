"""The school, its homework, the log and the published versions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "school",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("supervision_phone", sa.String(length=40), nullable=False),
        sa.Column("published_by", sa.Time(), nullable=False),
        sa.Column("bedtime_primary", sa.Time(), nullable=False),
        sa.Column("bedtime_junior", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_school"),
        sa.UniqueConstraint("code", name="uq_school_code"),
    )
    op.create_table(
        "grade_cap",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_grade_cap_grades_are_1_to_9")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 240", name=op.f("ck_grade_cap_the_cap_is_a_number_of_minutes")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_grade_cap_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_grade_cap"),
        sa.UniqueConstraint("school_id", "grade", name="uq_grade_cap_school_id_grade"),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_person_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
        sa.UniqueConstraint("login", name="uq_person_login"),
    )
    op.create_index("ix_person_school_id", "person", ["school_id"])

    op.create_table(
        "school_class",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.CheckConstraint("grade BETWEEN 1 AND 9", name=op.f("ck_school_class_grades_are_1_to_9")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_school_class_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_school_class"),
        sa.UniqueConstraint("code", name="uq_school_class_code"),
        sa.UniqueConstraint("school_id", "grade", "number", name="uq_school_class_school_id_grade_number"),
    )
    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_subject_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_subject"),
        sa.UniqueConstraint("school_id", "name", name="uq_subject_school_id_name"),
    )
    op.create_table(
        "day_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("coordinated_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('collecting', 'coordinated', 'approved', 'published')",
            name=op.f("ck_day_sheet_the_status_is_known"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name="fk_day_sheet_class_id"),
        sa.ForeignKeyConstraint(["coordinated_by_id"], ["person.id"], name="fk_day_sheet_coordinated_by_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_day_sheet_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_day_sheet"),
        sa.UniqueConstraint("class_id", "date", name="uq_day_sheet_class_id_date"),
    )
    op.create_table(
        "role_grant",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=True),
        sa.Column("grade", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role = 'homeroom') = (class_id IS NOT NULL)",
            name=op.f("ck_role_grant_a_homeroom_teacher_has_a_class_and_only_they"),
        ),
        sa.CheckConstraint(
            "(role = 'lead') = (grade IS NOT NULL)", name=op.f("ck_role_grant_a_lead_has_a_grade_and_only_they")
        ),
        sa.CheckConstraint(
            "role IN ('homeroom', 'lead', 'office', 'principal', 'administrator')",
            name=op.f("ck_role_grant_the_role_is_known"),
        ),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name="fk_role_grant_class_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_role_grant_person_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_role_grant_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_role_grant"),
        sa.UniqueConstraint(
            "person_id", "role", "class_id", "grade", name="uq_role_grant_person_id_role_class_id_grade"
        ),
    )
    op.create_index("ix_role_grant_class_id", "role_grant", ["class_id"])
    op.create_index("ix_role_grant_person_id", "role_grant", ["person_id"])

    op.create_table(
        "teaching_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekdays BETWEEN 0 AND 127", name=op.f("ck_teaching_assignment_weekdays_are_seven_bits")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name="fk_teaching_assignment_class_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_teaching_assignment_school_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name="fk_teaching_assignment_subject_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name="fk_teaching_assignment_teacher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_teaching_assignment"),
        sa.UniqueConstraint(
            "teacher_id", "class_id", "subject_id", name="uq_teaching_assignment_teacher_id_class_id_subject_id"
        ),
    )
    op.create_index("ix_teaching_assignment_class_id", "teaching_assignment", ["class_id"])
    op.create_index("ix_teaching_assignment_teacher_id", "teaching_assignment", ["teacher_id"])

    op.create_table(
        "homework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("teacher_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("no_homework", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'returned', 'withdrawn')", name=op.f("ck_homework_the_status_is_known")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_homework_school_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["day_sheet.id"], name="fk_homework_sheet_id"),
        sa.ForeignKeyConstraint(["subject_id"], ["subject.id"], name="fk_homework_subject_id"),
        sa.ForeignKeyConstraint(["teacher_id"], ["person.id"], name="fk_homework_teacher_id"),
        sa.PrimaryKeyConstraint("id", name="pk_homework"),
    )
    op.create_index("ix_homework_sheet_id", "homework", ["sheet_id"])
    op.create_index(
        "uq_homework_one_live_filing_per_subject",
        "homework",
        ["sheet_id", "subject_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('draft', 'submitted')"),
        postgresql_where=sa.text("status IN ('draft', 'submitted')"),
    )

    op.create_table(
        "log_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor_name", sa.String(length=80), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=True),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("before", sa.String(length=20), nullable=False),
        sa.Column("after", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name="fk_log_entry_actor_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_log_entry_school_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["day_sheet.id"], name="fk_log_entry_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_log_entry"),
    )
    op.create_index("ix_log_entry_sheet_id", "log_entry", ["sheet_id"])

    op.create_table(
        "sheet_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("class_id", sa.Integer(), nullable=False),
        sa.Column("sheet_id", sa.Integer(), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("number >= 1", name=op.f("ck_sheet_version_versions_count_from_1")),
        sa.ForeignKeyConstraint(["class_id"], ["school_class.id"], name="fk_sheet_version_class_id"),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name="fk_sheet_version_published_by_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_sheet_version_school_id"),
        sa.ForeignKeyConstraint(["sheet_id"], ["day_sheet.id"], name="fk_sheet_version_sheet_id"),
        sa.PrimaryKeyConstraint("id", name="pk_sheet_version"),
        sa.UniqueConstraint("class_id", "date", "number", name="uq_sheet_version_class_id_date_number"),
    )
    op.create_table(
        "item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("homework_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("tier", sa.String(length=20), nullable=False),
        sa.Column("form", sa.String(length=20), nullable=False),
        sa.Column("place", sa.String(length=20), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("level", sa.String(length=20), nullable=True),
        sa.Column("choice_group", sa.String(length=40), nullable=True),
        sa.Column("choose", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("every", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=True),
        sa.CheckConstraint("level IN ('basic', 'advanced', 'extended')", name=op.f("ck_item_the_level_is_known")),
        sa.CheckConstraint("place IN ('school', 'home')", name=op.f("ck_item_the_place_is_known")),
        sa.CheckConstraint(
            "source IN ('textbook', 'workbook', 'selected', 'adapted', 'original', 'bank')",
            name=op.f("ck_item_the_source_is_known"),
        ),
        sa.CheckConstraint("tier IN ('mandatory', 'optional')", name=op.f("ck_item_the_tier_is_known")),
        sa.CheckConstraint("(choice_group IS NULL) = (choose IS NULL)", name=op.f("ck_item_a_choice_says_how_many")),
        sa.CheckConstraint("choose >= 1", name=op.f("ck_item_one_at_least_is_chosen")),
        sa.CheckConstraint("days BETWEEN 1 AND 62", name=op.f("ck_item_a_span_has_days")),
        sa.CheckConstraint("every IN (1, 7)", name=op.f("ck_item_a_span_is_daily_or_weekly")),
        sa.CheckConstraint("minutes BETWEEN 0 AND 600", name=op.f("ck_item_the_minutes_are_possible")),
        sa.ForeignKeyConstraint(["homework_id"], ["homework.id"], name="fk_item_homework_id"),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name="fk_item_school_id"),
        sa.PrimaryKeyConstraint("id", name="pk_item"),
    )
    op.create_index("ix_item_homework_id", "item", ["homework_id"])


def downgrade() -> None:
    op.drop_table("item")
    op.drop_table("sheet_version")
    op.drop_table("log_entry")
    op.drop_table("homework")
    op.drop_table("teaching_assignment")
    op.drop_table("role_grant")
    op.drop_table("day_sheet")
    op.drop_table("subject")
    op.drop_table("school_class")
    op.drop_table("person")
    op.drop_table("grade_cap")
    op.drop_table("school")
