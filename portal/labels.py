"""The field's words in the reader's language: one place for pages, forms and the board."""

from flask_babel import lazy_gettext as _l

from portal.policy.approval import ApprovalMode, ExceptionKind, FilingStatus, SheetStatus
from portal.policy.calendar import DayKind
from portal.policy.deputies import Phase
from portal.policy.links import BoardAccess
from portal.policy.negotiation import Outcome
from portal.policy.permissions import Role
from portal.policy.roster import Kind
from portal.policy.service import Band
from portal.policy.vocabulary import Form, Level, Place, Source, Tier
from portal.policy.wording import Check

SOMEBODY = _l("（已删除或不详）")  # of whom only an id is left, or not even that
TIERS = {Tier.MANDATORY: _l("必做"), Tier.OPTIONAL: _l("选做")}
FORMS = {
    Form.WRITTEN: _l("书面"),
    Form.ORAL: _l("口头"),
    Form.READING: _l("阅读"),
    Form.PRACTICAL: _l("实践"),
    Form.SPORT: _l("体育"),
    Form.CHORES: _l("劳动"),
}
PLACES = {Place.SCHOOL: _l("校内"), Place.HOME: _l("家庭")}
LEVELS = {Level.BASIC: _l("基础"), Level.ADVANCED: _l("提高"), Level.EXTENDED: _l("拓展")}
SOURCES = {
    Source.TEXTBOOK: _l("课本"),
    Source.WORKBOOK: _l("练习册"),
    Source.SELECTED: _l("选编"),
    Source.ADAPTED: _l("改编"),
    Source.ORIGINAL: _l("自编"),
    Source.BANK: _l("作业库"),
}
SHEET_STATUSES = {
    SheetStatus.COLLECTING: _l("填报中"),
    SheetStatus.COORDINATED: _l("班主任已协调"),
    SheetStatus.APPROVED: _l("年级组已通过"),
    SheetStatus.PUBLISHED: _l("已公示"),
}
FILING_STATUSES = {
    FilingStatus.DRAFT: _l("草稿"),
    FilingStatus.SUBMITTED: _l("已提交"),
    FilingStatus.RETURNED: _l("已退回"),
    FilingStatus.WITHDRAWN: _l("已撤回"),
}
BOARD_ACCESS = {BoardAccess.OPEN: _l("公开"), BoardAccess.LINK: _l("凭链接")}
APPROVAL_MODES = {ApprovalMode.EXCEPTIONS: _l("只看例外"), ApprovalMode.ALL: _l("每份都审")}
ROLES = {
    Role.HOMEROOM: _l("班主任"),
    Role.LEAD: _l("年级组长"),
    Role.OFFICE: _l("教务处"),
    Role.PRINCIPAL: _l("校长"),
    Role.ADMINISTRATOR: _l("管理员"),
}
TEACHER = _l("任课教师")  # no role that is granted: it follows from what somebody teaches
GUIDES = {  # whom a guide is for, and what it tells
    "teacher": (TEACHER, _l("布置作业，看着全班的总量写")),
    Role.HOMEROOM: (ROLES[Role.HOMEROOM], _l("协调全班总量，签字")),
    Role.LEAD: (ROLES[Role.LEAD], _l("一屏看全年级，通过或退回")),
    Role.OFFICE: (ROLES[Role.OFFICE], _l("例外、抽查、记录、设置")),
    Role.PRINCIPAL: (ROLES[Role.PRINCIPAL], _l("看全校的作业和记录")),
    Role.ADMINISTRATOR: (ROLES[Role.ADMINISTRATOR], _l("名单、账号、备份")),
    "families": (_l("家长"), _l("看公示栏")),
}
SHOWN_PEOPLE = {
    "active": _l("在用"),
    "without": _l("还没有密码"),
    "one-time": _l("纸条还没用"),
    "stopped": _l("已停用"),
    "all": _l("全部"),
}
STEPS = {
    "homework.save": _l("保存草稿"),
    "homework.submit": _l("提交作业"),
    "homework.withdraw": _l("撤回作业"),
    "homework.return": _l("退回一科"),
    "item.minutes": _l("修改分钟数"),
    "request.ask": _l("请减分钟"),
    "request.accept": _l("同意减少"),
    "request.answer": _l("答复请求"),
    "request.take_back": _l("收回请求"),
    "sheet.coordinate": _l("班主任协调完成"),
    "sheet.approve": _l("审核通过"),
    "sheet.publish": _l("公示"),
    "sheet.return": _l("退回"),
    "sheet.correct": _l("更正公示"),
    "sheet.lapse": _l("修改后重新审核"),
    "sheet.ask": _l("申请例外公示"),
    "sheet.except": _l("例外公示"),
    "sheet.automatic": _l("自动公示"),
    "sheet.review": _l("教务处已查看"),
    "common.set": _l("设置统一内容"),
    "common.remove": _l("撤下统一内容"),
    "school.found": _l("建立学校"),
    "calendar.set": _l("设置校历"),
    "term.set": _l("添加学期"),
    "term.remove": _l("删去学期"),
    "cap.set": _l("设置年级上限"),
    "settings.set": _l("修改学校设置"),
    "budget.set": _l("设置学科建议用时"),
    "link.replace": _l("更换班级链接"),
    "deputy.lend": _l("安排代理"),
    "deputy.end": _l("结束代理"),
    "service.timetable": _l("修改延时服务时间表"),
    "service.content": _l("修改服务内容安排表"),
    "password.give": _l("发一次性密码"),
    "password.change": _l("修改密码"),
    "session.end": _l("结束别处的登录"),
    "person.add": _l("添加人员"),
    "person.rename": _l("修改姓名账号"),
    "person.stop": _l("停用账号"),
    "person.resume": _l("恢复账号"),
    "person.export": _l("导出个人信息"),
    "person.erase": _l("删除个人信息"),
    "role.give": _l("授予角色"),
    "role.take": _l("收回角色"),
    "teaching.set": _l("设置任课"),
    "teaching.end": _l("删去任课"),
    "class.add": _l("添加班级"),
    "class.correct": _l("改正班级名称"),
    "class.close": _l("停用班级"),
    "class.open": _l("恢复班级"),
    "subject.add": _l("添加学科"),
    "subject.rename": _l("学科改名"),
    "subject.close": _l("停用学科"),
    "subject.open": _l("恢复学科"),
    "roster.import": _l("导入名单"),
    "roster.undo": _l("撤销导入"),
    "year.roll": _l("升年级"),
    "year.undo": _l("撤销升年级"),
}
ROSTER_KINDS = {
    Kind.CLASSES: _l("班级"),
    Kind.SUBJECTS: _l("学科"),
    Kind.PEOPLE: _l("教师和其他人员"),
    Kind.ASSIGNMENTS: _l("任课"),
}
PHASES = {Phase.CURRENT: _l("正在代理"), Phase.COMING: _l("还没开始"), Phase.PAST: _l("已结束")}
EVERY = {"1": _l("每天做"), "7": _l("每周做一次")}
DAY_KINDS = {
    DayKind.SCHOOL: _l("上学"),
    DayKind.WEEKEND: _l("周末"),
    DayKind.HOLIDAY: _l("放假"),
    DayKind.MAKEUP: _l("调休上学"),
}
WEEKDAYS = {"0": _l("周一"), "1": _l("周二"), "2": _l("周三"), "3": _l("周四"), "4": _l("周五")}
BANDS = {
    Band.ALL: _l("全校"),
    Band.PRIMARY: _l("小学各年级"),
    Band.LOWEST: _l("一、二年级"),
    Band.UPPER: _l("三至六年级"),
    Band.MIDDLE: _l("三、四年级"),
    Band.HIGHEST: _l("五、六年级"),
    Band.JUNIOR: _l("七至九年级"),
    Band.JUNIOR_LOWER: _l("七、八年级"),
    Band.JUNIOR_LAST: _l("九年级"),
}
CHECKS = {  # of a wording: what it may ask for that it should not, and what to write instead
    Check.PARENT_WORK: (_l("像是在给家长布置作业"), _l("改成学生自己能完成的；批改、签字、打印由老师来做。")),
    Check.SELF_MARKING: (_l("像是要学生自批自改"), _l("作业由老师批改；可以写“订正”或“自己检查一遍”。")),
    Check.PUNISHMENT: (_l("像是惩罚性或机械重复的抄写"), _l("次数少一些，例如“每个两遍”，或换一种练法。")),
    Check.PHONE: (_l("像是要用手机完成或提交"), _l("不用手机也能做，写在纸上，到校交。")),
    Check.DISGUISED_TEST: (_l("像是变相考试"), _l("可以改成“单元整理”或不计分的练习。")),
}
OUTCOMES = {
    Outcome.WAITING: _l("等答复"),
    Outcome.ACCEPTED: _l("已同意"),
    Outcome.ANSWERED: _l("已答复"),
    Outcome.TAKEN_BACK: _l("已收回"),
    Outcome.CHANGED: _l("分钟数已经改过"),
    Outcome.GONE: _l("已不在清单上"),
    Outcome.SIGNED_OFF: _l("已签字，不再处理"),
}
EXCEPTIONS = {  # what the office looks at
    ExceptionKind.ASKED: _l("申请超量公示"),
    ExceptionKind.OVER_CAP: _l("超量公示"),
    ExceptionKind.IN_PLACE: _l("教务处代为公示"),
    ExceptionKind.LATE: _l("迟交"),
    ExceptionKind.CHANGED: _l("公示后修改"),
    ExceptionKind.REVIEWER: _l("审核人改过分钟数"),
    ExceptionKind.OWN_SUBJECT: _l("班主任自己的学科"),
    ExceptionKind.AUTOMATIC: _l("自动公示"),
}
