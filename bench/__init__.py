"""The studies that prove the harness itself: ``python -m bench.NAME``."""
