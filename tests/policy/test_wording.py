"""Text checks: every row of DOMAIN's table, both sides, and the whole sample week."""

import pytest

from portal.policy.wording import Check, Finding, findings, number
from tests.policy.sample import WEEK

FIRES = {
    Check.PARENT_WORK: [
        "家长批改",
        "家长检查",
        "家长签字",
        "家长听写",
        "家长打印",
        "家长拍照",
        "家长打卡",
        "家长上传",
        "请家长陪着读",
        "背完请爸爸妈妈签名",
        "不会的题请家长讲一讲",
        "别忘了让家长签字",
        "每页分别请家长签字",
        "没有家长签字的明天补上",
        "找家长签字",
    ],
    Check.SELF_MARKING: ["自批自改", "对照答案批改", "对照参考答案自行批改", "同桌互批"],
    Check.PUNISHMENT: [
        "没过关的罚抄课文",
        "抄 5 遍",
        "每个词抄五遍",
        "课文抄写２０遍",
        "错一个抄十遍",
        "默写十二遍",
        "抄写生字，每个 10 遍",
    ],
    Check.PHONE: [
        "扫码做题",
        "扫描学案上的二维码",
        "App 完成",
        "在手机 App 上完成",
        "拍视频发群",
        "每天打卡",
        "不要忘记打卡",
        "微信扫一扫看讲解",
    ],
    Check.DISGUISED_TEST: ["周考卷一张", "月考复习卷", "单元测试", "限时练习 20 分钟", "本周周考", "第二次月考卷"],
}
STAYS_SILENT = [
    "亲子共读 15 分钟",
    "读给家人听",
    "采访长辈",
    "不用家长批改",
    "不需要家长代做",
    "不用请家长签字",
    "订正今天的错题",
    "写完自己检查一遍",
    "描红一行",
    "每个两遍",
    "抄四遍",
    "不用打卡",
    "不用拍视频",
    "今天不拍视频，也不打卡",
    "单元整理",
    "用刀时要有大人在旁边",
    "罚球练习 10 个",
    "读《罚站》和《打卡》各一章",
    "无打卡要求",
    "帮爸爸妈妈检查一遍门窗有没有关好",
    "写一张邀请家长参加运动会的卡片",
    "写一写，再读 5 遍",
    "默读课文五遍",
    "抄写生字每个两遍，背诵课文，读 10 遍",
    "把家里的地扫一扫",
    "读 happy 等单词，完成练习册第 3 页",
    "放下手机，完成口算",
    "关掉手机完成口算",
    "了解十月考察的路线，读一篇关于五月考古发现的短文",
    "订正单元测试卷",
    "月考错题订正",
    "这不是单元测试，放松做",
    "不做单元测试",
]
FLAGS = {
    "PARENT_WORK": Check.PARENT_WORK,
    "SELF_MARK": Check.SELF_MARKING,
    "PUNITIVE": Check.PUNISHMENT,
    "PHONE": Check.PHONE,
}


def test_every_check_has_a_row() -> None:
    assert set(FIRES) == set(Check)


@pytest.mark.parametrize(("check", "text"), [(check, text) for check, texts in FIRES.items() for text in texts])
def test_it_fires_on(check: Check, text: str) -> None:
    assert check in {finding.check for finding in findings(text)}


@pytest.mark.parametrize("text", STAYS_SILENT)
def test_it_must_not_fire_on(text: str) -> None:
    assert findings(text) == []


@pytest.mark.parametrize("row", WEEK["homework"], ids=lambda row: row["id"])
def test_the_sample_week_is_flagged_as_its_teachers_would(row: dict) -> None:
    expected = {FLAGS[flag] for flag in row["expected_flags"] if flag in FLAGS}  # "REPETITIVE?" only suspects
    assert {finding.check for finding in findings(row["description"])} == expected


def test_a_finding_names_the_phrase() -> None:
    assert findings("口算一页，家长批改签字") == [Finding(Check.PARENT_WORK, "家长批改")]


def test_a_denial_ends_with_its_clause() -> None:
    assert findings("不用打卡，家长签字") == [Finding(Check.PARENT_WORK, "家长签字")]


@pytest.mark.parametrize(
    ("numeral", "value"), [("5", 5), ("２０", 20), ("十", 10), ("二十", 20), ("十二", 12), ("两", 2), ("一百", 100)]
)
def test_numbers_are_read_as_people_write_them(numeral: str, value: int) -> None:
    assert number(numeral) == value
