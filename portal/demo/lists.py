"""The after-school service of the sample school: its timetable, and what each class does on which weekday."""

from datetime import datetime, time

from portal.accounts.models import Person
from portal.demo.seed import Demo
from portal.policy.service import Band, Period
from portal.service import actions as service

TIMETABLE = (
    (Band.LOWEST, "体锻时光", "15:40", "16:20", "跳绳", "操场游戏", "跳绳", "操场游戏", "自由活动"),
    (Band.LOWEST, "校内巩固", "16:30", "17:10", "练字", "口算和朗读", "练字", "自主阅读", "整理书包"),
    (Band.LOWEST, "社团", "17:10", "17:40", "绘本", "折纸", "合唱", "绘本", "积木"),
    (Band.LOWEST, "延时看护", "17:40", "18:10", *["自主阅读"] * 5),
    (Band.UPPER, "体锻时光", "15:40", "16:20", "跑步和游戏", "球类", "跑步和游戏", "球类", "班级联赛"),
    (Band.UPPER, "作业辅导", "16:30", "17:10", "作业辅导", "作业辅导", "自主阅读与棋类", "作业辅导", "作业辅导"),
    (Band.UPPER, "社团", "17:10", "17:50", *["自选社团"] * 4, ""),
    (Band.UPPER, "延时看护", "17:50", "18:20", *["自主阅读"] * 4, ""),
    (Band.JUNIOR, "体育活动", "16:50", "17:30", *["分项锻炼"] * 5),
    (Band.JUNIOR, "作业与答疑", "17:40", "18:50", *["自习与答疑"] * 4, ""),
)
CONTENT = {
    "一(1)班": ("练字、绘本", "口算和朗读、折纸", "练字、合唱", "自主阅读、绘本", "整理书包、积木"),
    "四(1)班": ("作业辅导、篮球社团", "作业辅导、书法社团", "无作业日：阅读与棋类", "作业辅导、陶笛社团", "作业辅导"),
    "四(2)班": ("作业辅导、书法社团", "作业辅导、篮球社团", "无作业日：阅读与棋类", "作业辅导、科学小实验", "作业辅导"),
    "八(3)班": ("自习与答疑", "自习与答疑、羽毛球", "自习与答疑", "自习与答疑、辩论社", ""),
}


def publish_lists(demo: Demo, *, by: Person, at: datetime) -> None:
    """The office writes both lists."""
    periods = [
        Period(band, name, time.fromisoformat(starts), time.fromisoformat(ends), tuple(texts))
        for band, name, starts, ends, *texts in TIMETABLE
    ]
    how = {"seen_version": 0, "by": by, "at": at}
    service.set_timetable(demo.school, periods, **how)
    content = {demo.classes[name].id: texts for name, texts in CONTENT.items()}
    service.set_content(demo.school, content, demo.classes.values(), **how)
