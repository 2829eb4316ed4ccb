"""nginx with deploy/nginx/portal.conf: the file as it lies there, but for the lines marked "yours"."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from config import ROOT

PATIENCE = 10  # seconds
MISSING = "no nginx: `apt-get install nginx-light` enables it"
MAIN = """
{user}
worker_processes {workers};
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
    types {{ text/html html; text/css css; image/svg+xml svg; text/javascript js; }}
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{servers}
}}
"""
FILE_SERVER = """
server {{
    listen 127.0.0.1:{port};
    root {folder};
    etag off;
    if_modified_since off;
    gzip_static on;
    location / {{
        default_type "text/html; charset=utf-8";
        types {{ }}
        {headers}
    }}
}}
"""
ONE_HOST = "server 127.0.0.1:8000 fail_timeout=2s;"  # as shipped
BY_ITSELF = frozenset({"connection", "content-encoding", "content-length", "content-type", "date", "server"})


def program() -> str | None:
    return shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def hosts(addresses: Iterable[str]) -> list[str]:
    """What the configuration says of several hosts, or of the one."""
    servers = [ONE_HOST.replace("127.0.0.1:8000", each) for each in addresses]
    last_resort = [each.replace("fail_timeout=2s", "max_fails=0 backup") for each in servers]
    return [*servers, *(last_resort if len(servers) > 1 else [])]


def portal_conf(folder: Path, port: int, *portals: int) -> str:
    """The configuration of deploy/, listening on `port`, for hosts of the portal that listen on the ports `portals`."""
    conf = (ROOT / "deploy/nginx/portal.conf").read_text("utf-8")
    for as_shipped, here in {
        ONE_HOST: " ".join(hosts(f"127.0.0.1:{each}" for each in portals)),
        "/var/cache/homework-portal": f"{folder}/copies",
        "listen 80;": f"listen 127.0.0.1:{port};",
        "root /srv/homework-portal;": f"root {ROOT};",
    }.items():
        if conf.count(as_shipped) != 1:
            raise RuntimeError(f"deploy/nginx/portal.conf has no longer one {as_shipped!r}")
        conf = conf.replace(as_shipped, here)
    return conf


def file_conf(folder: Path, port: int, headers: dict[str, str]) -> str:
    """A server of the files in `folder` (compressed beforehand: page and page.gz), with these headers on each."""
    quoted = {name: value.replace('"', '\\"') for name, value in headers.items() if name not in BY_ITSELF}
    lines = [f'add_header {name} "{value}";' for name, value in quoted.items()]
    return FILE_SERVER.format(folder=folder, port=port, headers="\n        ".join(lines))


@contextmanager
def nginx(folder: Path, *servers: str, ports: list[int], workers: int = 2) -> Iterator[None]:
    """An nginx of our own with these configurations, which answers on all the ports. Its files lie in `folder`."""
    user = "user root;" if os.geteuid() == 0 else ""
    conf = folder / "nginx.conf"
    conf.write_text(MAIN.format(user=user, workers=workers, folder=folder, servers="\n".join(servers)), "utf-8")
    command = [program() or "nginx", "-e", f"{folder}/error.log", "-p", str(folder), "-c", str(conf)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            deadline = monotonic() + PATIENCE
            while not all(map(listens, ports)):
                if process.poll() is not None or monotonic() > deadline:
                    raise RuntimeError(f"nginx does not start: {(folder / 'error.log').read_text()}")
                sleep(0.05)
            yield
        finally:
            process.terminate()


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
