"""The portal with a front step that asks the database at every request: what the short hold of a page saves."""

from wsgi import app

app.config["BOARD_HOLD"] = 0
