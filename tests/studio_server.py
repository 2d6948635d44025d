"""A Label Studio as a test asks it over its API."""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass


@dataclass(frozen=True)
class Studio:
    """A running server and one of its users."""

    url: str
    email: str
    password: str
    token: str

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


def of(credentials):
    """Return a server as one of its annotators meets it."""
    return Studio(credentials.url, credentials.email, credentials.password, credentials.token)
