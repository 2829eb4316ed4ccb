"""What a file would change: every row compared with what is stored, and with the rows before it."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from portal.policy.errors import PolicyError
from portal.policy.roster import (
    COLUMNS,
    Kind,
    check_taught,
    class_of,
    class_word,
    grade_of,
    is_active,
    login_of,
    minutes_of,
    name_of,
    number_of,
    position_of,
    posts_of,
    weekdays_of,
)
from portal.roster.import_content import Cell, Entry, Known, Line, Roster, Table

EVERY_WEEKDAY = 0b0011111
DEFAULT_BUDGET = 15  # minutes
BLANK = object()  # the cell is empty, or what it holds is a problem
FAULTS = {  # what a cell is, if it is no text
    "formula": PolicyError("这一格是公式，不能确定算出来的是什么。请复制这一列，选择性粘贴为“值”。"),
    "date": PolicyError("这一格成了日期，可能是表格软件自动改的。请把这一列的格式改为“文本”，再写一次。"),
    "error": PolicyError("这一格是表格软件的错误值，请改正。"),
    "merged": PolicyError("这一格和别的格合并了。请取消合并，每一行都填。"),
    "long": PolicyError("这一格太长，最多 200 个字。"),
}


def check(tables: Iterable[Table], roster: Roster) -> list[Entry]:
    """An entry for each row. `roster` becomes what it would be after the good rows."""
    checker = _Checker(roster)
    return [checker.entry(table, line) for table in tables for line in table.lines]


def logins_of(tables: Iterable[Table]) -> set[str]:
    """All that could be a login in the tables of people."""
    found = set()
    for table in tables:
        if table.kind == Kind.PEOPLE:
            for line in table.lines:
                try:
                    found.add(login_of(line.cells["login"].text))
                except PolicyError:
                    continue
    return found


class _Row:
    """Reads the cells of one row and collects what is wrong with them."""

    def __init__(self, line: Line, entry: Entry) -> None:
        self.cells = line.cells
        self.entry = entry
        self.headings = {column.key: column.heading for column in COLUMNS[entry.kind]}

    def __call__(self, key: str, read: Callable, *, needed: bool = True) -> object:
        cell = self.cells.get(key, Cell(""))
        if cell.fault and (needed or cell.fault != "merged"):
            self.wrong(key, FAULTS[cell.fault])
        elif cell.text:
            try:
                return read(cell.text)
            except PolicyError as error:
                self.wrong(key, error)
        elif needed:
            self.wrong(key, PolicyError("空着，必须填写。"))
        return BLANK

    def wrong(self, key: str, error: PolicyError) -> None:
        self.entry.problems.append((self.headings[key], error))


class _Checker:
    """Goes through the rows in the order of the file's tables; what is good is known to the rows after it."""

    def __init__(self, roster: Roster) -> None:
        self.roster = roster
        self.lines: dict[tuple, int] = {}
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for person in roster.people.values():
            self.by_name[name_of(person.name)].append(person.login)
        self.folded = {login.casefold(): login for login in roster.people}
        self.position = max((position for *_, position in roster.subjects.values()), default=-1)

    def entry(self, table: Table, line: Line) -> Entry:
        entry = Entry(table.kind, table.sheet, line.number)
        row = _Row(line, entry)
        judge = {
            Kind.CLASSES: self._class,
            Kind.SUBJECTS: self._subject,
            Kind.PEOPLE: self._person,
            Kind.ASSIGNMENTS: self._assignment,
        }
        judge[table.kind](row, entry)
        return entry

    def _once(self, row: _Row, entry: Entry, key: tuple, column: str) -> bool:
        """Whether the row is right, and the first about its thing."""
        if entry.problems:
            return False
        entry.key = key
        first = self.lines.setdefault((entry.kind, *key), entry.line)
        if first != entry.line:
            row.wrong(column, PolicyError("和第 %(line)s 行重复，请只留一行。", line=first))
        return first == entry.line

    def _class(self, row: _Row, entry: Entry) -> None:
        key = grade, number = row("grade", grade_of), row("number", number_of)
        if self._once(row, entry, key, "number"):
            entry.label, entry.id = class_word(grade, number), self.roster.classes.get(key)
            self.roster.classes.setdefault(key, None)

    def _subject(self, row: _Row, entry: Entry) -> None:
        name = row("subject", self._subject_name)
        budget, position = row("budget", minutes_of, needed=False), row("position", position_of, needed=False)
        if not self._once(row, entry, (name,), "subject"):
            return
        entry.label = name
        stored = self.roster.subjects.get(name)
        if stored is None:
            self.position = self.position + 1 if position is BLANK else max(self.position, position)
            position = self.position if position is BLANK else position
            stored, budget = (None, None, None), DEFAULT_BUDGET if budget is BLANK else budget
        entry.id, *was = stored
        now = [old if new is BLANK else new for old, new in zip(was, (budget, position), strict=True)]
        _compare(entry, zip(("budget", "position"), was, now, strict=True))
        self.roster.subjects[name] = (entry.id, *now)

    def _subject_name(self, text: str) -> str:
        name = name_of(text, 40)
        check_taught(name, name in self.roster.closed)
        return name

    def _person(self, row: _Row, entry: Entry) -> None:
        login, name = row("login", self._login), row("name", name_of)
        posts, active = row("roles", posts_of, needed=False), row("status", is_active, needed=False)
        for _, grade, number in () if posts is BLANK else posts:
            if number and (grade, number) not in self.roster.classes:
                row.wrong("roles", PolicyError("还没有%(name)s，请先加这个班。", name=class_word(grade, number)))
        if login == self.roster.importer and active is False:
            row.wrong("status", PolicyError("不能停用您自己的账号。"))
        if not self._once(row, entry, (login,), "login"):
            return
        entry.label = f"{name} ({login})"
        known = self.roster.people.get(login)
        was = known or Known(None, login, "")
        now = Known(
            was.id,
            login,
            was.name if name_of(was.name) == name else name,
            was.active if active is BLANK else active,
            was.posts if posts is BLANK else was.posts | posts,
        )
        if known is None and self.by_name[name]:
            logins = ", ".join(self.by_name[name][:5])
            entry.remarks.append(
                PolicyError("已经有叫“%(name)s”的（%(logins)s），这是另一个人。", name=name, logins=logins)
            )
        self._remember(entry, known, was, now)

    def _remember(self, entry: Entry, known: Known | None, was: Known, now: Known) -> None:
        entry.id = was.id
        _compare(entry, [("name", was.name if known else None, now.name), ("active", was.active, now.active)])
        if now.posts - was.posts:
            entry.changes["posts"] = ([], sorted(now.posts - was.posts, key=str))
        if known:
            self.by_name[name_of(known.name)].remove(known.login)
        self.by_name[name_of(now.name)].append(now.login)
        self.folded[now.login.casefold()] = now.login
        self.roster.people[now.login] = now

    def _login(self, text: str) -> str:
        """The login of a person of the school, or one that is free."""
        if text in self.roster.people:
            return text
        login = login_of(text)
        other = self.folded.get(login.casefold(), login)
        if other != login:
            raise PolicyError("已有工号“%(other)s”，只差大小写，请写得一样。", other=other)
        if login in self.roster.taken:
            raise PolicyError("“%(was)s”这个账号已经有人用了，请换一个。", was=login)
        return login

    def _assignment(self, row: _Row, entry: Entry) -> None:
        login = self._teacher(row)
        place = row("class", class_of)
        if place is not BLANK and place not in self.roster.classes:
            row.wrong("class", PolicyError("还没有%(name)s，请先加这个班。", name=class_word(*place)))
        subject = row("subject", self._subject_name)
        if subject is not BLANK and subject not in self.roster.subjects:
            row.wrong("subject", PolicyError("还没有学科“%(name)s”，请先加这个学科。", name=subject))
        weekdays = row("weekdays", weekdays_of, needed=False)
        key = (login, place, subject)
        if not self._once(row, entry, key, "subject"):
            return
        person = self.roster.people[login]
        entry.id, was = self.roster.assignments.get(key, (None, None))
        if entry.id is None and not person.active:
            row.wrong("login", PolicyError("%(name)s已停用，不能再安排任课。", name=person.name))
            return
        entry.label = f"{person.name} ({login}) {class_word(*place)} {subject}"
        blank = EVERY_WEEKDAY if was is None else was
        _compare(entry, [("weekdays", was, blank if weekdays is BLANK else weekdays)])

    def _teacher(self, row: _Row) -> object:
        """The login of the person whom a row names by staff number, by name, or by both."""
        typed, name = row("login", str, needed=False), row("name", name_of, needed=False)
        if typed is BLANK and name is BLANK:
            if not row.entry.problems:
                row.wrong("login", PolicyError("工号和姓名都空着，请至少写一个。"))
            return BLANK
        if typed is BLANK:
            return self._named(row, name)
        login = typed if typed in self.roster.people else row("login", login_of)
        person = self.roster.people.get(login)
        if person is None:
            if login is not BLANK:
                row.wrong("login", PolicyError("没有工号是“%(was)s”的教师，请先加这个人。", was=login))
            return BLANK
        if name not in (BLANK, name_of(person.name)):
            row.wrong(
                "name",
                PolicyError("工号 %(login)s 是%(is)s，不是“%(was)s”。", login=login, was=name, **{"is": person.name}),
            )
        return login

    def _named(self, row: _Row, name: str) -> object:
        logins = [each for each in self.by_name.get(name, ()) if self.roster.people[each].active]
        if len(logins) == 1:
            return logins[0]
        if logins:
            row.wrong(
                "name",
                PolicyError(
                    "有 %(count)s 位老师叫“%(name)s”（%(logins)s），请在「工号」里写清是哪一位。",
                    count=len(logins),
                    name=name,
                    logins=", ".join(sorted(logins)[:5]),
                ),
            )
        else:
            row.wrong("name", PolicyError("没有叫“%(name)s”的教师，请先加这个人。", name=name))
        return BLANK


def _compare(entry: Entry, fields: Iterable[tuple[str, object, object]]) -> None:
    """Note what is different; of a new thing everything."""
    for name, was, now in fields:
        if entry.id is None or was != now:
            entry.changes[name] = (None if entry.id is None else was, now)
