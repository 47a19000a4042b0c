"""The searches by name. A wing is imported when it is asked for, since that loads its compiled kernels."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from discovery.errors import InputError
from discovery.search import Search

_CLASSES = {
    "esma": ("discovery.esma.search", "EsmaSearch"),
    "esma_sweep": ("discovery.esma.sweep", "SweepSearch"),
    "factorial_reduction": ("discovery.factorial_reduction.search", "FactorialReductionSearch"),
    "meet_in_the_middle": ("discovery.meet_in_the_middle.search", "MeetInTheMiddleSearch"),
    "matrix_fields": ("discovery.matrix_fields.search", "MatrixFieldSearch"),
    "approximation": ("discovery.approximation.search", "ApproximationSearch"),
    "esma_right_hand_sides": ("discovery.esma.right_hand_sides", "RightHandSideSearch"),
}


def search_names() -> tuple[str, ...]:
    """Return the names of all searches, in the order of the launcher."""
    return tuple(_CLASSES)


@cache
def get_search(name: str) -> Search[Any]:
    """Return the search called `name`.

    Raises
    ------
    InputError
        No search has that name.
    """
    if name not in _CLASSES:
        raise InputError(f"unknown search {name[:40]!r}", field="search", hint=f"Use one of: {', '.join(_CLASSES)}")
    module, class_name = _CLASSES[name]
    search: Search[Any] = getattr(import_module(module), class_name)()
    return search
