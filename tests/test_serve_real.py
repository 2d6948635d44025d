"""`goldwire annotate serve` with the real Label Studio: accounts, secrets, ends of every kind.

The environment is the one that ``GOLDWIRE_STUDIO`` names, else ``.venv-studio`` of the checkout,
which is made the first time.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest
from studios import ENVIRONMENT, ROOT

from goldwire.annotate.credentials import read
from goldwire.annotate.serve import serving
from goldwire.annotate.studio.unfinished import begin, finish
from goldwire.schemas.errors import UsageError

pytestmark = pytest.mark.real

SERVE = (sys.executable, "-m", "goldwire", "annotate", "serve")
LEAKS = {
    "LABEL_STUDIO_COLLECT_ANALYTICS": "true",
    "LABEL_STUDIO_HOST": "http://ls.example/sub",
    "LABEL_STUDIO_USERNAME": "other@ls.example",
    "LABEL_STUDIO_PASSWORD": "leaked",
    "DJANGO_DB": "default",
    "DJANGO_SETTINGS_MODULE": "none",
    "DEBUG": "true",
    "PYTHONPATH": str(ROOT / "annotate"),
}


@pytest.fixture(scope="module")
def server(migrated, tmp_path_factory):
    folder = tmp_path_factory.mktemp("studio") / "served"
    shutil.copytree(migrated, folder)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in LEAKS.items():
            patch.setenv(name, value)
        with serving(folder, environment=ENVIRONMENT) as made:
            yield made


@pytest.fixture
def copy(migrated, tmp_path):
    return Path(shutil.copytree(migrated, tmp_path / "copy"))


def asked(credentials, path, data=None, token=None, **more):
    """Return what Label Studio's API answers, with its status in the place of an error."""
    headers = {"Authorization": f"Token {token or credentials.token}"}
    headers["Content-Type"] = "application/json"
    body = None if data is None else json.dumps(data).encode()
    request = Request(credentials.url + path, body, headers, **more)
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=30) as answer:
            raw = answer.read()
    except HTTPError as error:
        with error:
            return error.code
    return json.loads(raw) if raw else None


def whoami(credentials, token=None):
    found = asked(credentials, "/api/current-user/whoami", token=token)
    return found if isinstance(found, int) else found["email"]


class Browser:
    """What a person's browser does: it keeps cookies, and logs in through the form."""

    def __init__(self, credentials, password=None):
        self.url = credentials.url
        self.opener = build_opener(ProxyHandler({}), HTTPCookieProcessor(CookieJar()))
        password = password or credentials.password
        self.send("/user/login/", email=credentials.email, password=password)

    def send(self, path, **fields):
        token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', self.get(path))[1]
        return self.get(path, urlencode({**fields, "csrfmiddlewaretoken": token}).encode())

    def get(self, path, data=None):
        request = Request(self.url + path, data, {"Referer": self.url})
        try:
            with self.opener.open(request, timeout=30) as answer:
                return answer.read().decode()
        except HTTPError as error:
            with error:
                return error.code


def processes():
    """Yield the number, the words and the environment of each process that can be read."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            yield (
                int(folder.name),
                *((folder / name).read_bytes() for name in ("cmdline", "environ")),
            )
        except OSError:
            continue


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def group_of(pid):
    """Return the processes of a group, zombies apart."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(group) == pid and state != "Z":
            found.append(int(folder.name))
    return found


def gone(group, seconds):
    end = time.monotonic() + seconds
    while group_of(group) and time.monotonic() < end:
        time.sleep(0.05)
    return not group_of(group)


@contextmanager
def command(folder, *more):
    """The command itself, in a process: it, what it has printed, and its server's group."""
    words = (*SERVE, str(folder), "--port", "0", "--environment", str(ENVIRONMENT), *more)
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, **pipes, process_group=0) as process:
        try:
            first = process.stdout.readline()
            assert first.startswith("Label Studio: http://127.0.0.1:"), process.stderr.read()
            groups = {os.getpgid(pid) for pid in children_of(process.pid)}
            assert len(groups) == 1
            yield process, groups.pop()
        finally:
            process.kill()


# Accounts.


def test_each_has_an_account_of_one_organisation(server):
    found = [asked(each, "/api/current-user/whoami") for each in server.credentials.values()]
    assert [each["email"] for each in found] == [f"{name}@goldwire.example" for name in "abc"]
    assert [each["username"] for each in found] == ["a", "b", "c"]
    assert len({each["active_organization"] for each in found}) == 1
    assert whoami(server.credentials["a"], token="0" * 40) == 401


