"""The least a Flask application can do: what the portal's pages are compared with."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def hello() -> str:
    return "hello"
