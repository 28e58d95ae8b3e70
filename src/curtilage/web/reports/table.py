"""A report as a table: one row a number, so that any spreadsheet can turn it as it likes.

Columns: camera, rule, measure, from, to (local time with its offset from UTC), value.
"""

import csv
import io
from collections.abc import Iterator

from curtilage.web.reports.sheet import Sheet

HEAD = ("camera", "rule", "measure", "from", "to", "value")
Cells = tuple[str, str, str, str, str, float | int]


def table(sheet: Sheet) -> bytes:
    """CSV (RFC 4180), UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(HEAD)
    writer.writerows(_rows(sheet))
    return out.getvalue().encode()


def _rows(sheet: Sheet) -> Iterator[Cells]:
    edges = list(zip(sheet.buckets[:-1], sheet.buckets[1:], strict=True))
    begin, end = sheet.buckets[0], sheet.buckets[-1]
    for flow in sheet.flows:
        for measure, values in (("in", flow.ins), ("out", flow.outs)):
            for (start, stop), value in zip(edges, values, strict=True):
                yield flow.camera, flow.rule, measure, start, stop, value
        if flow.inside is not None:
            yield flow.camera, flow.rule, "inside at the end", begin, end, flow.inside
    for zone in sheet.occupied:
        for (start, stop), mean, most in zip(edges, zone.mean, zone.most, strict=True):
            if mean is not None:
                yield zone.camera, zone.rule, "mean inside", start, stop, mean
            if most is not None:
                yield zone.camera, zone.rule, "most inside", start, stop, most
    for stays in sheet.stays:
        for low, high, count in zip(stays.lower_s, stays.upper_s, stays.presences, strict=True):
            until = "and more" if high is None else f"to {high:g} s"
            measure = f"presences of {low:g} s {until}"
            yield stays.camera, stays.rule, measure, begin, end, count
    for one in sheet.noticed:
        yield one.camera, one.rule, f"events {one.kind}", begin, end, one.events
        yield one.camera, one.rule, f"armed events {one.kind}", begin, end, one.armed