def test_each_can_make_a_project_and_take_it_away(server):
    for credentials in server.credentials.values():
        config = '<View><Text name="t" value="$t"/></View>'
        made = asked(credentials, "/api/projects/", {"title": "mine", "label_config": config})
        assert made["created_by"]["email"] == credentials.email
        tasks = asked(credentials, f"/api/projects/{made['id']}/import", [{"data": {"t": "x"}}])
        assert tasks["task_count"] == 1
        assert asked(credentials, f"/api/projects/{made['id']}/", method="DELETE") is None


def test_each_can_log_in_by_the_form(server):
    for credentials in server.credentials.values():
        page = Browser(credentials).get("/api/current-user/whoami")
        assert json.loads(page)["email"] == credentials.email
    wrong = Browser(server.credentials["a"], server.credentials["b"].password)
    assert wrong.get("/api/current-user/whoami") == 401


def test_no_one_can_sign_up(server):
    browser = Browser(server.credentials["a"], "wrong")
    assert browser.send("/user/signup/", email="c@ls.example", password="long-enough-1") == 403


# This machine alone.


def test_it_listens_on_this_machine_alone(server):
    port = urlsplit(server.url).port
    listening = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *_ = line.split()
            if state == "0A" and int(local.rpartition(":")[2], 16) == port:
                listening.add(local.rpartition(":")[0])
    assert listening == {"0100007F"}
    assert asked(server.credentials["a"], "/health") == {"status": "UP"}
    strange = Request(f"{server.url}/health", headers={"Host": "ls.example"})
    with pytest.raises(HTTPError, match="400") as caught:
        build_opener(ProxyHandler({})).open(strange)
    caught.value.close()


