"""``python -m bench.report``: write docs/benchmarks.md again from what was measured."""

from bench.report.page import write_page

if __name__ == "__main__":
    print(f"written: {write_page()}")
