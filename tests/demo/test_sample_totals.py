"""Every row of the sample's expected totals once more, this time out of the database."""

from collections import defaultdict
from datetime import date

from flask import Flask

from portal.demo import seed
from portal.extensions import db
from portal.homework import queries
from portal.homework.models import DaySheet, Homework, Item
from portal.policy.approval import FilingStatus, SheetStatus
from portal.policy.calendar import WEEKDAYS_ONLY
from portal.school.models import SchoolClass
from tests.factories import NOW, add
from tests.policy.sample import STATUSES, WEEK, Record

COLUMNS = {  # of the sample: what a class's day calls it
    "mand_written": "total",
    "mand_written_school": "school",
    "mand_written_home": "home",
    "mand_written_if_choice_min": "shortest",
    "optional_written_max": "optional_written",
    "mand_nonwritten": "other",
    "everything_max": "everything",
}
SPANLESS = "mand_written_without_spans"


def store(demo: seed.Demo) -> None:
    """The filings of the sample week on the days they were made for, returned ones among them.

    Its one draft is left out: it stands beside a submitted filing of the same subject, and a subject has one.
    """
    filings: dict[tuple, list[Record]] = defaultdict(list)
    for row in WEEK["homework"]:
        if STATUSES[row["status"]] == FilingStatus.DRAFT:
            continue
        day = WEEKDAYS_ONLY.sheet_date(date.fromisoformat(row["assign_date"]))
        filings[row["class_name"], day, row["subject"], STATUSES[row["status"]]].append(row)
    sheets: dict[tuple[str, date], DaySheet] = {}
    for (class_name, day, subject, filed), rows in filings.items():
        school_class = demo.classes[class_name]
        if (class_name, day) not in sheets:
            sheets[class_name, day] = add(
                DaySheet, school_id=demo.school.id, class_id=school_class.id, date=day, status=SheetStatus.COORDINATED
            )
        filing = add(
            Homework,
            school_id=demo.school.id,
            sheet_id=sheets[class_name, day].id,
            subject_id=demo.subjects[subject].id,
            teacher_id=demo.people[seed.person_name(rows[0]["teacher"])].id,
            status=filed,
            saved_at=NOW,
        )
        for position, row in enumerate(rows):
            values = seed.item_values(row)
            named = {name: getattr(values, name) for name in values.__slots__}
            add(Item, school_id=demo.school.id, homework_id=filing.id, position=position, **named)
    db.session.commit()


def measured(school_class: SchoolClass, day: date) -> dict[str, int]:
    load = queries.class_day(school_class, day).load
    return {column: getattr(load, name) for column, name in COLUMNS.items()} | {SPANLESS: load.total - load.from_spans}


def test_the_database_holds_the_totals_the_sample_week_expects(app: Flask) -> None:
    demo = seed.Demo(NOW)
    store(demo)
    expected, found = {}, {}
    for row in WEEK["expected_totals"]:
        here = (row["class_name"], row["day"])
        expected[here] = {column: row[column] for column in (*COLUMNS, SPANLESS)}
        found[here] = measured(demo.classes[row["class_name"]], date.fromisoformat(row["date"]))
    assert found == expected
    assert len(found) == 20
    returned = db.session.query(Homework).filter_by(status=FilingStatus.RETURNED).count()
    assert returned == len({row["id"] for row in WEEK["homework"] if row["status"] == "已退回"})
