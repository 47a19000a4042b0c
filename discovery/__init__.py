"""Computer-assisted mathematical discovery: searches, evidence, a store, and an app over them."""

__version__ = "0.1.0"
