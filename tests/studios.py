"""A real Label Studio for tests: its environment, accounts, and what people do over its API."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from goldwire.annotate.client import Studio
from goldwire.annotate.credentials import Credentials
from goldwire.annotate.serve import Server

ROOT = Path(__file__).parent.parent
ENVIRONMENT = Path(os.environ.get("GOLDWIRE_STUDIO") or ROOT / ".venv-studio")
"""Made by the first test that needs it, if it isn't there."""


class Person:
    """What an account does over the API, as the browser would: look, annotate, change."""

    def __init__(self, credentials: Credentials) -> None:
        import httpx  # it comes with label-studio-sdk

        self.studio = Studio(credentials)
        header = {"Authorization": f"Token {credentials.token}"}
        self.api = httpx.Client(base_url=f"{credentials.url}/api", headers=header, timeout=120)

    def leave(self) -> None:
        """Close what was opened."""
        self.api.close()
        self.studio.__exit__()

    def ask(self, method: str, path: str, json: Any = None) -> Any:
        """Return what the API answers."""
        answer = self.api.request(method, path, json=json)
        assert answer.is_success, answer.text[:300]
        return answer.json() if answer.content else None

    def tasks(self, title: str) -> list[dict[str, Any]]:
        """Return a project's tasks with all that is in them."""
        project = self.studio.project(title)
        assert project
        listed = self.ask("GET", f"/tasks/?project={project}&fields=all&page_size=2000")["tasks"]
        return sorted(listed, key=lambda task: task["id"])

    def submit(self, task: int, result: list[Any], **more: Any) -> int:
        """Submit an annotation and return its id."""
        body = {"result": result, **more}
        return int(self.ask("POST", f"/tasks/{task}/annotations/", body)["id"])

    def draft(self, task: int, result: list[Any]) -> None:
        """Leave a draft."""
        self.ask("POST", f"/tasks/{task}/drafts", {"result": result})

    def change(self, annotation: int, **fields: Any) -> None:
        """Change an annotation."""
        self.ask("PATCH", f"/annotations/{annotation}/", fields)


@contextmanager
def people(server: Server) -> Iterator[dict[str, Person]]:
    """Yield the accounts of a server by their names."""
    made = {name: Person(each) for name, each in server.credentials.items()}
    try:
        yield made
    finally:
        for person in made.values():
            person.leave()


def fingerprint(folder: Path) -> dict[str, str]:
    """Return the hash of every file below a folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
