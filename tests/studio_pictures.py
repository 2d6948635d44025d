"""Take the pictures of ``annotate/pictures``: ``python tests/studio_pictures.py``.

They show an invented story, so that nobody's text is published in them.
"""

import copy
import io
import tempfile
from pathlib import Path

from bridge_story import TEXT, story
from studio_page import StudioPage, browser
from studio_server import of
from studios import ENVIRONMENT

from goldwire.annotate.config import labelling_config
from goldwire.annotate.serve import serving
from goldwire.schemas.formats.label_studio_task import task_of

FOLDER = Path(__file__).parent.parent / "annotate" / "pictures"


def predicted(*records):
    """A task with records as predictions, named a, b and so on."""
    tasks = [task_of(record) for record in records]
    predictions = [
        {"model_version": name, "result": task["annotations"][0]["result"]}
        for name, task in zip("abc", tasks, strict=False)
    ]
    return {"data": tasks[0]["data"], "predictions": predictions}


def save(page, name):
    """Save what is seen, in the 256 colours that come nearest, which keeps it small."""
    from PIL import Image

    page.page.mouse.move(620, 640)
    image = Image.open(io.BytesIO(page.page.screenshot(animations="disabled")))
    FOLDER.mkdir(exist_ok=True)
    few = image.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(FOLDER / f"{name}.png", optimize=True)


def main():
    """Take all pictures."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "studio", ["a"], environment=ENVIRONMENT) as server,
        browser() as made,
    ):
        studio = of(server.credentials["a"])
        take(StudioPage(made, studio), studio)


def take(page, studio):
    """Take the pictures at a server that is running."""
    whole = story()
    config = labelling_config()
    project, _ = studio.project("bridge", config, [predicted(whole)])
    page.stream(project)
    page.select(TEXT.index("Mira"))
    save(page, "mention")
    page.select(TEXT.index("Nobody"))
    save(page, "quote")
    page.theme("dark")
    page.stream(project)
    page.select(TEXT.index("of Harwell"))
    save(page, "dark")
    page.theme("light")
    page.stream(project)
    page.arrow(TEXT.index("the Lenn"), TEXT.index("Oslo"))
    save(page, "relation")
    other = copy.deepcopy(whole)
    other.mentions = [each for each in other.mentions if each.entity != "engineers"]
    other.entities = [each for each in other.entities if each.id != "engineers"]
    other.relations = other.relations[:1]
    other.mentions[3].end -= len(" in nearly 20 years")
    project, (task,) = studio.project("adjudication", config, [predicted(whole, other)])
    studio.ask("PATCH", f"/api/projects/{project}", {"model_version": "a"})  # what is copied
    page.open(project, task)
    page.compare()
    save(page, "adjudication")


if __name__ == "__main__":
    main()
