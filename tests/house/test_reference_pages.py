"""The reference pages say what the code says."""

import pytest

from tools.reference_pages import REFERENCE, pages


@pytest.mark.parametrize("name", sorted(pages()))
def test_the_page_is_what_the_code_says(name: str) -> None:
    written = (REFERENCE / name).read_text(encoding="utf-8")
    assert written == pages()[name], "run: python -m tools.reference_pages"
