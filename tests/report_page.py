"""A report's page read back: its tables, articles, lists and data, by the standard library."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

import msgspec

VOID = {"meta", "input", "br", "hr", "img", "link"}


@dataclass
class Node:
    """An element with its attributes, and what stands in it in order."""

    name: str
    attributes: dict = field(default_factory=dict)
    inside: list = field(default_factory=list)

    @property
    def text(self):
        return "".join(each if isinstance(each, str) else each.text for each in self.inside)

    @property
    def classes(self):
        return (self.attributes.get("class") or "").split()

    def all(self, name=None, **attributes):
        """Return the elements below this one, in order, by name and attributes."""
        found = []
        for each in self.inside:
            if isinstance(each, Node):
                fits = all(each.attributes.get(k) == v for k, v in attributes.items())
                found += [each] * (fits and name in (None, each.name)) + each.all(
                    name, **attributes
                )
        return found

    def one(self, name=None, **attributes):
        (found,) = self.all(name, **attributes)
        return found


class Page(HTMLParser):
    """A page as a tree; what is not well-formed fails."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.html = html
        self.root = Node("root")
        self._open = [self.root]
        self.feed(html)
        self.close()
        assert len(self._open) == 1, [each.name for each in self._open]

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"repeated attribute in {tag}"
        made = Node(tag, dict(attrs))
        self._open[-1].inside.append(made)
        if tag not in VOID:
            self._open.append(made)

    def handle_endtag(self, tag):
        assert self._open[-1].name == tag, f"</{tag}> closes {self._open[-1].name}"
        self._open.pop()

    def handle_data(self, data):
        self._open[-1].inside.append(data)

    def table(self, name):
        """Return the rows of a table, each a list of the cells' texts."""
        table = self.root.one("table", id=f"t-{name}")
        return [[cell.text for cell in row.all("td")] for row in table.one("tbody").all("tr")]

    @property
    def data(self):
        """What the script is given."""
        return msgspec.json.decode(self.root.one("script", id="data").text)

    @property
    def texts(self):
        """The articles' texts."""
        return [each.text for each in self.root.all("div") if each.classes == ["text"]]
