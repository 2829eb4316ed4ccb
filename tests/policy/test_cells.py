"""No cell of a file is a formula, and what was written is read again."""

import pytest

from portal.policy.cells import as_written, harmless


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠a"])
def test_what_begins_like_a_formula_is_text_and_comes_back(text: str) -> None:
    assert (harmless(text), as_written(harmless(text))) == (f"'{text}", text)


@pytest.mark.parametrize("text", ["", "5 - 3", "王芳", "'quoted'", "'"])
def test_other_words_stay_as_they_are(text: str) -> None:
    assert (harmless(text), as_written(text)) == (text, text)
