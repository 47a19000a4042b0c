"""When a run met its findings: how many in each part of its units."""

from __future__ import annotations

from sqlalchemy import func, select

from discovery.store.schema import sighting
from discovery.store.store import Store


def findings_by_part(store: Store, run_id: int, units: int, parts: int) -> list[int]:
    """Return the number of findings a run met in each of `parts` equal parts of its first `units` units.

    Parameters
    ----------
    store : Store
    run_id : int
        The run.
    units : int
        Units looked at, from the first; at least 1.
    parts : int
        Length of the answer, at least 1.

    Notes
    -----
    One walk over an index by run and unit.
    """
    counts = [0] * parts
    with store.database.read() as connection:
        query = (
            select(sighting.c.unit, func.count())
            .where(sighting.c.run_id == run_id, sighting.c.unit < units)
            .group_by(sighting.c.unit)
        )
        for unit, number in connection.execute(query):
            counts[unit * parts // units] += number
    return counts
