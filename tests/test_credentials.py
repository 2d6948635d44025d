"""Credentials: read from a private file or the environment, and never shown."""

import json
import os
import stat
import traceback
from io import StringIO

import msgspec
import pytest
from rich.console import Console
from rich.pretty import pprint

from goldwire.annotate.credentials import Credentials, read, write
from goldwire.schemas.errors import DataError, GoldwireError, UsageError

TOKEN, PASSWORD = "t0ken-that-is-secret", "pa55-that-is-secret"
WHOLE = Credentials(url="https://ls.example", token=TOKEN, email="a@b.example", password=PASSWORD)
BARE = Credentials(url="http://127.0.0.1:8080", token=TOKEN)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    monkeypatch.delenv("LABEL_STUDIO_API_KEY", raising=False)


@pytest.fixture
def file(tmp_path):
    def make(content, mode=0o600):
        path = tmp_path / "a.json"
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        path.chmod(mode)
        return path

    return make


def refused(path, code):
    with pytest.raises(GoldwireError) as caught:
        read(path)
    shown = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in shown
    assert PASSWORD not in shown
    assert caught.value.code == code
    return str(caught.value)


@pytest.mark.parametrize("credentials", [WHOLE, BARE])
def test_what_is_written_is_read_again(tmp_path, credentials):
    write(tmp_path / "a.json", credentials)
    assert read(tmp_path / "a.json") == credentials


def test_the_file_is_its_owners_from_the_first_moment(tmp_path, monkeypatch):
    modes = []
    monkeypatch.setattr(os, "umask", lambda mask, real=os.umask: real(0) and 0)
    os_fdopen = os.fdopen

    def seen(descriptor, *how):
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return os_fdopen(descriptor, *how)

    monkeypatch.setattr(os, "fdopen", seen)
    path = tmp_path / "a.json"
    write(path, BARE)
    write(path, WHOLE)
    assert modes == [0o600, 0o600]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a.json"]


def test_a_file_that_was_open_to_others_is_not_after_it_was_written(file):
    path = file("", 0o644)
    write(path, BARE)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_where_it_cannot_be_written_nothing_is(tmp_path):
    with pytest.raises(UsageError, match="cannot-write"):
        write(tmp_path / "none" / "a.json", WHOLE)
    assert not list(tmp_path.iterdir())


def test_no_text_shows_a_secret(tmp_path):
    console = Console(file=StringIO(), width=200)
    pprint(WHOLE, console=console)
    console.print(WHOLE, {"a": WHOLE})
    texts = [repr(WHOLE), str(WHOLE), f"{[WHOLE]}", console.file.getvalue()]
    for text in texts:
        assert "https://ls.example" in text
        assert TOKEN not in text
        assert PASSWORD not in text


def test_the_environment_is_read_where_there_is_no_file(monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:8080/")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    assert read(None) == BARE


def test_a_file_goes_before_the_environment(monkeypatch, file):
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "another")
    assert read(file(msgspec.to_builtins(WHOLE))) == WHOLE


def test_half_an_environment_is_named(monkeypatch):
    assert "LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY not set" in refused(None, "no-credentials")
    monkeypatch.setenv("LABEL_STUDIO_URL", "http://127.0.0.1:8080")
    said = refused(None, "no-credentials")
    assert "no credentials: LABEL_STUDIO_API_KEY not set" in said
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "")
    assert refused(None, "no-credentials") == said


def test_a_bad_environment_is_named_but_not_shown(monkeypatch):
    monkeypatch.setenv("LABEL_STUDIO_URL", "https://ls.example")
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", f"{TOKEN}\n")
    assert "LABEL_STUDIO_API_KEY is empty or holds" in refused(None, "token-form")
    monkeypatch.setenv("LABEL_STUDIO_URL", "ls.example")
    assert "LABEL_STUDIO_URL names no host" in refused(None, "url-form")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o666])
def test_a_file_that_others_can_reach_is_refused(file, mode):
    path = file(msgspec.to_builtins(WHOLE), mode)
    assert f"chmod 600 {path}" in refused(path, "not-private")
    path.chmod(0o600)
    assert read(path) == WHOLE


def test_a_file_of_another_user_is_refused(file, monkeypatch):
    path = file(msgspec.to_builtins(WHOLE))
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    assert "another user" in refused(path, "not-private")


def test_what_is_no_file_is_refused(tmp_path):
    refused(tmp_path / "none.json", "no-file")
    refused(tmp_path, "no-file")
    os.mkfifo(tmp_path / "fifo", 0o600)
    refused(tmp_path / "fifo", "no-file")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        TOKEN,
        f'"{TOKEN}"',
        f'["{TOKEN}"]',
        f'{{"url": "https://ls.example", "token": {{"{TOKEN}": 1}}}}',
        f'{{"url": "https://ls.example", "{TOKEN}": 1}}',
        f'{{"url": "https://ls.example", "token": "{TOKEN}", "token": "{TOKEN}"}}',
        f'{{"url": "https://ls.example", "token": "{TOKEN}", "user": "{PASSWORD}"}}',
        f'{{"url": 1, "token": "{TOKEN}"}}',
        f'{{"token": "{TOKEN}"}}',
        f'{{"url": "https://ls.example", "token": "{TOKEN}" "{PASSWORD}"}}',
        f'{{"url": "https://ls.example", "token": "{TOKEN}\\ud800"}}',
        '{"a":' * 100_000,
    ],
)
def test_a_malformed_file_is_named_and_not_quoted(file, content):
    path = file(content)
    said = refused(path, "credentials-form")
    assert said.startswith(f"{path}: expected")
    assert "ls.example" not in said


def test_other_encodings_are_malformed(file):
    path = file("")
    for raw in (b"\xff\xfe{\x00}\x00", b"\xef\xbb\xbf{}", b'{"url": "\xe9"}', b"\x00" * 9):
        path.write_bytes(raw)
        with pytest.raises(DataError, match="credentials-form"):
            read(path)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://ls.example", "insecure-url"),
        ("http://10.0.0.1:8080", "insecure-url"),
        ("http://localhost.ls.example", "insecure-url"),
        ("ftp://ls.example", "url-form"),
        ("ls.example:8080", "url-form"),
        ("https://", "url-form"),
        ("https://ls.example:x", "url-form"),
        (f"https://{TOKEN}@ls.example", "url-form"),
        (f"https://a:{PASSWORD}@ls.example", "url-form"),
        (f"https://ls.example/?token={TOKEN}", "url-form"),
        (f"https://ls.example/#{TOKEN}", "url-form"),
        (f"http://a:{PASSWORD}@ls.example", "insecure-url"),
        ("https://ls.example/a b", "url-form"),
        ("https://ls.example/\u00e9", "url-form"),
        ("", "url-form"),
    ],
)
def test_a_bad_url_is_refused(file, url, code):
    refused(file({"url": url, "token": TOKEN}), code)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "127.9.9.9:99"])
def test_http_is_for_this_machine(file, host):
    assert read(file({"url": f"http://{host}", "token": TOKEN})).url == f"http://{host}"


def test_a_slash_at_the_end_goes(file):
    made = read(file({"url": "https://ls.example/studio//", "token": TOKEN}))
    assert made.url == "https://ls.example/studio"


@pytest.mark.parametrize("token", ["", " ", "a b", "a\n", "\u00e9", "a\x00"])
def test_a_token_that_no_header_can_hold_is_refused(file, token):
    refused(file({"url": "https://ls.example", "token": token}), "token-form")
