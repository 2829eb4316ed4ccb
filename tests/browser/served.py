"""wsgi.py with the clock stopped: a test that runs at midnight, or after the cut-off, meets the same school day."""

import os
from datetime import datetime

from config import Config
from portal.app import create_app

config = Config()
config.NOW = datetime.fromisoformat(os.environ["PORTAL_TEST_NOW"])
app = create_app(config)
