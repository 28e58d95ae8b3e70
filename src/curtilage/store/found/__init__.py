"""What analysis found: events, counts, dwell, heat maps, tracks; and how long it is kept."""
