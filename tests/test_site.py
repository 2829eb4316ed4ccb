"""The public address of a page: as the setting says, else as the page was asked for."""

import pytest
from flask import Flask

from portal.site import absolute

POSTER = "/c/qinghe-4-1"


@pytest.mark.parametrize(
    ("setting", "address"),
    [("https://homework.school.cn", f"https://homework.school.cn{POSTER}"), ("", f"http://127.0.0.1:8000{POSTER}")],
)
def test_the_setting_comes_first_then_how_the_page_was_asked_for(setting: str, address: str) -> None:
    app = Flask("portal")
    app.config["ADDRESS"] = setting
    with app.test_request_context("/board/", base_url="http://127.0.0.1:8000"):
        assert absolute(POSTER) == address
