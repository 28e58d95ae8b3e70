"""What recording costs, beside ffmpeg in the same minute: ``python -m bench.record``."""
