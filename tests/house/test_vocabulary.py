"""What Curtilage refuses is in no name of its code: attributes of people, faces, scores of people.

The words may only stand where they are refused: in the vocabulary's own list and its tests.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.footage import REPOSITORY

REFUSED = re.compile(
    r"(?:^|_)(race|races|ethnic\w*|religio\w*|emotion\w*|gender\w*|sex|ages_of|skin|"
    r"reid|re_identif\w*|watch_?list\w*|face|faces|embedding\w*)(?:$|_)",
    re.IGNORECASE,
)
SOURCES = sorted((REPOSITORY / "src").rglob("*.py"))


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_no_name_of_what_is_refused(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [name for name in _names(tree) if REFUSED.search(name)] == []


def test_the_check_can_fail() -> None:
    tree = ast.parse("def gender_of(box): return face_embedding(box)")
    assert [name for name in _names(tree) if REFUSED.search(name)] == [
        "gender_of",
        "face_embedding",
    ]
