"""When the name of somebody who has left may be erased, and what stands in its place.

Personal Information Protection Law (个人信息保护法), Art. 47: erasure when the purpose is achieved; where a record has
to be kept by law or regulation, nothing but storing and securing it goes on. Art. 6 and 19: no more, and no longer,
than needed.
"""

from dataclasses import dataclass

from portal.policy.errors import PolicyError


@dataclass(frozen=True)
class Duties:
    """What somebody still has at the school: roles, subjects in classes, and loans that hold today or later."""

    roles: int = 0
    lessons: int = 0
    loans: int = 0


def check_may_be_erased(*, active: bool, erased: bool, duties: Duties) -> None:
    """Raises PolicyError while they may sign in, or a colleague would wait for them."""
    if erased:
        raise PolicyError("这个人的姓名和账号已经删除了。")
    if active:
        raise PolicyError("账号还在使用。请先停用，再删除个人信息。")
    if duties != Duties():
        raise PolicyError(
            "还有没交接的职责：角色 %(roles)s 项，任课 %(lessons)s 项，代理 %(loans)s 项。请先收回或交给同事。",
            roles=duties.roles,
            lessons=duties.lessons,
            loans=duties.loans,
        )


def check_typed(typed: str, login: str) -> None:
    """Raises PolicyError unless the login was typed: it cannot be undone."""
    if typed.strip() != login:
        raise PolicyError("和账号不一样，什么都没有删除。请照着写一遍账号。")


def name_of_erased(person_id: int) -> str:
    """What stands for the name: content, as names are, and in no language of its own."""
    return f"已删除人员 #{person_id}"


def login_of_erased(person_id: int) -> str:
    """What stands for the login, which others may take from then on: nobody's, for no login begins so."""
    return f"#{person_id}"
