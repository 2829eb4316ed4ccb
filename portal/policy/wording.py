"""Text checks: what the wording of an item may ask for that it should not. Warn, never block, never cry wolf.

Source: DOMAIN "Text checks" (no work for parents, no self-marking, no punishment, no phone, no disguised tests).
A phrase that is denied ("不用打卡", "不需要家长代做") is no finding.
"""

import re
from dataclasses import dataclass
from enum import StrEnum


class Check(StrEnum):
    """What a wording may be suspected of."""

    PARENT_WORK = "parent_work"  # 给家长布置作业
    SELF_MARKING = "self_marking"  # 要求学生自批自改
    PUNISHMENT = "punishment"  # 惩罚性、机械重复
    PHONE = "phone"  # 用手机完成或提交
    DISGUISED_TEST = "disguised_test"  # 变相考试


@dataclass(frozen=True, slots=True)
class Finding:
    """A phrase of the text and what it is suspected of."""

    check: Check
    phrase: str


MANY_TIMES = 5  # copies from here on are mechanical repetition
TITLE = re.compile(r"《[^》\n]{0,30}》")  # a book may be called anything
DENIAL = re.compile(  # just before it; "don't forget to" asks for it
    r"(?:不用|不要|不必|不需要?|不是|不做|不搞|无需|无须|不得|不许|(?<![分区特告])别|禁止|免|放下|关掉|远离)(?:(?!忘|漏)[^，。；！？、\n]){0,6}$|[不无]$"
)
ABOUT_A_TEST = re.compile(r"(?:订正|整理|分析)[^，。；！？\n]{0,6}$")  # just before it: a test that is over
AFTER_A_TEST = re.compile(r"[^，。；！？\n]{0,4}(?:订正|错题|讲评)")  # just after it
NUMERALS = {"零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}

_PARENT = r"(?:家长|爸爸妈妈|父母|(?<!爸)爸妈)"
PATTERNS: dict[Check, tuple[str, ...]] = {
    Check.PARENT_WORK: (
        rf"(?<![帮替]){_PARENT}[^，。；！？\n]{{0,6}}?(?:批改|批阅|检查|签字|签名|听写|默写|打印|拍照|拍视频|打卡|上传|协助|帮忙|代做|评分)",
        rf"(?:(?<![邀申])请|让|要求|麻烦){_PARENT}",
        rf"(?:给|找|交){_PARENT}(?:签字|签名|批改|检查)",
    ),
    Check.SELF_MARKING: (
        r"自批自改|自批|自行批改|自己批改|互批|互相批改|同桌批改",
        r"对照?(?:参考)?答案[^，。；！？\n]{0,4}(?:批改|打分|评分|改)",
    ),
    Check.PUNISHMENT: (
        r"罚(?!款|球|点球|分|金|单)",
        r"错一个[^，。；！？\n]{0,4}(?:抄|写)|错几个[^，。；！？\n]{0,4}(?:抄|写)",
    ),
    Check.PHONE: (
        r"扫码|扫[^，。；！？\n]{0,8}二维码|微信扫|扫一扫[^，。；！？\n]{0,4}码",
        r"(?:(?<![A-Za-z])(?:App|APP|app)(?![A-Za-z])|小程序|手机)[^，。；！？\n]{0,6}(?:完成|提交|答题|打卡|上传)",
        r"(?:拍|录)(?:照|视频|音|小视频)[^，。；！？\n]{0,8}(?:群|上传|提交|发给|发到|平台)",
        r"打卡",
    ),
    Check.DISGUISED_TEST: (
        r"周考(?!勤|察)|(?<![一二三四五六七八九十\d])月考(?!古|察|勤)|周测|月测|单元测试|单元测验|单元卷|限时练习|限时训练|模拟考",
    ),
}
_COMPILED = {check: [re.compile(pattern) for pattern in patterns] for check, patterns in PATTERNS.items()}
_COPIES = re.compile(
    r"(?:抄|写|默)(?:(?![读背念诵说唱])[^。；！？\n]){0,14}?([0-9０-９]{1,3}|[一二两三四五六七八九十百]{1,4})\s*遍"
)


def findings(text: str) -> list[Finding]:
    """What the wording of an item is suspected of: the first phrase of each check, in the order of the checks."""
    text = TITLE.sub(lambda title: "《" + "书" * (len(title[0]) - 2) + "》", text)
    return [Finding(check, phrase) for check in Check if (phrase := _first(check, text))]


def _first(check: Check, text: str) -> str | None:
    matches = (match for pattern in _COMPILED[check] for match in pattern.finditer(text))
    phrases = [match for match in matches if not DENIAL.search(text[: match.start()])]
    if check == Check.DISGUISED_TEST:
        phrases = [match for match in phrases if not _is_over(match, text)]
    if check == Check.PUNISHMENT:
        phrases += [match for match in _COPIES.finditer(text) if number(match[1]) >= MANY_TIMES]
    return min(phrases, key=lambda match: match.start())[0] if phrases else None


def _is_over(match: re.Match, text: str) -> bool:
    """Whether a test is only spoken about: its mistakes are corrected."""
    return bool(ABOUT_A_TEST.search(text[: match.start()]) or AFTER_A_TEST.match(text[match.end() :]))


def number(numeral: str) -> int:
    """20, ２０ or 二十 as a number (up to 999)."""
    if numeral.isdecimal():
        return int(numeral)
    total, digit = 0, 0
    for character in numeral:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = NUMERALS[character]
    return total + digit