def test_nothing_is_sent_elsewhere(server):
    browser = Browser(server.credentials["a"])
    page = browser.get("/projects/")
    assert "collect_analytics: false" in page
    assert "sentry_dsn: null" in page
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)=["\']https?://', page)
    asked(server.credentials["a"], "/api/version")
    before = server.log.read_text()
    assert "refused" not in before  # so nothing was tried
    assert browser.get("/heidi-tips") == 404
    refused = server.log.read_text().removeprefix(before)
    assert "refused: a connection to 'raw.githubusercontent.com'" in refused


def test_no_setting_comes_from_outside(server):
    (environ,) = (found for pid, _, found in processes() if pid == server.pid)
    given = dict(line.split("=", 1) for line in environ.decode().split("\0") if line)
    assert given["LABEL_STUDIO_COLLECT_ANALYTICS"] == "false"
    assert not (LEAKS.keys() - {"LABEL_STUDIO_COLLECT_ANALYTICS"}) & given.keys()
    assert whoami(server.credentials["a"]) == "a@goldwire.example"


# Secrets.


def test_no_secret_is_shown_anywhere(server):
    found = server.credentials.values()
    for each in found:
        whoami(each)
        Browser(each)
    secrets = [text.encode() for each in found for text in (each.token, each.password)]
    assert len(set(secrets)) == 6
    for pid, words, environ in processes():
        assert not [each for each in secrets if each in words or each in environ], pid
    folder = server.log.parent
    holding, private = set(), True
    for path in folder.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            private = private and not path.stat().st_mode & 0o077
            if any(each in raw for each in secrets):
                holding.add(str(path.relative_to(folder)))
    files = {f"credentials/{name}.json" for name in "abc"}
    assert holding == files | {"data/label_studio.sqlite3"}
    assert private
    database = (folder / "data/label_studio.sqlite3").read_bytes()
    assert not [each for each in found if each.password.encode() in database]


# A second start.


def test_a_second_one_on_the_folder_is_refused(server):
    with pytest.raises(UsageError, match="in-use"), serving(server.log.parent, ["d"]):
        raise AssertionError
    assert whoami(server.credentials["a"]) == "a@goldwire.example"
    assert not (server.log.parent / "credentials/d.json").exists()


def test_accounts_are_kept_added_and_made_anew(copy, monkeypatch):
    a, b = (read(copy / f"credentials/{name}.json") for name in "ab")
    (copy / "credentials/a.json").unlink()
    with serving(copy, ["a", "d"], environment=ENVIRONMENT) as again:
        found = again.credentials
        assert [whoami(each) for each in found.values()] == [each.email for each in found.values()]
        assert list(found) == ["a", "b", "c", "d"]
        assert (found["b"].token, found["b"].password) == (b.token, b.password)
        assert whoami(found["a"], a.token) == 401
        for each in found.values():
            assert json.loads(Browser(each).get("/api/current-user/whoami"))["email"] == each.email


def test_it_stops_and_starts_again_with_its_data(copy):
    """Ctrl-C, SIGTERM, the end of the terminal, and a kill that no one can heed."""
    expected = []
    for number, status in (
        (signal.SIGINT, 0),
        (signal.SIGTERM, 0),
        (signal.SIGHUP, 0),
        (signal.SIGKILL, -9),
    ):
        with command(copy) as (process, group):
            a = read(copy / "credentials/a.json")
            titles = [each["title"] for each in asked(a, "/api/projects/")["results"]]
            assert sorted(titles) == sorted(expected)
            expected.append(f"before {number.name}")
            asked(a, "/api/projects/", {"title": expected[-1]})
            assert len(group_of(group)) == 2
            process.send_signal(number)
            assert process.wait(20) == status
            assert gone(group, 5 if number == signal.SIGKILL else 0)
    with serving(copy, environment=ENVIRONMENT) as last:
        titles = [
            each["title"] for each in asked(last.credentials["b"], "/api/projects/")["results"]
        ]
        assert sorted(titles) == sorted(expected)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_first_start_that_is_stopped_is_begun_anew(tmp_path, number):
    words = (*SERVE, str(tmp_path / "d"), "--port", "0", "--environment", str(ENVIRONMENT))
    data = tmp_path / "d/data"
    with subprocess.Popen(
        (*words, "-a", "a"), stderr=subprocess.PIPE, text=True, process_group=0
    ) as process:
        end = time.monotonic() + 60
        while not (data / "label_studio.sqlite3").exists() and time.monotonic() < end:
            time.sleep(0.05)
        (group,) = {os.getpgid(pid) for pid in children_of(process.pid)}
        process.send_signal(number)
        assert process.wait(20) == (-9 if number == signal.SIGKILL else 130)
        assert gone(group, 5)
        expected = "" if number == signal.SIGKILL else "\ngoldwire: stopped\n"
        assert process.stderr.read().partition("ten seconds\n")[2] == expected
    assert (data / "label_studio.sqlite3").exists() == (number == signal.SIGKILL)
    lock = begin(data)
    assert [path.name for path in data.iterdir()] == ["goldwire-unfinished"]
    finish(data, lock)


def test_a_server_that_ends_is_told(copy):
    with command(copy) as (process, group):
        server = max(group_of(group))
        os.kill(server, signal.SIGKILL)
        assert process.wait(20) == 2
        error = process.stderr.read()
        assert "Label Studio ended with status -9 and said last: " in error
        assert '"GET /health HTTP/1.1" 200' in error
        assert "Traceback" not in error
        assert gone(group, 0)


def test_a_server_that_cannot_start_is_told(copy):
    (copy / "data/label_studio.sqlite3").write_bytes(b"no database" * 1000)
    with (
        pytest.raises(UsageError, match=r"said last: .*file is not a database"),
        serving(copy, environment=ENVIRONMENT),
    ):
        raise AssertionError


# The environment.


@pytest.fixture
def silent_index(monkeypatch):
    """An index that pip waits for."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        monkeypatch.setenv("PIP_INDEX_URL", f"http://127.0.0.1:{listening.getsockname()[1]}")
        yield listening


def installing(folder):
    words = (*SERVE, str(folder), "--port", "0", "-a", "a")
    return subprocess.Popen(words, stderr=subprocess.PIPE, text=True, process_group=0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_installation_that_is_stopped_leaves_nothing_half_made(tmp_path, silent_index, number):
    folder = tmp_path / "d"
    with installing(folder) as process:
        try:
            connection, _ = silent_index.accept()  # pip asks
        finally:
            process.send_signal(number)
        assert process.wait(20) == (130 if number == signal.SIGINT else -9)
        connection.close()
    time.sleep(0.5)
    left = str(folder / "environment/bin/python").encode()
    assert not [pid for pid, words, _ in processes() if left in words]
    unfinished = folder / "environment/goldwire-unfinished"
    assert unfinished.exists() == (number == signal.SIGKILL)
    if number == signal.SIGINT:
        assert not any((folder / "environment").iterdir())


def test_an_installation_that_fails_is_told_and_begun_anew(tmp_path, monkeypatch):
    """Here after one that was killed, of which the mark and other things are left."""
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("PIP_RETRIES", "0")
    folder = tmp_path / "d"
    (folder / "environment/lib/old").mkdir(parents=True)
    (folder / "environment/goldwire-unfinished").touch()
    with installing(folder) as process:
        error = process.communicate()[1]
    assert process.returncode == 2
    assert "once, about 3 minutes and 1 GB" in error
    assert "No matching distribution found for label-studio" in error
    assert "pip ended with status 1, and said why above; try again [not-installed]" in error
    assert not any((folder / "environment").iterdir())
