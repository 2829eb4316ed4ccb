"""wsgi.py with the clock stopped: a test that runs at midnight, or after the cut-off, meets the same school day."""

import os
import signal
from datetime import datetime
from threading import Thread
from time import sleep

from config import Config
from portal.app import create_app


def leave_with_the_tests(pid: int) -> None:
    """End the server when the process that started it is gone, however it went."""
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            os.kill(os.getppid(), signal.SIGTERM)
            return
        sleep(1)


Thread(target=leave_with_the_tests, args=[int(os.environ["PORTAL_TEST_PID"])], daemon=True).start()
config = Config()
config.NOW = datetime.fromisoformat(os.environ["PORTAL_TEST_NOW"])
app = create_app(config)
