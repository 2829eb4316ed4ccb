"""`flask demo`: a migrated database with the sample school in it, and who can sign in."""

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade
from sqlalchemy import select

from portal import clock
from portal.demo import seed, story
from portal.extensions import db
from portal.school.models import School, SchoolClass

ACCOUNTS = (
    ("教师 teacher", "陈立德", "数学 四(1)班、四(2)班，兼四(1)班班主任"),
    ("班主任 homeroom teacher", "魏䶮", "四(2)班"),
    ("代理班主任 deputy", story.DEPUTY, "英语；这周代四(2)班班主任"),
    ("年级组长 year-group lead", "沈知微", "四年级"),
    ("教务处 academic affairs office", "郑怀瑾", ""),
    ("校长 principal", "程望舒", ""),
    ("管理员 administrator", seed.ADMINISTRATOR[0], ""),
)


@click.command("demo")
@click.option("--address", default="http://127.0.0.1:8000", help="Where the portal will be served.")
@with_appcontext
def demo_command(address: str) -> None:
    """Migrate the database and, if it has no school yet, fill it with the sample school."""
    upgrade(current_app.extensions["migrate"].directory)
    if db.session.scalar(select(School.id).limit(1)) is None:
        click.echo("正在建立示例学校，约需几秒 … Filling the sample school, a few seconds …")
        story.fill(clock.now())
    db.session.commit()
    _introduce(address)


def _introduce(address: str) -> None:
    code = db.session.scalar(select(SchoolClass.code).where(SchoolClass.grade == 4).order_by(SchoolClass.number))
    click.echo(f"\n公示栏 Notice board   {address}/board/{code}/   (全部班级 all classes: {address}/board/?choose)")
    click.echo(f"登录   Sign in        {address}/sign-in   密码 password: {seed.PASSWORD}\n")
    logins = {**seed.LOGINS, seed.ADMINISTRATOR[0]: seed.ADMINISTRATOR[1]}
    for role, name, what in ACCOUNTS:
        click.echo(f"  {logins[name]:<14} {name}  {role}{'  ' + what if what else ''}")
    click.echo()
