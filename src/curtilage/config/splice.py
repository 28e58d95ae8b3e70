"""Bring a YAML text to other content by changing as few lines as can be.

A YAML library that reads and writes comments moves them: to it, a comment belongs to what stands
before it, so that a camera that is removed takes the next one's comment along. So the text is cut
where its parts begin and end, and only new parts are written by the library. The result is read
back and compared; where cutting cannot do it (anchors, merged keys) the library writes all of it.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

IDENTITY: Final = ("name", "id", "path")
"""What tells the items of a list apart: cameras and streams, rules, volumes."""
WIDEST: Final = 100  # characters of a list that is written on one line


def plain_tree(text: str) -> Any:
    """What a YAML text says, without comments and marks. The text must be good."""
    return _plain(_yaml().load(text))


def become(text: str, wanted: Any) -> str:
    """A text that says ``wanted``, as much like ``text`` as can be.

    Args:
        text: A mapping in YAML.
        wanted: Plain dicts, lists and scalars.

    """
    have = plain_tree(text)
    if have == wanted:
        return text
    with_end = text if text.endswith("\n") else text + "\n"
    try:
        if "\r" not in with_end:
            after = _Splicer(with_end).become(have, wanted)
            if plain_tree(after) == wanted:
                return after
    except (YAMLError, _NotCut, LookupError):
        pass
    return _rewritten(text, wanted)


class _NotCut(Exception):  # noqa: N818 - not an error: the other way is taken
    """The text has a form in which it cannot be cut."""


@dataclass(frozen=True, slots=True)
class _Cut:
    start: int  # characters of the text
    end: int
    text: str


class _Splicer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._lines = text.split("\n")
        self._starts = [0]
        for line in self._lines:
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._root = _yaml().compose(text)
        self._offset = self._sequence_offset()
        self._cuts: list[_Cut] = []

    def become(self, have: Any, wanted: Any) -> str:
        if not isinstance(self._root, MappingNode) or self._root.flow_style:
            raise _NotCut
        self._mapping(self._root, have, wanted)
        out, at = [], 0
        for cut in sorted(self._cuts, key=lambda one: (one.start, one.end)):
            if cut.start < at:
                raise _NotCut
            out += [self._text[at : cut.start], cut.text]
            at = cut.end
        return "".join(out) + self._text[at:]

    def _mapping(self, node: MappingNode, have: dict[str, Any], wanted: dict[str, Any]) -> None:
        """A block mapping; at least one of its keys stays."""
        items = list(node.value)
        for n, (key, value) in enumerate(items):
            name = str(key.value)
            if name not in have:
                raise _NotCut  # merged
            if name not in wanted:
                self._remove_key(items, n)
            elif have[name] != wanted[name]:
                self._value(key, value, have[name], wanted[name])
        column = items[0][0].start_mark.column
        new = {name: value for name, value in wanted.items() if name not in have}
        if new:
            self._insert(self._last_line(items[-1][1]) + 1, self._rendered(new, column))

    def _value(self, key: Node, node: Node, have: Any, wanted: Any) -> None:
        if self._within(node, have, wanted):
            return
        start, end = self._at(key.start_mark), self._end(node)
        inline = _inline(wanted)
        if (
            inline is not None
            and not _is_block(node)
            and self._end_line(node) == node.start_mark.line
        ):
            value_start = self._at(node.start_mark)
            gap = " " if self._text[value_start - 1] == ":" else ""
            self._cuts.append(_Cut(value_start, end, gap + inline))
            return
        column = key.start_mark.column
        text = self._rendered({str(key.value): wanted}, column)
        self._cuts.append(_Cut(start, end, text[column:].rstrip("\n")))

    def _within(self, node: Node, have: Any, wanted: Any) -> bool:
        """Change parts of a block collection, if that can be."""
        if not _is_block(node) or node.anchor is not None:
            return False
        if isinstance(node, MappingNode) and isinstance(wanted, dict):
            if set(have) & set(wanted):
                self._mapping(node, have, wanted)
                return True
        elif isinstance(node, SequenceNode) and isinstance(wanted, list):
            return self._sequence(node, have, wanted)
        return False

    def _sequence(self, node: SequenceNode, have: list[Any], wanted: list[Any]) -> bool:
        """A block sequence; False if it had better be written anew."""
        old, new = _identities(have), _identities(wanted)
        if old is None or new is None:
            return False
        if len(old) == len(new):  # one that is called otherwise now is still the same
            pairs = list(zip(old, new, strict=True))
            new = [a if a not in new and b not in old else b for a, b in pairs]
        stays = [one for one in old if one in new]
        if not stays or stays != [one for one in new if one in old]:
            return False
        column = node.start_mark.column
        for n, name in enumerate(old):
            item = node.value[n]
            if name not in new:
                self._remove_lines(item.start_mark.line, self._item_end(node, n), column)
                continue
            after = wanted[new.index(name)]
            if have[n] != after and not self._within(item, have[n], after):
                self._replace_item(item, after)
        place = node.start_mark.line
        for name, value in zip(new, wanted, strict=True):
            if name in old:
                place = self._item_end(node, old.index(name)) + 1
            else:
                dash = " " * column + "- "
                text = self._rendered(value, column + 2)
                self._insert(place, dash + text[column + 2 :])
        return True

    def _replace_item(self, item: Node, wanted: Any) -> None:
        column = item.start_mark.column
        text = self._rendered(wanted, column)
        cut = _Cut(self._at(item.start_mark), self._end(item), text[column:].rstrip("\n"))
        self._cuts.append(cut)

    def _remove_key(self, items: list[tuple[Node, Node]], n: int) -> None:
        key, value = items[n]
        line, column = key.start_mark.line, key.start_mark.column
        if self._lines[line][:column].strip():  # behind the dash of a list's item
            if n + 1 == len(items):
                raise _NotCut
            following = self._at(items[n + 1][0].start_mark)
            self._cuts.append(_Cut(self._at(key.start_mark), following, ""))
        else:
            self._remove_lines(line, self._last_line(value), column)

    def _remove_lines(self, first: int, last: int, column: int) -> None:
        """Lines of a part, with the comments that stand directly above it."""
        while first > 0 and self._is_comment(first - 1, column):
            first -= 1
        self._cuts.append(_Cut(self._starts[first], self._starts[last + 1], ""))

    def _is_comment(self, line: int, column: int) -> bool:
        text = self._lines[line]
        return text.startswith(" " * column + "#")

    def _item_end(self, node: SequenceNode, n: int) -> int:
        """Last line of an item, with comments that are indented as its content is."""
        last = self._last_line(node.value[n])
        column = node.start_mark.column
        for line in range(last + 1, len(self._lines)):
            text = self._lines[line]
            if not text.lstrip().startswith("#") or len(text) - len(text.lstrip()) <= column:
                break
            last = line
        return last

    def _insert(self, line: int, text: str) -> None:
        self._cuts.append(_Cut(self._starts[line], self._starts[line], text))

    def _rendered(self, value: Any, column: int) -> str:
        """``value`` as lines, each indented by ``column``."""
        yaml = _yaml()
        yaml.indent(mapping=2, sequence=2 + self._offset, offset=self._offset)
        out = io.StringIO()
        yaml.dump(_styled(value), out)
        text = out.getvalue().removesuffix("...\n")
        return "".join(" " * column + line for line in text.splitlines(keepends=True))

    def _sequence_offset(self) -> int:
        """How far dashes stand to the right of the key above them: 0 or 2."""
        for key, value in self._root.value if isinstance(self._root, MappingNode) else ():
            if isinstance(value, SequenceNode) and _is_block(value) and value.value:
                return int(max(0, min(8, value.start_mark.column - key.start_mark.column)))
        return 2

    def _at(self, mark: Any) -> int:
        line, column = int(mark.line), int(mark.column)
        return self._starts[line] + column

    def _end(self, node: Node) -> int:
        """Where the last sign of a node ends."""
        last = max(_leaves(node), key=lambda leaf: (leaf.end_mark.line, leaf.end_mark.column))
        if last.end_mark.column == 0 and last.end_mark.line > last.start_mark.line:
            line = self._end_line(last)
            return self._starts[line] + len(self._lines[line])
        return self._at(last.end_mark)

    def _last_line(self, node: Node) -> int:
        return max(self._end_line(leaf) for leaf in _leaves(node))

    def _end_line(self, leaf: Node) -> int:
        line = int(leaf.end_mark.line)
        if leaf.end_mark.column == 0 and line > leaf.start_mark.line:  # text in lines of its own
            line -= 1
            while line > leaf.start_mark.line and not self._lines[line].strip():
                line -= 1
        return line


def _leaves(node: Node) -> Iterator[Node]:
    """Scalars and what stands in brackets; only their ends are exact."""
    if not _is_block(node) or not node.value:
        yield node
        return
    for one in node.value:
        for part in one if isinstance(one, tuple) else (one,):
            yield from _leaves(part)


def _is_block(node: Node) -> bool:
    return isinstance(node, MappingNode | SequenceNode) and not node.flow_style


def _identities(items: list[Any]) -> list[Any] | None:
    """What tells the items apart, or None."""
    for key in IDENTITY:
        found = [one.get(key) if isinstance(one, dict) else None for one in items]
        if None not in found and len({repr(one) for one in found}) == len(found):
            return found
    return None


def _inline(value: Any) -> str | None:
    """A value on one line, or None if it wants more."""
    if isinstance(value, dict | list) and value and not _is_short(value):
        return None
    yaml = _yaml()
    yaml.default_flow_style = True
    out = io.StringIO()
    yaml.dump([_styled(value)], out)
    text = out.getvalue().strip()
    return text[1:-1] if text.startswith("[") and "\n" not in text else None


def _is_short(value: Any) -> bool:
    """Points, and lists of plain words and numbers: they are read better on one line."""
    if not isinstance(value, list) or len(repr(value)) > WIDEST:
        return False
    return all(
        _is_short(one) if isinstance(one, list) else not isinstance(one, dict) for one in value
    )


def _styled(value: Any) -> Any:
    if isinstance(value, dict):
        return CommentedMap({_styled(key): _styled(one) for key, one in value.items()})
    if isinstance(value, list):
        found = CommentedSeq([_styled(one) for one in value])
        if _is_short(value):
            found.fa.set_flow_style()
        return found
    if isinstance(value, str) and not value.isprintable():
        return DoubleQuotedScalarString(value)  # or line ends of other alphabets become blanks
    return value


def _rewritten(text: str, wanted: Any) -> str:
    """All of it written by the library, which keeps most comments."""
    yaml = _yaml()
    tree = yaml.load(text)
    _update(tree, wanted)
    out = io.StringIO()
    yaml.dump(tree, out)
    if plain_tree(out.getvalue()) == wanted:
        return out.getvalue()
    out = io.StringIO()  # anchors tie parts together that are different now
    yaml.dump(_styled(wanted), out)
    return out.getvalue()


def _update(tree: Any, wanted: dict[str, Any]) -> None:
    for key in [key for key in tree if key not in wanted]:
        del tree[key]
    for key, value in wanted.items():
        if isinstance(value, dict) and isinstance(tree.get(key), dict):
            _update(tree[key], value)
        elif key not in tree or _plain(tree[key]) != value:
            tree[key] = _styled(value)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or value is None:
        return value
    for kind in (int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def _yaml() -> YAML:
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    return yaml
