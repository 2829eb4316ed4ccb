"""A Redis of our own, to be killed and started again; it hurts nobody else's."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import redis

from bench.nginx import free_port

PATIENCE = 10  # seconds
NO_REDIS = "no Redis: `apt-get install redis-server` enables it (tests start one of their own)"


def program() -> str | None:
    return shutil.which("redis-server")


class RedisServer:
    """It keeps nothing: started again, it has forgotten everything."""

    def __init__(self, folder: str) -> None:
        self.folder, self.port, self.process = folder, free_port(), None
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.client = redis.Redis(port=self.port)
        self.start()

    def start(self) -> None:
        options = {"bind": "127.0.0.1", "port": self.port, "dir": self.folder, "save": "", "appendonly": "no"}
        command = [program(), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until = monotonic() + PATIENCE
        while not self._answers():
            if monotonic() > until or self.process.poll() is not None:
                raise RuntimeError("redis-server does not start")
            sleep(0.02)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def _answers(self) -> bool:
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False


@contextmanager
def running() -> Iterator[RedisServer]:
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(folder)
        try:
            yield server
        finally:
            server.client.close()
            server.kill()
