"""`goldwire annotate serve` where it starts nothing: what is refused before a server is begun."""

import os
import socket
import stat

import pytest

from goldwire.annotate.credentials import read
from goldwire.annotate.studio.__main__ import is_here, stay_here
from goldwire.annotate.studio.accounts import lines, prepare
from goldwire.annotate.studio.unfinished import begin, finish, give_up

URL = "http://127.0.0.1:8080"


@pytest.fixture
def serve(goldwire, tmp_path):
    """Return a function that expects ``goldwire annotate serve`` to refuse, and its message."""

    def call(*arguments):
        status, out, err = goldwire("annotate", "serve", tmp_path / "d", "--port", 0, *arguments)
        assert (status, out, err.count("\n")) == (2, "", 1)
        return err

    return call


@pytest.mark.parametrize("name", ["", "A", "-a", "a b", "a@b", "a/b", "..", "é", "a" * 65, "a\n"])
def test_a_bad_name_is_refused_before_anything_is_made(serve, tmp_path, name):
    assert "[annotator-name]" in serve("-a", "a", "-a", name)
    assert not list(tmp_path.iterdir())


def test_a_first_start_needs_an_annotator(serve):
    assert "name one: -a NAME" in serve()


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_a_busy_port_is_refused_before_anything_is_made(serve, tmp_path, host):
    with socket.create_server((host, 0)) as other:
        port = other.getsockname()[1]
        assert f"port {port} is in use; name another with --port" in serve("--port", port)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_made_is_refused(serve, tmp_path):
    (tmp_path / "d").touch()
    assert "[cannot-write]" in serve("-a", "a")


def test_a_folder_that_is_no_environment_is_left_alone(serve, tmp_path):
    own = tmp_path / "own"
    own.mkdir()
    (own / "thesis.txt").write_text("years", "utf-8")
    assert "[not-an-environment]" in serve("-a", "a", "--environment", own)
    assert [path.name for path in own.iterdir()] == ["thesis.txt"]


def test_another_version_is_refused(serve, tmp_path):
    site = tmp_path / "other/lib/python3.12/site-packages"
    (site / "label_studio-1.7.0.dist-info").mkdir(parents=True)
    (tmp_path / "other/bin").mkdir()
    (tmp_path / "other/bin/label-studio").touch()
    python = tmp_path / "other/bin/python"
    python.symlink_to(tmp_path / "gone")
    assert "[not-an-environment]" in serve("-a", "a", "--environment", tmp_path / "other")
    (tmp_path / "gone").touch()
    said = serve("-a", "a", "--environment", tmp_path / "other")
    assert "expected Label Studio 1.23.2, found 1.7.0" in said


def test_credentials_that_others_can_read_are_refused(serve, tmp_path):
    prepare_in(tmp_path / "d", ["a"])
    (tmp_path / "d/credentials/a.json").chmod(0o644)
    assert "[not-private]" in serve()


def prepare_in(folder, names, url=URL):
    folder.mkdir(exist_ok=True)
    return prepare(folder / "credentials", names, url)


def test_credentials_are_written_for_their_owner(tmp_path):
    made = prepare_in(tmp_path / "d", ["a", "b", "a"])
    folder = tmp_path / "d/credentials"
    assert list(made) == ["a", "b"]
    assert {path.name: read(path) for path in folder.iterdir()} == {
        "a.json": made["a"],
        "b.json": made["b"],
    }
    assert len({made[name].token for name in made} | {made[name].password for name in made}) == 4
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ({0o600}, 0o700)


def test_credentials_are_kept_but_for_the_address(tmp_path):
    first = prepare_in(tmp_path / "d", ["a"])
    again = prepare_in(tmp_path / "d", ["b"], "http://127.0.0.1:9")
    assert list(again) == ["a", "b"]
    assert again["a"].url == read(tmp_path / "d/credentials/a.json").url == "http://127.0.0.1:9"
    for name in ("token", "email", "password"):
        assert getattr(again["a"], name) == getattr(first["a"], name)
    assert prepare_in(tmp_path / "d", [], "http://127.0.0.1:9") == again


def test_accounts_are_handed_over_in_threes(tmp_path):
    made = prepare_in(tmp_path / "d", ["a", "b"])
    fields = lines(made).decode().split("\0")
    assert fields[:3] == ["a@goldwire.example", made["a"].password, made["a"].token]
    assert len(fields) == 6


def test_what_was_left_unfinished_is_begun_anew(tmp_path):
    folder = tmp_path / "d"
    os.close(begin(folder))  # as where the process is killed
    (folder / "lib/old").mkdir(parents=True)
    (folder / "old").touch()
    (folder / "link").symlink_to(tmp_path)
    (tmp_path / "other").touch()
    lock = begin(folder)
    assert [path.name for path in folder.iterdir()] == ["goldwire-unfinished"]
    assert (tmp_path / "other").exists()
    (folder / "new").touch()
    finish(folder, lock)
    assert begin(folder) is None
    assert [path.name for path in folder.iterdir()] == ["new"]


def test_what_is_given_up_is_empty(tmp_path):
    lock = begin(tmp_path / "d")
    (tmp_path / "d/lib/old").mkdir(parents=True)
    give_up(tmp_path / "d", lock)
    assert not any((tmp_path / "d").iterdir())


def test_what_another_is_making_is_left_alone(serve, tmp_path):
    own = tmp_path / "own"
    lock = begin(own)
    (own / "lib").mkdir()
    assert "another goldwire is making this folder" in serve("-a", "a", "--environment", own)
    assert (own / "lib").exists()
    finish(own, lock)
    assert "[not-an-environment]" in serve("-a", "a", "--environment", own)


HERE = ["127.0.0.1", "127.9.9.9", "::1", "localhost", b"localhost", "", None, b"127.0.0.1"]
AWAY = ["10.0.0.1", "8.8.8.8", "2001:db8::1", "labelstud.io", b"labelstud.io", "localhost.x.org"]


def test_only_this_machine_is_here():
    assert [is_here(each) for each in HERE] == [True] * len(HERE)
    assert [is_here(each) for each in AWAY] == [False] * len(AWAY)


@pytest.mark.parametrize(
    ("event", "given"),
    [
        ("socket.connect", (None, ("8.8.8.8", 443))),
        ("socket.connect", (None, ("2001:db8::1", 443, 0, 0))),
        ("socket.sendto", (None, ("8.8.8.8", 53))),
        ("socket.getaddrinfo", ("labelstud.io", 443, 0, 0, 0)),
        ("socket.gethostbyname", ("labelstud.io",)),
    ],
)
def test_what_goes_elsewhere_is_refused_and_told(capfd, event, given):
    with pytest.raises(ConnectionRefusedError):
        stay_here(event, given)
    assert "refused: a connection to" in capfd.readouterr().err


def test_what_stays_here_is_let(tmp_path):
    stay_here("socket.connect", (None, ("127.0.0.1", 80)))
    stay_here("socket.connect", (None, str(tmp_path / "socket")))
    stay_here("socket.getaddrinfo", (None, 0, 0, 0, 0))
    stay_here("open", (os.devnull, "r", 0))
