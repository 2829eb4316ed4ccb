"""Every column of every table is decided about: whether it tells of a person, how they get it, and how it goes."""

from flask import Flask
from sqlalchemy import select

from portal.accounts.models import Person
from portal.extensions import Model
from portal.privacy import queries
from tests.factories import NOW, World

# Behind a column: "-" where it tells of nobody; else the part of the export that holds it, and what an erasure does.
#   name     taken away, or a number put in its place
#   row      the row goes
#   number   stays and refers to the number only: a record for which the school answers
#   words    what people have written themselves: stays with the record, and the page that erases counts it
TABLE = """
school               id code name supervision_phone privacy_contact published_by rules_version roster_version cutoff -
school               approval_mode publish_at board_access shows_teachers bedtime_primary bedtime_junior -
school               first_steps -
setup_code           id host code_hash expires -
host_key             id fingerprint -
grade_rule           id school_id grade cap no_homework_weekday -
calendar_day         id school_id date kind note -
term                 id school_id name first last -
school_class         id school_id grade number code board_version since left_on -
school_class         ended teaching row
retired_code         id school_id class_id code retired_at -
subject              id school_id name position budget closed_on -
subject              ended teaching row
service_list         id school_id kind version rows -
person               id school_id active session_version erased_at account number
person               login name password_hash one_time_last account name
former_name          id school_id person_id name login until former_names row
role_grant           id school_id person_id role class_id grade roles row
deputy               id school_id grant_id person_id first last loans row
teaching_assignment  id school_id teacher_id class_id subject_id weekdays teaching row
roster_import        id school_id person_id at expires state counts imports number
roster_import        file tables notes changes imports name
rollover             id school_id person_id year at day counts undone_at rollovers number
rollover             changes rollovers row
day_sheet            id school_id class_id date grade number status version published_number totals totals_rules -
day_sheet            coordinated_by_id signed_off number
day_sheet            correction - words
homework             id school_id sheet_id subject_id teacher_id status no_homework version filings number
homework             saved_at submitted_at late filings number
homework             reason return_reason filings words
item                 id school_id homework_id position tier form place minutes level choose days every filings number
item                 source kept filings number
item                 text choice_group filings words
common_homework      id school_id grade subject_id date version saved_by_id saved_at common_homework number
common_homework      items common_homework words
minutes_request      id school_id sheet_id homework_id item_id was suggested status requests number
minutes_request      asked_by_id asked_at answered_by_id answered_at requests number
minutes_request      item_text message answer requests words
log_entry            id school_id at actor_id sheet_id step before after exception details log number
log_entry            reason log words
sheet_version        id school_id class_id sheet_id date last_day number published_at published_by_id published number
sheet_version        total allowed published number
sheet_version        content published number
sheet_version        reason exception_reason published words
"""
ENDS = {"name", "row", "number", "words"}


def decided() -> dict[tuple[str, str], tuple[str, str]]:
    """By table and column: the part of the export ("-": none) and what an erasure does ("": tells of nobody)."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for line in TABLE.strip().splitlines():
        table, *words = line.split()
        end = words.pop() if words[-1] in ENDS and len(words) > 1 and words[-2] in PARTS else ""
        part = words.pop()
        for column in words:
            assert (table, column) not in found, f"{table}.{column} stands twice"
            found[table, column] = part, end
    return found


PARTS = {"-", "account", *queries.LISTS}


def test_every_column_is_decided_about() -> None:
    columns = {(table.name, column.name) for table in Model.metadata.sorted_tables for column in table.columns}
    assert set(decided()) == columns


def test_whatever_refers_to_a_person_is_part_of_the_export() -> None:
    refer = {
        (table.name, key.parent.name)
        for table in Model.metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "person"
    }
    assert {each for each in refer if decided()[each][0] == "-"} == set()
    assert len(refer) > 10


def test_the_export_has_each_part_and_none_is_empty(world: World, app: Flask, leaver: Person) -> None:
    used = {part for part, _ in decided().values()} - {"-"}
    assert used == {"account", *queries.LISTS}
    found = queries.document(leaver, NOW)
    gone = {"roles", "teaching"}  # had to be given up before
    assert {name for name, rows in found.items() if rows == []} == gone
    assert queries.document(world.shen, NOW)["roles"] == [{"role": "lead", "place": "4"}]


def test_words_of_people_are_counted_where_they_stay() -> None:
    counted = {(column.class_.__tablename__, column.key) for column, _ in queries._written(1)}
    words = {each for each, (_, end) in decided().items() if end == "words"}
    assert counted == words - {("common_homework", "items"), ("item", "choice_group")}  # the latter are short labels


def test_nobody_else_is_named_in_an_export(world: World, leaver: Person) -> None:
    others = select(Person.name).where(Person.id != leaver.id)
    from portal.extensions import db

    text = str(queries.document(leaver, NOW))
    assert [name for name in db.session.scalars(others) if name in text] == []
