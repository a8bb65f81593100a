"""The files of pytest-benchmark: read, written, marked, and measured values replayed into it."""
