"""升年级: the whole school moves up once, as previewed and corrected, and back while nothing was filed."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from portal.accounts.models import Deputy, Person, RoleGrant
from portal.audit.models import LogEntry
from portal.extensions import db
from portal.homework.models import DaySheet
from portal.policy.errors import PolicyError, StaleForm
from portal.policy.links import cannot_be_guessed
from portal.policy.permissions import Role
from portal.roster import rollover_actions as actions
from portal.roster import rollover_queries as queries
from portal.roster.rollover_checking import plan_of
from portal.roster.rollover_models import Rollover
from portal.school.models import SchoolClass, TeachingAssignment, TermDates
from tests.approvals.reading import texts
from tests.deputies.lending import grant_of, lent
from tests.factories import NOW, TODAY, TOMORROW, World, add, assign, grant, item, make_class, make_person
from tests.page import Browser, Page, statements
from tests.roster.moving_up import YEAR, fields, names

AUGUST = datetime(2027, 8, 20, 9, 0, tzinfo=NOW.tzinfo)


def everything() -> dict[str, list]:
    """Rows of the tables that moving up changes, without their ids."""
    db.session.rollback()
    found = {}
    for model in (SchoolClass, TeachingAssignment, RoleGrant, Deputy, TermDates, DaySheet):
        columns = [each for each in model.__table__.columns if each.key not in ("id", "grant_id", "totals_rules")]
        found[model.__tablename__] = sorted(map(repr, db.session.execute(select(*columns))))
    return found


def confirm(browser: Browser, typed: dict[str, str] | None = None, **changed: str) -> Page:
    """Correct the proposals, look at the outcome, confirm it."""
    typed = {**(typed or fields(browser.get(YEAR))), **changed}
    page = browser.post(YEAR, {**typed, "do": "check"})
    assert ("这是改过以后的结果，还没有升年级。" in page.text) == (not page.all("input", aria_invalid="true"))
    checked = fields(page)
    return browser.post(YEAR, {**checked, "do": "confirm"})


def roll(world: World, at: datetime = NOW, **typed: str) -> Rollover:
    """The same without pages. Commits."""
    present = queries.present_of(world.school.id)
    seen = plan_of(present, typed, queries.stands(world.school.id, present.terms, at.date())[1]).fingerprint
    kept = actions.roll_over(typed, seen=seen, by=world.admin, at=at)
    db.session.commit()
    return kept


# What is proposed, and confirmed


def test_the_page_says_in_words_what_would_become_of_whom(world: World, admin: Browser) -> None:
    before = everything()
    page = admin.get(YEAR)
    assert page.status == 200
    assert texts(page, "h1") == ["升年级 2026–2027 学年"]
    for words in (
        "一年级 → 二年级：一(1)班",
        "四年级 → 五年级：四(1)班、四(2)班",
        "升级 3 个班，离校 0 个班，新开 1 个班。",
        "任课：跟班 5 项，结束 0 项，新任 0 项。",
        "1 科还没有老师，可以以后再填。",
        "2 个班还没有班主任，可以以后再填。",
    ):
        assert words in page.text
    typed = fields(page)
    assert typed[f"home-{world.four_one.id}"] == "陈立德 (chen)"
    assert (typed["lead-5"], typed["lead-2"], typed["lead-1"]) == ("沈知微 (shen)", "顾一鸣 (gu)", "")
    admin.post(YEAR, {**typed, "do": "check"})
    assert everything() == before


def test_confirmed_the_school_has_moved_up(world: World, admin: Browser) -> None:
    code = world.four_one.code
    assert confirm(admin).status == 303
    assert names() == {(1, 1, True), (2, 1, True), (5, 1, True), (5, 2, True)}
    moved = db.session.get(SchoolClass, world.four_one.id)
    assert (moved.grade, moved.code, moved.since) == (5, code, TODAY)
    [new] = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 1))
    assert cannot_be_guessed(new.code)
    assert db.session.scalar(select(func.count()).select_from(TeachingAssignment)) == 6  # all go up; one is 远山's
    leads = select(RoleGrant.person_id, RoleGrant.grade).where(RoleGrant.role == Role.LEAD)
    assert {(world.shen.id, 5), (world.gu.id, 2), (world.zhou.id, 4)} == set(map(tuple, db.session.execute(leads)))
    page = admin.get(YEAR)
    assert "管理员 已在 2026-11-24 升年级：升级 3 个班，离校 0 个班，新开 1 个班。" in page.text
    assert "四年级 → 五年级：四(1)班、四(2)班" in page.text
    assert "离校的班级还能看往日的作业" not in page.text
    [entry] = db.session.scalars(select(LogEntry).where(LogEntry.step == "year.roll"))
    assert entry.details["moved"] == [[1, 1, 2, 1], [4, 1, 5, 1], [4, 2, 5, 2]]
    log = Browser(admin.client.application).sign_in(world.zheng).get("/office/log").text
    assert "四(1)班 → 五(1)班" in log
    assert "新开：一(1)班" in log


def test_old_sheets_keep_their_grade_and_new_ones_have_the_new_one(world: World, admin: Browser) -> None:
    world.file(world.chen, world.maths, item(20), day=TODAY)
    world.file(world.chen, world.maths, item(20), day=TOMORROW)
    admin.client.application.config["NOW"] = NOW + timedelta(days=1)
    assert confirm(admin).status == 303
    kept = dict(map(tuple, db.session.execute(select(DaySheet.date, DaySheet.grade))))
    assert kept == {TODAY: 4, TOMORROW: None}


def test_nothing_of_another_school_moves(world: World, admin: Browser) -> None:
    typed = fields(admin.get(YEAR))
    assert f"to-{world.four_one.id}" in typed
    assert f"to-{world.other_class.id}" not in typed
    assert confirm(admin, typed, **{f"to-{world.other_class.id}": "5"}).status == 303
    assert db.session.get(SchoolClass, world.other_class.id).grade == 4


def test_the_last_grade_leaves_with_its_roles(world: World, admin: Browser) -> None:
    six = make_class(world.school, 6, 1)
    assign(world.luo, six, world.english)
    grant(world.luo, Role.HOMEROOM, school_class=six)
    lent(world, grant_of(world.luo), world.shen)
    assert "六年级 → 离校：六(1)班" in admin.get(YEAR).text
    assert confirm(admin).status == 303
    assert (6, 1, False) in names()
    assert db.session.scalars(select(RoleGrant).where(RoleGrant.class_id == six.id)).all() == []
    assert db.session.scalars(select(TeachingAssignment).where(TeachingAssignment.class_id == six.id)).all() == []
    assert db.session.scalars(select(Deputy.id)).all() == []
    page = admin.get(YEAR).text
    assert "六年级 → 离校：六(1)班" in page
    assert "离校的班级还能看往日的作业" in page
    page = admin.get("/roster/classes").text
    assert "六(1)班 还没有班主任" not in page
    assert "已经离校的 1 个班 六(1)班 2026-11-24 离校" in page


def test_a_junior_school_opens_grade_seven(world: World, admin: Browser) -> None:
    for grade in (6, 7, 9):
        make_class(world.school, grade, 1)
    db.session.commit()
    page = admin.get(YEAR)
    assert "六年级 → 离校：六(1)班" in page.text
    assert {"x1-0", "x7-0"} <= {each.removeprefix("to-") for each in fields(page)}
    page = admin.get(f"{YEAR}?straight=1")
    assert "六年级 → 七年级：六(1)班" in page.text
    assert "to-x7-0" not in fields(page)
    page = admin.get(f"{YEAR}?ends=5&leads=stay")
    assert "七年级 → 八年级：七(1)班" in page.text
    assert fields(page)["lead-1"] == "顾一鸣 (gu)"


# Corrected


def test_numbers_homerooms_and_teachers_are_corrected(world: World, admin: Browser) -> None:
    one, two = world.four_one.id, world.four_two.id
    [taught] = db.session.scalars(select(TeachingAssignment.id).where(TeachingAssignment.class_id == two))
    renumbered = admin.post(YEAR, {**fields(admin.get(YEAR)), f"no-{one}": "9", "do": "check"})
    assert "四年级 → 五年级：四(1)班 → 五(9)班、四(2)班" in renumbered.text
    changed = {
        f"no-{one}": "2",
        f"no-{two}": "1",
        f"home-{two}": "罗安怡",
        f"les-{taught}": "shen",
        f"new-x1-0-{world.chinese.id}": "林晓棠 (lin)",
        "to-x1-1": "1",
        "no-x1-1": "2",
        "lead-1": "林晓棠、gu",
    }
    assert confirm(admin, **changed).status == 303
    names()
    assert [db.session.get(SchoolClass, each).number for each in (one, two)] == [2, 1]
    homerooms = select(RoleGrant.person_id).where(RoleGrant.class_id == two)
    assert db.session.scalars(homerooms).all() == [world.luo.id]
    teachers = select(TeachingAssignment.teacher_id).where(TeachingAssignment.class_id == two)
    assert db.session.scalars(teachers).all() == [world.shen.id]
    assert (1, 2, True) in names()
    leads = select(RoleGrant.person_id).where(RoleGrant.role == Role.LEAD, RoleGrant.grade == 1)
    assert set(db.session.scalars(leads)) == {world.lin.id, world.gu.id}
    [first] = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 1, SchoolClass.number == 1))
    teachers = select(TeachingAssignment.teacher_id).where(TeachingAssignment.class_id == first.id)
    assert db.session.scalars(teachers).all() == [world.lin.id]


def test_a_subject_that_the_next_grade_does_not_have_ends_and_its_own_begin(world: World, admin: Browser) -> None:
    five = make_class(world.school, 5, 1)
    assign(world.luo, five, world.english, 0b101)
    assign(world.shen, five, world.chinese)
    db.session.commit()
    page = admin.get(YEAR)
    typed = fields(page)
    [maths] = db.session.scalars(
        select(TeachingAssignment.id).where(
            TeachingAssignment.class_id == world.four_one.id, TeachingAssignment.subject_id == world.maths.id
        )
    )
    assert typed[f"les-{maths}"] == ""
    assert "数学（新年级不开）" in page.text
    assert typed[f"new-{world.four_two.id}-{world.english.id}"] == ""
    assert "英语（新开）" in page.text
    confirm(admin, typed, **{f"new-{world.four_two.id}-{world.english.id}": "luo"})
    begun = select(TeachingAssignment.weekdays).where(
        TeachingAssignment.class_id == world.four_two.id, TeachingAssignment.subject_id == world.english.id
    )
    assert db.session.scalars(begun).all() == [0b101]


@pytest.mark.parametrize(
    ("key", "text", "sentence"),
    [
        ("no-{one}", "0", "班号请填 1 到 60 的整数。"),
        ("no-{one}", "2", "有两个班会叫同一个名称，请改班号。"),
        ("home-{one}", "王二", "没有“王二”这个人。请从列出的里面选，或先添加人员。"),
        ("home-{one}", "周远", "没有“周远”这个人。请从列出的里面选，或先添加人员。"),  # of another school
        ("home-{one}", "双胞胎", "有 2 位“双胞胎”，请从列出的里面选。"),
        ("home-{one}", "old", "旧人的账号已停用，请换一位。"),
        ("lead-5", "x1", "没有“x1”这个人。请从列出的里面选，或先添加人员。"),
        ("term-0-first", "九月", "日期请写成 2027-09-01 这样。"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_stays(
    world: World, admin: Browser, key: str, text: str, sentence: str
) -> None:
    make_person(world.school, "twin1", "双胞胎")
    make_person(world.school, "twin2", "双胞胎")
    make_person(world.school, "old", "旧人").active = False
    db.session.commit()
    before = everything()
    key = key.format(one=world.four_one.id)
    page = admin.post(YEAR, {**fields(admin.get(YEAR)), key: text, "do": "confirm"})
    assert page.status == 422
    assert sentence in page.text
    assert "还有写错的地方，没有升年级。请改好标出的几处。" in page.text
    assert fields(page)[key] == text
    assert key in [has["id"] for has in [*page.all("input"), *page.all("select")] if has.get("aria-invalid")]
    assert everything() == before


def test_a_grade_that_is_none_is_refused(world: World, admin: Browser) -> None:
    page = admin.post(YEAR, {**fields(admin.get(YEAR)), f"to-{world.four_one.id}": "12", "do": "confirm"})
    assert (page.status, "请从列出的里面选一项。" in page.text) == (422, True)


def test_terms_are_added_and_checked(world: World, admin: Browser) -> None:
    add(
        TermDates,
        school_id=world.school.id,
        name="2026–2027学年第一学期",
        first=date(2026, 9, 1),
        last=date(2027, 1, 22),
    )
    add(
        TermDates,
        school_id=world.school.id,
        name="2026–2027学年第二学期",
        first=date(2027, 2, 22),
        last=date(2027, 7, 2),
    )
    db.session.commit()
    admin.client.application.config["NOW"] = AUGUST
    typed = fields(admin.get(YEAR))
    assert (typed["term-0-name"], typed["term-0-first"]) == ("2027–2028学年第一学期", "2027-09-01")
    page = admin.post(YEAR, {**typed, "term-0-last": "2027-08-01", "do": "check"})
    assert "结束日期在开始日期之前，请检查。" in page.text
    page = admin.post(YEAR, {**typed, "term-0-name": "", "do": "check"})
    assert "请填学期名称，最多 60 个字。" in page.text
    page = admin.post(YEAR, {**typed, "term-1-first": "2028-01-01", "do": "check"})
    assert "重叠" in page.text
    confirm(admin, typed, **{"term-1-first": "", "term-1-last": ""})
    added = db.session.scalars(select(TermDates.name).where(TermDates.first > date(2027, 8, 1))).all()
    assert added == ["2027–2028学年第一学期"]


# Once


def test_confirming_shows_first_what_was_not_shown(world: World, admin: Browser) -> None:
    typed = fields(admin.get(YEAR))
    before = everything()
    page = admin.post(YEAR, {**typed, f"no-{world.four_one.id}": "9", "do": "confirm"})
    assert page.status == 409
    assert "结果和您刚才看的不一样，还没有升年级。请看一遍现在的结果，再确认。" in page.text
    assert everything() == before
    assert admin.post(YEAR, {**fields(page), "do": "confirm"}).status == 303
    assert (5, 9, True) in names()


def test_a_preview_that_somebody_else_has_outdated_is_shown_anew(world: World, admin: Browser) -> None:
    typed = fields(admin.get(YEAR))
    make_class(world.school, 4, 3)
    db.session.commit()
    page = admin.post(YEAR, {**typed, "do": "confirm"})
    assert page.status == 409
    assert "四(3)班" in page.text
    assert (4, 1, True) in names()


def test_sent_twice_it_happens_once(world: World, admin: Browser) -> None:
    typed = fields(admin.get(YEAR))
    assert admin.post(YEAR, {**typed, "do": "confirm"}).status == 303
    page = admin.post(YEAR, {**typed, "do": "confirm"})
    assert page.status == 409
    assert "本学年已经升过年级了，没有再升一次。" in page.text
    assert names() == {(1, 1, True), (2, 1, True), (5, 1, True), (5, 2, True)}


def test_the_database_knows_that_a_school_moves_up_once_a_year(world: World) -> None:
    kept = roll(world)
    again = {"school_id": kept.school_id, "person_id": kept.person_id, "year": kept.year, "at": NOW, "day": TODAY}
    with pytest.raises(IntegrityError):
        add(Rollover, counts={}, changes={}, **again)
    db.session.rollback()


def test_before_the_year_is_over_it_is_only_looked_at(world: World, admin: Browser) -> None:
    add(TermDates, school_id=world.school.id, name="秋季", first=date(2026, 9, 1), last=date(2027, 1, 22))
    db.session.commit()
    page = admin.get(YEAR)
    assert "本学年还没有结束，现在只能先看。" in page.text
    assert "confirm" not in [has.get("value") for has in page.all("button")]
    page = admin.post(YEAR, {**fields(page), "do": "confirm"})
    assert (page.status, "本学年还没有结束，现在不能升年级。" in page.text) == (422, True)
    assert (4, 1, True) in names()


# Back


def test_taken_back_all_is_as_it_was(world: World, admin: Browser) -> None:
    six = make_class(world.school, 6, 1)
    assign(world.luo, six, world.english, 0b11)
    grant(world.luo, Role.HOMEROOM, school_class=six)
    lent(world, grant_of(world.luo), world.shen)
    world.file(world.chen, world.maths, item(20))
    admin.client.application.config["NOW"] = NOW + timedelta(days=1)
    before = everything()
    assert confirm(admin).status == 303
    assert everything() != before
    kept = queries.last_rollover(world.school.id)
    assert "确认撤销，恢复原来的样子" in admin.get(YEAR).text
    assert admin.send(f"{YEAR}/{kept.id}/undo", {}).status == 303
    assert everything() == before
    again = admin.send(f"{YEAR}/{kept.id}/undo", {})
    assert (again.status, "这次升年级已经撤销过了。" in again.text) == (409, True)
    steps = db.session.scalars(select(LogEntry.step).where(LogEntry.step.startswith("year.")).order_by(LogEntry.id))
    assert steps.all() == ["year.roll", "year.undo"]
    assert confirm(admin).status == 303  # and once more


def test_once_somebody_has_filed_it_stays(world: World, admin: Browser) -> None:
    kept = roll(world)
    world.at = NOW + timedelta(minutes=1)
    world.file(world.chen, world.maths, item(20))
    page = admin.send(f"{YEAR}/{kept.id}/undo", {})
    assert page.status == 409
    assert "升年级以后已经有人填报作业，不能再撤销。" in page.text
    assert (5, 1, True) in names()


def test_what_was_changed_or_used_since_is_not_thrown_away(world: World) -> None:
    kept = roll(world)
    assert queries.why_it_stays(kept) is None
    world.four_one.number = 7
    db.session.flush()
    assert "又改过" in queries.why_it_stays(kept).sentence
    db.session.rollback()
    add(SchoolClass, school_id=world.school.id, grade=4, number=1, code="another")
    assert "占了原来的班号" in queries.why_it_stays(kept).sentence
    db.session.rollback()
    [new] = db.session.scalars(select(SchoolClass).where(SchoolClass.grade == 1))
    add(DaySheet, school_id=world.school.id, class_id=new.id, date=TODAY)
    assert "已经有人用到" in queries.why_it_stays(kept).sentence
    with pytest.raises(PolicyError):
        actions.take_back(kept, by=world.admin, at=NOW)


def test_a_move_of_years_ago_is_not_taken_back(world: World, admin: Browser) -> None:
    kept, again = roll(world), roll(world, at=NOW + timedelta(days=365))
    page = admin.send(f"{YEAR}/{kept.id}/undo", {})
    assert (page.status, "这以后又升过一次年级，不能撤销。" in page.text) == (409, True)
    assert queries.last_rollover(world.school.id).id == again.id


def test_taken_back_twice_it_happens_once(world: World) -> None:
    kept = roll(world)
    actions.take_back(kept, by=world.admin, at=NOW)
    db.session.commit()
    with pytest.raises(StaleForm):
        actions.take_back(kept, by=world.admin, at=NOW)


# Who, and where one finds it


def test_the_administrator_is_reminded_when_the_year_is_over(world: World, admin: Browser) -> None:
    add(TermDates, school_id=world.school.id, name="春季", first=date(2027, 2, 22), last=date(2027, 7, 2))
    world.school.rules_version += 1
    db.session.commit()
    words = "上学年已经结束，各班还没有升年级。"
    assert words not in admin.get("/home").text
    admin.client.application.config["NOW"] = AUGUST
    assert words in admin.get("/home").text
    assert words not in Browser(admin.client.application).sign_in(world.zheng).get("/home").text
    roll(world, at=AUGUST)
    assert words not in admin.get("/home").text


def test_it_is_linked_from_the_classes(admin: Browser) -> None:
    assert YEAR in [has["href"] for has in admin.get("/roster/classes").all("a")]


def test_a_school_without_classes_is_told_so(world: World, browser: Browser) -> None:
    for each in (world.other_class,):
        each.left_on = TODAY
    boss = make_person(world.other_school, "boss", "管理员")
    grant(boss, Role.ADMINISTRATOR)
    db.session.commit()
    assert "学校还没有建立班级。 去导入名单" in browser.sign_in(boss).get(YEAR).text


@pytest.mark.parametrize("more", [0, 6])
def test_the_page_takes_the_same_statements_however_many_classes(world: World, admin: Browser, more: int) -> None:
    for n in range(more):
        made = make_class(world.school, 3, n + 1)
        assign(world.luo, made, world.english)
    db.session.commit()
    admin.get(YEAR)
    with statements() as asked:
        admin.get(YEAR)
    assert len(asked) == 7


def test_another_schools_move_is_not_found(world: World, admin: Browser) -> None:
    boss = make_person(world.other_school, "boss", "管理员")
    grant(boss, Role.ADMINISTRATOR)
    db.session.commit()
    kept = roll(world)
    assert Browser(admin.client.application).sign_in(boss).send(f"{YEAR}/{kept.id}/undo", {}).status == 404
    assert db.session.scalars(select(Person.name).where(Person.id == kept.person_id)).one() == "管理员"
