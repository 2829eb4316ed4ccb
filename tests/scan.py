"""The sample school in front of wapiti, a scanner for web applications: not signed in, and as one person of each role.

    WAPITI=~/wapiti/bin/wapiti make scan
    WAPITI=~/wapiti/bin/wapiti .venv/bin/python -m tests.scan office teacher

wapiti is no package of the project; `python3 -m venv ~/wapiti && ~/wapiti/bin/pip install wapiti3` installs it. It asks
nobody but a server on this machine, which is filled for it and thrown away. Ends with 1 where it finds anything above
"informational", or the portal answers 500. In November 2026 (wapiti 3.2.3, two busy cores) it took 29 minutes for 2,740
pages and forms of seven kinds of visitors and found nothing; with a minute for each module, nothing either.
"""

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from portal.demo.seed import PASSWORD
from tests.browser.server import filled, served, source_of_htmx

PEOPLE = {
    "nobody": "",
    "teacher": "luoanyi",
    "homeroom": "chenlide",
    "lead": "shenzhiwei",
    "office": "zhenghuaijin",
    "principal": "chengwangshu",
    "administrator": "admin",
}
# Left out: what asks servers elsewhere (ssrf, xxe, log4shell, the lists of known software), what guesses names and
# passwords, and ldap, which takes the time in our tokens for the answer of a directory.
MODULES = (
    *("backup", "cookieflags", "crlf", "csp", "csrf", "exec", "file", "htaccess", "http_headers", "methods"),
    *("permanentxss", "redirect", "shellshock", "sql", "upload", "xss"),
)
CRAWL, EACH_MODULE = 60, 20  # seconds
LIMITS = ("--scope", "folder", "--max-files-per-dir", "12", "--max-links-per-page", "80", "-d", "5", "--tasks", "4")


def session_of(site: str, login: str) -> str:
    """The cookie of a session of this person. Written by hand: no client sends one that is for HTTPS only to HTTP."""

    def ask(method: str, cookie: str = "", fields: dict[str, str] | None = None) -> tuple[str, str]:
        connection = HTTPConnection(urlsplit(site).netloc)
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, "/sign-in", urlencode(fields or {}), headers)
        answer = connection.getresponse()
        [given] = [each for each in answer.headers.get_all("Set-Cookie") if each.startswith("session=")]
        return answer.read().decode(), given.partition(";")[0]

    page, cookie = ask("GET")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)[1]
    return ask("POST", cookie, {"csrf_token": token, "login": login, "password": PASSWORD})[1]


def scan(site: str, login: str, folder: Path) -> dict[str, list[dict]]:
    """What wapiti finds, by kind: what is more than informational."""
    report = folder / "report.json"
    command = [os.environ["WAPITI"], "-u", f"{site}/", *LIMITS, "-m", ",".join(MODULES)]
    command += ["--max-scan-time", str(CRAWL), "--max-attack-time", str(EACH_MODULE), "--flush-session"]
    command += ["-x", f"{site}/sign-out", "-x", f"{site}/account/sessions", "--no-bugreport"]
    command += ["--store-session", str(folder), "-f", "json", "-o", str(report)]
    if login:
        command += ["--header", f"Cookie: {session_of(site, login)}"]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    found = json.loads(report.read_text())
    print(f"  pages and forms: {found['infos']['crawled_pages_nbr']}", flush=True)
    kinds = found["vulnerabilities"] | found["anomalies"]
    return {kind: [each for each in some if each["level"] > 0] for kind, some in kinds.items()}


def main() -> None:
    if "WAPITI" not in os.environ:
        sys.exit("WAPITI must name the program: python3 -m venv ~/wapiti && ~/wapiti/bin/pip install wapiti3")
    now, htmx, findings = datetime.now(ZoneInfo("Asia/Shanghai")), source_of_htmx(), 0
    for kind in sys.argv[1:] or PEOPLE:
        print(f"{kind}:", flush=True)
        with TemporaryDirectory() as folder:
            school = Path(folder, "school")
            environ = filled(school, now, htmx) | {"PORTAL_HTTPS_ONLY": "yes", "PORTAL_LOG": "json"}
            with served(environ, now, htmx) as server:
                found = scan(server.url, PEOPLE[kind], Path(folder))
            broken = re.findall(r'.*"status": 5\d\d.*', (school / "granian.log").read_text())
        told = [f"{name}: {each['info']} ({each['method']} {each['path']})" for name in found for each in found[name]]
        for each in told + broken:
            print(f"  {each}", flush=True)
        findings += len(told + broken)
    sys.exit(findings > 0)


if __name__ == "__main__":
    main()
