"""The API reference, made from docstrings by ``python -m docs.reference.make``."""
