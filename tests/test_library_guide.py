"""The examples of the library guide run, and print what the guide says."""

import re

import pytest

from tests.footage import REPOSITORY

GUIDE = (REPOSITORY / "docs" / "guide" / "library.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^## (.+?)\n.*?```python\n(.+?)```", GUIDE, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(("title", "code"), EXAMPLES, ids=[title for title, _ in EXAMPLES])
def test_example(title: str, code: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(code, f"library.md: {title}", "exec"), {})  # noqa: S102  # our own page
    promised = re.findall(r"^# (.+)$", code, re.MULTILINE)
    assert promised, "the example shows no result"
    assert capsys.readouterr().out.strip().split("\n") == promised
