"""A Label Studio of its own for tests: started, asked over its API, and ended."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
EMAIL, PASSWORD, TOKEN = "ann@example.com", "test-of-goldwire", "f" * 40


@dataclass(frozen=True)
class Studio:
    """A running server and its one user."""

    url: str
    email: str = EMAIL
    password: str = PASSWORD
    token: str = TOKEN

    def ask(self, method, path, content=None):
        """Return what the API answers."""
        body = None if content is None else json.dumps(content).encode()
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, body, headers, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            raw = answer.read()
        return json.loads(raw) if raw else None

    def project(self, title, config, tasks):
        """Make a project of tasks; return its id and those of the tasks, in their order."""
        settings = {"title": title, "label_config": config, "show_collab_predictions": True}
        project = self.ask("POST", "/api/projects/", settings)["id"]
        for task in tasks:
            self.ask("POST", f"/api/projects/{project}/import", [task])
        found = self.ask("GET", f"/api/tasks/?project={project}&page_size=100")["tasks"]
        return project, sorted(task["id"] for task in found)

    def export(self, project):
        """Return a project's tasks as JSON with all annotations, in the order of their ids."""
        path = f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true"
        return sorted(self.ask("GET", path), key=lambda task: task["id"])


def executable():
    """Return the server's command: of GOLDWIRE_STUDIO, else of .venv-studio in the checkout."""
    given = os.environ.get("GOLDWIRE_STUDIO") or ROOT / ".venv-studio/bin/label-studio"
    found = shutil.which(given)
    assert found, f"{given} is missing: install label-studio there, or set GOLDWIRE_STUDIO"
    return found


@contextlib.contextmanager
def started(folder):
    """Start a server whose data is in a folder; end it, and its children, at last."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "LABEL_STUDIO_BASE_DATA_DIR": str(folder),
        "LABEL_STUDIO_USERNAME": EMAIL,
        "LABEL_STUDIO_PASSWORD": PASSWORD,
        "LABEL_STUDIO_USER_TOKEN": TOKEN,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "COLLECT_ANALYTICS": "false",
        "LATEST_VERSION_CHECK": "false",
        "SENTRY_DSN": "",
        "FRONTEND_SENTRY_DSN": "",
        "DISABLE_SIGNUP_WITHOUT_LINK": "true",
    }
    command = [executable(), "start", "--no-browser", "--internal-host", "127.0.0.1"]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "-p", str(port)], env=os.environ | settings, stdout=log, stderr=log
        )
    try:
        _wait(f"http://127.0.0.1:{port}", server, folder / "log")
        yield Studio(f"http://127.0.0.1:{port}")
    finally:
        server.terminate()
        server.wait(30)


def _wait(url, server, log, seconds=180):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert server.poll() is None, log.read_text("utf-8", "replace")[-2000:]
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(f"{url}/health", timeout=5).close()
            return
        time.sleep(0.2)
    raise AssertionError(f"no answer in {seconds} s: {log.read_text('utf-8', 'replace')[-2000:]}")
