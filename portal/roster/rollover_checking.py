"""From what is stored, and what somebody has typed over the proposals, to the plan of a school's next year."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from portal.accounts.models import Person
from portal.policy import rollover, roster, school_year
from portal.policy.calendar import Term
from portal.policy.caps import GRADES
from portal.policy.errors import PolicyError
from portal.policy.rollover import Leads, Name, Way
from portal.roster.rollover_page import ClassRow, LeadRow, Lesson, Plan, Present, TermRow, Typed, Who
from portal.school.models import SchoolClass, TeachingAssignment

SPARE = 2  # rows for classes that a first grade did not have last year
TERMS = 2
LONGEST = 200  # characters of a field that count


def way_of(typed: Mapping[str, str]) -> Way:
    """How the school is built, as somebody has chosen it: words that are not known mean the usual."""
    ends = typed.get("ends", "")
    return Way(
        primary_ends=int(ends) if ends in map(str, rollover.PRIMARY_ENDS) else rollover.PRIMARY_ENDS[0],
        straight=typed.get("straight") == "1",
        leads=Leads(typed["leads"]) if typed.get("leads") in set(Leads) else Leads.FOLLOW,
    )


def plan_of(present: Present, typed: Mapping[str, str], year: int) -> Plan:
    """The next year as proposed, with what was typed in the place of proposals."""
    return _Planner(present, typed).plan(year)


def label_of(person: Person) -> str:
    """How a person is written in a field: two people may have one name."""
    return f"{person.name} ({person.login})"


class _Planner:
    def __init__(self, present: Present, typed: Mapping[str, str]) -> None:
        self.present = present
        self.typed = typed
        self.way = way_of(typed)
        self.people = {each.id: each for each in present.people}
        self.by_login = {each.login.lower(): each for each in present.people}
        self.by_name: dict[str, list[Person]] = defaultdict(list)
        for each in present.people:
            self.by_name[each.name].append(each)
        self.taught: dict[int, list[TeachingAssignment]] = defaultdict(list)
        for each in present.assignments:
            self.taught[each.class_id].append(each)

    def plan(self, year: int) -> Plan:
        becomes = rollover.becomes(self.present.names, self.way)
        classes = [self._row(str(each.id), each, becomes[each.grade, each.number]) for each in self.present.classes]
        new = [self._row(key, None, name) for key, name in self._new_keys()]
        self._check_names([*classes, *new])
        for row in (*classes, *new):
            row.lessons = self._lessons(row) if row.name else []
            self._check_twice(row.lessons)
        grades = sorted({row.name[0] for row in (*classes, *new) if row.name})
        leads = [LeadRow(grade, self._who(f"lead-{grade}", self._leads_of(grade))) for grade in grades]
        return Plan(self.way, year, self.present, classes, new, leads, self._terms(year), self.typed)

    def _new_keys(self) -> list[tuple[str, Name | None]]:
        """A row for each class of new pupils, and spare ones without a name."""
        opened = rollover.opened(self.present.names, self.way)
        keys: list[tuple[str, Name | None]] = []
        for grade in sorted({each for each, _ in opened}):
            own = [name for name in opened if name[0] == grade]
            keys += [(f"x{grade}-{n}", name) for n, name in enumerate(own)]
            keys += [(f"x{grade}-{len(own) + n}", None) for n in range(SPARE)]
        return keys

    def _row(self, key: str, school_class: SchoolClass | None, name: Name | None) -> ClassRow:
        grade, number = name or ("", school_class.number if school_class else "")
        row = ClassRow(
            key,
            school_class,
            grade=self._field(f"to-{key}", str(grade)),
            number=self._field(f"no-{key}", str(number)),
            homeroom=self._who(f"home-{key}", self._people_of(self.present.homerooms(school_class), "person_id")),
        )
        if not row.grade.text:
            row.homeroom.problem = None
        elif row.grade.text not in map(str, GRADES):
            row.grade.problem = PolicyError("请从列出的里面选一项。")
        elif not re.fullmatch(r"[1-9]\d?", row.number.text) or int(row.number.text) > roster.MOST_CLASSES:
            row.number.problem = PolicyError("班号请填 1 到 %(most)s 的整数。", most=roster.MOST_CLASSES)
        else:
            row.name = Name(int(row.grade.text), int(row.number.text))
        return row

    def _check_names(self, rows: Sequence[ClassRow]) -> None:
        clashing = rollover.clashes({row.key: row.name for row in rows if row.name})
        for row in rows:
            if row.key in clashing:
                row.number.problem = PolicyError("有两个班会叫同一个名称，请改班号。")

    def _lessons(self, row: ClassRow) -> list[Lesson]:
        """What the class has now, and what its new grade has besides. A subject that the new grade does not have is
        proposed to end; where nobody teaches in that grade yet, all go on.
        """
        timetable = self._timetable(row.name)
        own = self.taught[row.school_class.id] if row.school_class else []
        lessons = []
        for each in own:
            goes_on = not timetable or each.subject_id in timetable
            who = self._who(f"les-{each.id}", self._people_of([each] if goes_on else [], "teacher_id"))
            subject = self.present.subjects[each.subject_id]
            lessons.append(Lesson(who, each.subject_id, subject, each, each.weekdays, goes_on))
        has = {each.subject_id for each in own}
        for subject_id, weekdays in timetable.items():
            if subject_id not in has:
                who = self._who(f"new-{row.key}-{subject_id}", [])
                lessons.append(Lesson(who, subject_id, self.present.subjects[subject_id], None, weekdays, goes_on=True))
        order = list(self.present.subjects)
        return sorted(lessons, key=lambda each: order.index(each.subject_id))

    def _timetable(self, name: Name) -> dict[int, int]:
        """The subjects of a grade with their weekdays, as the class of this number has them now, else the first one."""
        of_grade = [each for each in self.present.classes if each.grade == name[0]]
        found: dict[int, int] = {}
        for school_class in sorted(of_grade, key=lambda each: (each.number != name[1], each.number)):
            for each in self.taught[school_class.id]:
                found[each.subject_id] = found.get(each.subject_id) or each.weekdays
        return found

    def _check_twice(self, lessons: Sequence[Lesson]) -> None:
        """Nobody teaches a subject twice in a class."""
        seen = set()
        for lesson in lessons:
            for person in lesson.who.people:
                if (person.id, lesson.subject_id) in seen:
                    lesson.who.problem = PolicyError("同一位老师在这一科写了两次。")
                seen.add((person.id, lesson.subject_id))

    def _leads_of(self, grade: int) -> list[Person]:
        leads = [each for each in self.present.grants if each.grade]
        names = self.present.names
        return self._people_of(
            [each for each in leads if rollover.lead_becomes(each.grade, names, self.way) == grade], "person_id"
        )

    def _people_of(self, rows: Sequence[object], name: str) -> list[Person]:
        """Those of the rows who can still sign in, each once."""
        ids = dict.fromkeys(getattr(each, name) for each in rows)
        return [self.people[each] for each in ids if self.people[each].active]

    def _field(self, key: str, proposed: str) -> Typed:
        return Typed(key, " ".join(self.typed.get(key, proposed).split())[:LONGEST])

    def _who(self, key: str, proposed: Sequence[Person]) -> Who:
        field = self._field(key, roster.BETWEEN.join(map(label_of, proposed)))
        who = Who(key, field.text)
        try:
            found = [self._person(each) for each in roster.people_in(field.text)]
            who.people = list({each.id: each for each in found}.values())
        except PolicyError as error:
            who.problem = error
        return who

    def _person(self, text: str) -> Person:
        """王芳 (t1001), t1001, or 王芳 where there is one only. Raises PolicyError."""
        login = roster.login_in(text).lower()
        found = [self.by_login[login]] if login in self.by_login else self.by_name.get(text, [])
        found = [each for each in found if each.active] or found
        if not found:
            raise PolicyError("没有“%(name)s”这个人。请从列出的里面选，或先添加人员。", name=text)
        if len(found) > 1:
            raise PolicyError("有 %(count)s 位“%(name)s”，请从列出的里面选。", name=text, count=len(found))
        if not found[0].active:
            raise PolicyError("%(name)s的账号已停用，请换一位。", name=found[0].name)
        return found[0]

    def _terms(self, year: int) -> list[TermRow]:
        proposed: list[Term | None] = [*rollover.next_terms(self.present.terms, year)]
        proposed += [None] * max(0, TERMS - len(proposed))
        rows: list[TermRow] = []
        for n, term in enumerate(proposed):
            parts = (term.name, term.first.isoformat(), term.last.isoformat()) if term else ("", "", "")
            keys = (f"term-{n}-{part}" for part in ("name", "first", "last"))
            row = TermRow(*(self._field(key, text) for key, text in zip(keys, parts, strict=True)))
            self._check_term(row, [*self.present.terms, *(each.term for each in rows if each.term)])
            rows.append(row)
        return rows

    def _check_term(self, row: TermRow, others: Sequence[Term]) -> None:
        if not row.first.text and not row.last.text:
            return
        days = [_day_in(each) for each in (row.first, row.last)]
        if not row.name.text or len(row.name.text) > 60:
            row.name.problem = PolicyError("请填学期名称，最多 60 个字。")
        if row.name.problem or None in days:
            return
        try:
            school_year.check_term_length(*days)
            term = Term(row.name.text, *days)
            school_year.check_no_overlap(term, others)
            row.term = term
        except PolicyError as error:
            row.last.problem = error


def _day_in(field: Typed) -> date | None:
    try:
        return date.fromisoformat(field.text)
    except ValueError:
        field.problem = PolicyError("日期请写成 2027-09-01 这样。")
        return None
