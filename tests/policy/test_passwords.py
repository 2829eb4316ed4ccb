"""Passwords people choose, and those that are drawn."""

from random import Random

import pytest

from portal.policy.errors import PolicyError
from portal.policy.passwords import READABLE, check_password, one_time_password

TOO_SHORT = "密码至少 10 个字符。几个不相干的词连在一起，又长又好记。"
COMMON = "这个密码太常见，别人很容易猜到，请换一个。"
ONESELF = "密码里除了账号和姓名几乎没有别的，太容易猜到，请换一个。"


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("", TOO_SHORT),
        ("a9-Kd83,x", TOO_SHORT),
        ("xK9" * 100, "密码最多 256 个字符。"),
        ("password123", COMMON),
        ("PassWord-2026", COMMON),
        ("1234567890", COMMON),
        ("0987654321", COMMON),
        ("19870612123", COMMON),
        ("qwertyuiop", COMMON),
        ("qwertyuiop123", COMMON),
        ("1qaz2wsx3edc", COMMON),
        ("aaaaaaaaaa", COMMON),
        ("abababababab", COMMON),
        ("woaini1314520", COMMON),
        ("88888888888", COMMON),
        ("t1001t1001", ONESELF),
        ("陈立德t1001陈立德", ONESELF),
        ("T1001-t1001-2026", ONESELF),
    ],
)
def test_a_password_others_guess_is_refused(password: str, sentence: str) -> None:
    with pytest.raises(PolicyError) as refused:
        check_password(password, login="t1001", name="陈立德")
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "password",
    [
        "a9-Kd83,xQ",
        "purple lamp river",
        "correct horse battery staple",
        "春眠不觉晓 处处闻啼鸟",
        "t1001 likes pears",
        "my password is a secret",
        "284619305772",
    ],
)
def test_a_password_of_ones_own_is_taken(password: str) -> None:
    check_password(password, login="t1001", name="陈立德")


def test_the_present_password_is_no_new_one() -> None:
    with pytest.raises(PolicyError, match="新密码和现在的一样"):
        check_password("purple lamp river", login="t1001", name="陈立德", was=True)


def test_what_is_drawn_can_be_read_on_paper_and_would_be_taken() -> None:
    assert set("0O1lIi") & set(READABLE) == set()
    assert len(set(READABLE)) == len(READABLE) == 31
    draw = Random(5).choice
    drawn = [one_time_password(draw) for _ in range(2000)]
    assert {len(each) for each in drawn} == {14}
    assert set("".join(drawn)) == {*READABLE, "-"}
    assert len(set(drawn)) == 2000
    assert one_time_password(lambda letters: letters[0]) == "aaaa-aaaa-aaaa"
