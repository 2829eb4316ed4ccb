"""What the console of a start says while there is no school: the address to open, and the code."""

from socket import gethostname
from unicodedata import east_asian_width

from flask import current_app
from sqlalchemy.exc import DBAPIError

from portal import clock
from portal.extensions import db
from portal.setup import actions


def announcement(address: str) -> str:
    """A box with a new code, to be printed once; "" where there is a school, or the database cannot be asked."""
    try:
        code = actions.draw_code(gethostname(), at=clock.now())
        db.session.commit()
    except DBAPIError:  # /readyz says what is missing
        db.session.rollback()
        return ""
    if code is None:
        return ""
    until = clock.now() + actions.HOLDS
    return boxed(
        "",
        "这里还没有学校。请打开下面的网址，填安装码，开始使用。",
        "No school here yet. Open the address and enter the code to begin.",
        "",
        f"  网址   Address   {address}/setup",
        f"  安装码 Code      {code}",
        "",
        f"安装码有效到 {until:%Y-%m-%d %H:%M}，只用一次；重新启动会换一个。",
        f"The code holds until {until:%Y-%m-%d %H:%M} and once; a new start draws another.",
        "",
    )


def boxed(*lines: str) -> str:
    """The lines in a frame. Chinese characters are two columns wide."""
    width = max(map(_columns, lines))
    edge = f"+{'-' * (width + 4)}+"
    return "\n".join([edge, *(f"|  {each}{' ' * (width - _columns(each))}  |" for each in lines), edge])


def address_of(host: str, port: str) -> str:
    """How the portal is opened that listens there: what PORTAL_ADDRESS says, else a name it answers to."""
    if address := current_app.config["ADDRESS"]:
        return address
    if host in ("0.0.0.0", "::"):
        host = "127.0.0.1"
    hosts = current_app.config["HOSTS"]
    if hosts and host not in hosts:
        return f"http://{hosts[0]}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _columns(line: str) -> int:
    return sum(2 if east_asian_width(each) in "WF" else 1 for each in line)
