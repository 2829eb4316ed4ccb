"""The entry point of every server: `granian --interface wsgi wsgi:app`, `flask --app wsgi …`."""

from portal import keeper
from portal.app import create_app

app = create_app()
keeper.start(app)
