"""One unit of a run done again, to see that it gives a finding a second time."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from discovery.errors import InputError
from discovery.jobs.registry import get_search
from discovery.search import parse_parameters


def run_unit(search: str, parameters: Mapping[str, Any], seed: int, unit: int, finding_id: str) -> dict[str, Any]:
    """Run one unit of a search and return what it gave.

    Parameters
    ----------
    search, parameters, seed : str, mapping, int
        As stored with the run.
    unit : int
        Number of the unit, from 0.
    finding_id : str
        The finding that is looked for.

    Returns
    -------
    dict
        ``found``: whether the unit gave it again; ``findings`` and ``candidates``: how many of each; ``seconds``.

    Raises
    ------
    InputError
        No such search or unit, or the unit goes on from a state that only the run itself had.
    """
    chosen = get_search(search)
    values = parse_parameters(chosen.parameters_type, parameters)
    if not 0 <= unit < chosen.units(values):
        raise InputError(f"unit must be in [0, {chosen.units(values)}); got {unit}", field="unit")
    begin = time.monotonic()
    result = chosen.run_unit(values, seed, unit)
    if result.checkpoint is not None and unit:
        raise InputError(
            f"unit {unit} of this search goes on from the unit before it, so it cannot be run alone",
            hint="Run the whole search again by the command",
        )
    return {
        "found": any(finding.id == finding_id for finding in result.findings),
        "findings": len(result.findings),
        "candidates": result.candidates,
        "seconds": time.monotonic() - begin,
    }
