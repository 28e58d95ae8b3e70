"""From the results to ``docs/benchmarks.md``: tables, ratios, and whether each bar is met."""
