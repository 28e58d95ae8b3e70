"""Every sighting, in files: written as they come, one file a day once the day is over.

Sightings are too many for the index (1.7 million a day of fifty cameras) and are seldom asked for,
so they go to Parquet, which DuckDB reads. They are for looking back, not for counting: counts are
committed with the scene (``store.found.results``), sightings of the last minute may be lost in a
crash.

``log`` writes them, ``query`` reads them, ``compact`` makes one file of many, ``files`` knows their
names and deletes the old ones (without DuckDB, which costs a process 40 MB).
"""
