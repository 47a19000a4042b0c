"""Measurements of speed and of search results; each module runs with ``python -m benchmarks.NAME [--json]``."""
