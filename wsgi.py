"""The entry point of every server and of the commands: `granian --interface wsgi wsgi:app`, `flask --app wsgi …`."""

import os

from portal import keeper
from portal.app import create_app

is_command = os.environ.get("FLASK_RUN_FROM_CLI") == "true"
app = create_app(commands=is_command)
if not is_command:
    keeper.start(app)
