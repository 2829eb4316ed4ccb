"""The field's words as types (DOMAIN: "Words"). Values are what the database stores."""

from enum import StrEnum


class Tier(StrEnum):
    MANDATORY = "mandatory"  # 必做
    OPTIONAL = "optional"  # 选做


class Form(StrEnum):
    WRITTEN = "written"  # 书面
    ORAL = "oral"  # 口头
    READING = "reading"  # 阅读
    PRACTICAL = "practical"  # 实践
    SPORT = "sport"  # 体育
    CHORES = "chores"  # 劳动


class Place(StrEnum):
    SCHOOL = "school"  # 校内
    HOME = "home"  # 家庭


class Level(StrEnum):
    BASIC = "basic"  # 基础
    ADVANCED = "advanced"  # 提高
    EXTENDED = "extended"  # 拓展


class Source(StrEnum):
    TEXTBOOK = "textbook"  # 课本
    WORKBOOK = "workbook"  # 练习册
    SELECTED = "selected"  # 选编
    ADAPTED = "adapted"  # 改编
    ORIGINAL = "original"  # 自编
    BANK = "bank"  # 作业库
