"""The documentation, and the commands that make parts of it: ``docs.figures``, ``docs.reference.make``."""
