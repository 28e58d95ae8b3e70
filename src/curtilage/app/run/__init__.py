"""``curtilage run``: recorder, analysers and web as processes that are kept running."""
