"""Take the pictures of ``annotate/pictures``: ``python tests/studio_pictures.py``.

They show an invented story, so that nobody's text is published in them.
"""

import copy
import io
import tempfile
from pathlib import Path

import msgspec
from studio_page import StudioPage, browser
from studio_server import started

from goldwire.annotate.config import labelling_config
from goldwire.schemas.formats.label_studio_task import task_of
from goldwire.schemas.record import Record

FOLDER = Path(__file__).parent.parent / "annotate" / "pictures"
TEXT = """Bridge closes after flood
Town counts the cost as water falls
The old bridge over the Lenn closed on Monday after the worst flood in nearly 20 years, \
the mayor of Harwell said.
“Nobody may cross it before spring,” Mira Holt told the Harwell Post. \
She met engineers of Volden Rail in Oslo last week.
Sign up for our newsletter and never miss a story.
The council, which Holt leads, wants Volden Rail to pay for the repair. \
The company did not answer.
"""
MENTIONS = (
    ("bridge", "FAC", "NOM", "bridge"),
    ("the Lenn", "LOC", "NAM", "lenn"),
    ("Monday", "DATE", "VALUE", None),
    ("the worst flood in nearly 20 years", "EVENT", "NOM", "flood"),
    ("nearly 20 years", "DATE", "VALUE", None),
    ("the mayor of Harwell", "PERSON", "NOM", "holt"),
    ("Harwell", "GPE", "NAM", "harwell"),
    ("Mira Holt", "PERSON", "NAM", "holt"),
    ("the Harwell Post", "ORG", "NAM", "post"),
    ("She", "PERSON", "PRO", "holt"),
    ("engineers of Volden Rail", "PERSON", "NOM", "engineers"),
    ("Volden Rail", "ORG", "NAM", "volden"),
    ("Oslo", "GPE", "NAM", "oslo"),
    ("The council", "ORG", "NOM", "council"),
    ("Holt#2", "PERSON", "NAM", "holt"),
    ("Volden Rail#2", "ORG", "NAM", "volden"),
    ("The company", "ORG", "NOM", "volden"),
)


def placed(words, **fields):
    """A span where words stand, ``words#2`` where they stand for the second time."""
    words, _, again = words.partition("#")
    start = TEXT.index(words)
    start = TEXT.index(words, start + 1) if again else start
    return {"start": start, "end": start + len(words), **fields}


def story():
    """The story with its annotations."""
    lines = TEXT.splitlines()
    kinds = ("headline", "dek", "paragraph", "paragraph", "boilerplate", "paragraph")
    entities = {name: kind for _, kind, _, name in MENTIONS if name}
    found = {
        "id": "bridge",
        "text": TEXT,
        "zones": [placed(line, type=kind) for line, kind in zip(lines, kinds, strict=True)],
        "boilerplate": [placed(lines[4], type="promotion")],
        "mentions": [
            placed(words, type=kind, level=level)
            | {"id": f"m{number}"}
            | ({"entity": entity} if entity else {})
            for number, (words, kind, level, entity) in enumerate(MENTIONS, 1)
        ],
        "entities": [{"id": name, "type": kind} for name, kind in entities.items()],
        "relations": [
            {
                "id": "r1",
                "head": "holt",
                "type": "leader_of",
                "tail": "harwell",
                "evidence": [placed("the mayor of Harwell")],
                "certainty": "stated",
            },
            {"head": "holt", "type": "met_with", "tail": "engineers"},
        ],
        "quotes": [
            {
                "id": "q1",
                "type": "direct",
                "content": [placed("Nobody may cross it before spring,")],
                "cue": [placed("told")],
                "source": placed("Mira Holt"),
                "speaker": "holt",
                "addressee": "post",
            }
        ],
    }
    return msgspec.convert(found, Record)


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
        started(Path(folder)) as studio,
        browser() as made,
    ):
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
