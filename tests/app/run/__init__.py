"""Tests of the processes that ``curtilage run`` keeps running."""
