"""Reads the XML of a camera, which may be broken or hostile: bytes in, a small tree out. No I/O.

Names lose their prefix, since cameras leave out the declarations of prefixes; what follows the end
of the document is ignored, since some send it. A document type is refused, so there are no entities
but XML's own five: nothing can be blown up, nothing else is read.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.parsers import expat

BYTES_MOST: Final = 1 << 20
NODES_MOST: Final = 50_000
DEPTH_MOST: Final = 64
TEXT_MOST: Final = 4000  # of one element; nothing that is asked for is longer


class MarkupError(ValueError):
    """This is no XML that a camera would send; the words follow "it sends ..."."""


@dataclass(slots=True)
class Node:
    """An element: local names, in the order of the document."""

    name: str
    attributes: dict[str, str]
    children: list["Node"] = field(default_factory=list)
    text: str = ""

    def every(self, name: str) -> Iterator["Node"]:
        """All elements of that name below this one, in the order of the document."""
        left = [self]
        while left:
            node = left.pop()
            if node.name == name and node is not self:
                yield node
            left.extend(reversed(node.children))

    def first(self, *path: str) -> "Node | None":
        """The first element at that path of names; each may lie anywhere below the one before."""
        node: Node | None = self
        for name in path:
            node = next(node.every(name), None) if node is not None else None
        return node

    def said(self, *path: str) -> str:
        """The text of the first element at that path, printable signs only; empty if none."""
        node = self.first(*path)
        return plain(node.text) if node is not None else ""


def plain(text: str) -> str:
    """``text`` as it may be shown: one line, nothing that steers a terminal or a reader's eye."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read(data: bytes) -> Node:
    """The root element.

    Raises:
        MarkupError: it is too large, not whole, or has a document type.

    """
    if len(data) > BYTES_MOST:
        raise MarkupError("more than anybody has to say")
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.take
    parser.StartDoctypeDeclHandler = builder.refuse
    try:
        parser.Parse(data.lstrip(b"\0\r\n\t "), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        if isinstance(error, MarkupError):
            raise
        if not builder.whole:  # junk behind a whole document does not matter
            raise MarkupError("what is no XML") from None
    if builder.root is None or not builder.whole:
        raise MarkupError("what is no XML")
    return builder.root


class _Builder:
    """Makes nodes of what the parser finds."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.whole = False  # its end was seen
        self._open: list[Node] = []
        self._nodes = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._nodes += 1
        if self._nodes > NODES_MOST or len(self._open) >= DEPTH_MOST:
            raise MarkupError("more than anybody has to say")
        node = Node(_local(name), {_local(key): value for key, value in attributes.items()})
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def end(self, _name: str) -> None:
        self._open.pop()
        self.whole = not self._open

    def take(self, text: str) -> None:
        if self._open and len(node_text := self._open[-1].text) < TEXT_MOST:
            self._open[-1].text = (node_text + text)[:TEXT_MOST]

    def refuse(self, *_: object) -> None:
        raise MarkupError("XML with a document type, which no camera needs")


def _local(name: str) -> str:
    return name.rpartition(":")[2]
