"""Markdown tables."""

from collections.abc import Iterable, Sequence


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], left: int = 1) -> str:
    """A Markdown table; the first ``left`` columns are text, the others numbers."""
    marks = ["---"] * left + ["---:"] * (len(heads) - left)
    lines = [heads, marks, *([str(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def micro(us: float) -> str:
    """Microseconds with as many digits as mean something."""
    return f"{us:,.0f}" if us >= 10 else f"{us:.1f}"


def times(ratio: float) -> str:
    """A ratio."""
    return f"{ratio:,.0f}x" if ratio >= 10 else f"{ratio:.1f}x"
