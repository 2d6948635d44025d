"""Items of several regions: which regions and arrows make one item."""

from collections import defaultdict
from dataclasses import dataclass, field

from goldwire.schemas.formats.label_studio_controls import BELONGS, is_written
from goldwire.schemas.formats.label_studio_regions import Arrow, Region, Results, Task


@dataclass(slots=True)
class Item:
    """The first region of an item, its further ones, and the arrows from it that name others."""

    main: Region
    more: list[Region] = field(default_factory=list)
    named: dict[str, list[Region]] = field(default_factory=lambda: defaultdict(list))

    def spans(self, label: str | None = None) -> list[Region]:
        """Return its regions, or a quote's of a label of ``part``.

        They keep their order as written; if one was drawn by an annotator, that of the text.
        """
        kind = self.main.control if label is None else "part"
        found = [each for each in self.more if each.control == kind and label in (None, each.label)]
        found = [self.main, *found] if label is None else found
        if all(is_written(each.id) for each in found):
            return found
        return sorted(found, key=lambda each: (each.start, each.end))


def read_items(task: Task, results: Results) -> list[Item]:
    """Return each item with all its regions and the arrows that start at its first one."""
    pieces = [arrow for arrow in results.arrows if arrow.label == BELONGS]
    inner = {arrow.start.id for arrow in pieces}
    found = {
        region.id: Item(region)
        for region in results.regions
        if region.control != "part" and region.id not in inner
    }
    joined: dict[str, set[str]] = defaultdict(set)
    for arrow in pieces:
        joined[arrow.start.id].add(arrow.end.id)
    for arrow in pieces:
        _check_piece(task, arrow, joined)
    for region in results.regions:
        if region.control == "part" and region.id not in inner:
            cure = f'draw a relation "{BELONGS}" from it to its quote, or remove it'
            raise task.fault("loose-part", f"a {region.label} without its quote", cure, region.id)
        for main in joined.get(region.id, ()):
            found[main].more.append(region)
    for arrow in results.arrows:
        if arrow.label != BELONGS and arrow.start.control != "mention":
            if arrow.start.id not in found:
                cure = "draw it from the first region"
                what = f'"{arrow.label}" starts at a further region'
                raise task.fault("wrong-relation", what, cure, arrow.start.id)
            found[arrow.start.id].named[arrow.label].append(arrow.end)
    return list(found.values())


def _check_piece(task: Task, arrow: Arrow, joined: dict[str, set[str]]) -> None:
    """Refuse a further region of an item that is not of its kind, or says what the first must."""
    piece, main = arrow.start, arrow.end
    if main.id in joined:
        cure = "draw each further region's to the first region"
        what = f'"{BELONGS}" leads to a region that itself belongs to another'
        raise task.fault("wrong-relation", what, cure, piece.id)
    if piece.control == "part":
        return
    if piece.label != main.label:
        what = f"is {piece.label}, and belongs to {main.label}"
        raise task.fault("wrong-relation", what, "give both one label", piece.id)
    if len(joined[piece.id]) > 1:
        raise task.fault("wrong-relation", "belongs to several regions", "keep one", piece.id)
    allowed = {"group"} if piece.control == "relation" else set()
    for name in sorted(piece.fields.keys() - allowed):
        what = f'{name} stands at a further region of "{main.id}"'
        raise task.fault("unknown-control", what, "set it at the first region", piece.id)
