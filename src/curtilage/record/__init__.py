"""Recording: packets become segments on disk, each second kept or explained."""
