"""`goldwire run` with an HTTP endpoint: on this machine, on a free port, that may misbehave."""

import base64
import json
import threading
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from workplace import IDS, paid, refused


class Handler(BaseHTTPRequestHandler):
    """Answers rightly, or wrongly in the way that the server has for the document."""

    def do_POST(self):
        article = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.seen.append((self.path, dict(self.headers), article))
        do = self.server.cases.get(article["id"], _right)
        do(self, json.dumps({"id": article["id"], **_answer(article)}).encode())

    def do_GET(self):
        self.server.seen.append((self.path, dict(self.headers), {}))
        self.send_error(404)

    def send(self, body, kind="application/json", status=200, length=None, **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Print nothing."""


def _answer(article):
    start = article["text"].index("Ann")
    return {"mentions": [{"start": start, "end": start + 3, "type": "PERSON"}]}


def _right(handler, right):
    handler.send(right)


def redirect(handler, right, status):
    handler.send(right, status=status, Location=f"{handler.server.elsewhere}/target")


def _hang(handler, right):
    handler.server.stopping.wait(60)


HTTP_CASES = {
    "d01": (partial(Handler.send, status=500), "status 500"),
    "d02": (partial(redirect, status=302), "status 302"),
    "d03": (partial(redirect, status=308), "status 308"),
    "d04": (lambda h, _: h.send(b"<html>Log in</html>", "text/html"), "text/html"),
    "d05": (lambda h, right: h.send(right[:-9], length=len(right)), "cut off"),
    "d06": (lambda h, _: h.send(b'"I am sorry, I cannot."'), "got a string"),
    "d07": (lambda h, _: h.send(b"Sure! Here you are: {}"), "not JSON"),
    "d08": (lambda h, _: h.send('{"id": "d08", "language": "é"}'.encode("latin-1")), "UTF-8"),
    "d09": (_hang, "no answer within 1 seconds"),
    "d10": (lambda h, _: h.wfile.write(b"what?\r\n\r\n"), "no answer"),
}


@contextmanager
def serving(cases=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.cases = {name: do for name, (do, _) in (cases or {}).items()}
    server.seen, server.stopping = [], threading.Event()
    server.handle_error = lambda *_: None  # a client that was stopped closes its end
    server.elsewhere = ""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopping.set()
        server.shutdown()
        thread.join()
        server.server_close()


def address(server, user=""):
    return f"http://{user}127.0.0.1:{server.server_port}"


def test_an_endpoint_is_asked_for_each_article_without_its_annotations(place):
    with serving() as server:
        dead = {"http_proxy": "http://127.0.0.1:1", "HTTP_PROXY": "http://127.0.0.1:1"}
        done = place.run(address(server) + "/extract", env=dead)
        assert (done.status, done.out, done.err) == (0, "", "")
        place.all_right_but()
        assert [article["id"] for _, _, article in server.seen] == IDS
        for path, headers, article in server.seen:
            assert path == "/extract"
            assert headers["Content-Type"] == "application/json"
            assert article.keys() <= {"id", "language", "text"}
    assert place.said_of_run()["extractor"] == "http://127.0.0.1/extract"


def _slowly(handler, right):
    """Send a byte now and then, so that no single read waits for long."""
    handler.send(b"", length=len(right))
    with suppress(OSError):
        while not handler.server.stopping.wait(0.2):
            handler.wfile.write(b" ")


def _cut_chunk(handler, right):
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    handler.wfile.write(b"fff\r\n" + right)


MORE_HTTP_CASES = {
    "d01": (lambda *_: None, "no answer"),
    "d02": (_cut_chunk, "no answer"),
    "d03": (_slowly, "no answer within 1 seconds"),
    "d04": (lambda h, right: h.send(right.decode().encode("utf-16")), "UTF-16"),
    "d05": (lambda h, _: h.send(b"", status=204), "JSON"),
    "d06": (lambda h, right: h.send(right.replace(b"d06", b"d07")), 'the answer is for "d07"'),
    "d07": (lambda h, _: h.send(b"[]"), "list"),
    "d08": (partial(redirect, status=303), "status 303"),
    "d09": (lambda h, right: h.send(right, kind="application/octet-stream"), "octet-stream"),
    "d10": (partial(Handler.send, status=401), "status 401"),
}


@pytest.mark.real
@pytest.mark.parametrize(
    ("cases", "workers"), [(HTTP_CASES, 1), (HTTP_CASES, 3), (MORE_HTTP_CASES, 1)]
)
def test_an_endpoint_that_misbehaves_costs_those_documents_alone(place, cases, workers):
    """A redirect is followed nowhere, and nothing is asked twice."""
    with serving(cases) as server, serving() as other:
        server.elsewhere = address(other)
        done = place.run(address(server), "--timeout", "1", "--workers", workers)
        assert other.seen == []
        assert [path for path, _, _ in server.seen] == ["/"] * 30
    paid(place, done, cases)


@pytest.mark.real
def test_an_endpoint_that_is_not_there_is_told_for_each_document(place):
    with serving() as server:
        port = server.server_port
    done = place.run(f"http://127.0.0.1:{port}/x")
    place.all_right_but(*IDS)
    assert done.status == 1
    assert "refused" in done.err
    assert "… and more: the file has each reason" in done.err


@pytest.mark.real
def test_what_is_secret_in_a_url_is_used_and_not_written(place):
    with serving({"d03": HTTP_CASES["d01"], "d05": HTTP_CASES["d04"]}) as server:
        done = place.run(address(server, "ann:s3cret@") + "/x?key=t0ken#part")
        seen = server.seen
    everything = done.out + done.err + place.output.read_text("utf-8")
    for word in ("ann:", "s3cret", "t0ken", base64.b64encode(b"ann:s3cret").decode()):
        assert word not in everything
    place.all_right_but("d03", "d05")
    assert done.status == 1
    assert {path for path, _, _ in seen} == {"/x?key=t0ken"}
    wanted = f"Basic {base64.b64encode(b'ann:s3cret').decode()}"
    assert {headers.get("Authorization") for _, headers, _ in seen} == {wanted}


@pytest.mark.real
@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/x?key=s3cret with spaces",
        "http://127.0.0.1:1/x?key=s3cret\N{LATIN SMALL LETTER E WITH ACUTE}",
        "http://ann:s3cret@127.0.0.1:1/x",
        "http://s3cret@127.0.0.1:1/x",
        "http://127.0.0.1:s3cret/x",
        "http://127.0.0.1:1/x?key=s3cret\x01",
    ],
)
def test_no_secret_of_a_url_that_can_not_be_asked_is_written(place, url):
    done = place.run(url)
    assert done.status in (1, 2)
    assert "s3cret" not in done.out + done.err
    for path in place.folder.iterdir():
        assert b"s3cret" not in path.read_bytes(), path


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://example.com/x?key=s3cret", "insecure-url"),
        ("http://127.0.0.1@example.com/", "insecure-url"),
        ("http://192.0.2.7:8000/", "insecure-url"),
        ("http://localhost.example.com/", "insecure-url"),
        ("http://127.0.0.1.example.com/", "insecure-url"),
        ("http://127.0.0.1\\@example.com/", "insecure-url"),
        ("http://2130706433/", "insecure-url"),
        ("http://", "url-form"),
        ("http://[::1/s3cret", "url-form"),
        ("https:///s3cret", "url-form"),
        ("https://[::1/s3cret", "url-form"),
    ],
)
def test_an_address_that_would_not_be_safe_is_refused(place, url, code):
    assert "s3cret" not in refused(place.tried(url), code)
