"""The reference pages say what the code says."""

import json

import pytest

from tools.reference_pages import REFERENCE, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_what_the_code_says(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run: python -m tools.reference_pages"


def test_things_in_the_api_have_plain_names() -> None:
    """Two classes of one name are told apart by their modules, which are nobody's business."""
    names = json.loads(pages()["openapi.json"])["components"]["schemas"]
    assert [name for name in names if "__" in name] == []
