"""Passwords: what is asked of one, and how those are drawn that hold until the first sign-in."""

import re
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from portal.policy.errors import PolicyError

SHORTEST = 10
LONGEST = 256
READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # without i, l, o, 0, 1: they look like others on paper
GROUPS, LETTERS = 3, 4  # 12 letters of 31 are more than 59 bits: nobody tries them all
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
    "01234567890123456789",
)
WORDS = """
password passw0rd admin administrator root welcome letmein iloveyou woaini woaini1314 wobuzhidao dragon monkey
sunshine princess football baseball master superman batman trustno1 computer internet changeme default secret
school teacher student laoshi xuexiao jiaoshi banzhuren jiaowuchu zuoye homework qwerty qwertyuiop qazwsx asdfgh
zxcvbnm abcabc aaaaaa iamteacher hello nihao china zhongguo beijing shanghai test guest user
"""
COMMON = frozenset(WORDS.split())


def one_time_password(draw: Callable[[Sequence[str]], str]) -> str:
    """Such as "k7mw-x3ph-9tqe"; `draw` chooses a letter, as secrets.choice does."""
    return "-".join("".join(draw(READABLE) for _ in range(LETTERS)) for _ in range(GROUPS))


def last_day(today: date, days: int) -> date:
    """The day at whose end a one-time password drawn today holds no more: `days` days from now. A slip may lie in a
    drawer until somebody is back from a holiday, and not until somebody finds it who should not.
    """
    return today + timedelta(days=days)


def check_password(password: str, *, login: str, name: str, was: bool = False) -> None:
    """A password somebody chooses for themselves; `was`: it is the one they have. Raises PolicyError."""
    if len(password) < SHORTEST:
        raise PolicyError("密码至少 %(least)d 个字符。几个不相干的词连在一起，又长又好记。", least=SHORTEST)
    if len(password) > LONGEST:
        raise PolicyError("密码最多 %(max)d 个字符。", max=LONGEST)
    if was:
        raise PolicyError("新密码和现在的一样，请换一个。")
    plain = re.sub(r"[\W_]", "", password.casefold())
    rest = plain.replace(login.casefold(), "").replace(name.casefold(), "")
    if len(rest) < SHORTEST / 2:
        raise PolicyError("密码里除了账号和姓名几乎没有别的，太容易猜到，请换一个。")
    if _is_common(plain):
        raise PolicyError("这个密码太常见，别人很容易猜到，请换一个。")


def _is_common(plain: str) -> bool:
    """Few different letters, one row of the keyboard, a date, or a common word with numbers around it."""
    if len(set(plain)) < 5:
        return True
    if any(plain in row * 2 or plain in row[::-1] * 2 for row in ROWS):
        return True
    word = plain.strip("0123456789")
    numbers = plain.replace(word, "") if word else plain
    return (not word and len(numbers) < 12) or word in COMMON or any(word and word in row for row in ROWS)
