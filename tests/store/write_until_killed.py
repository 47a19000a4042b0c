"""Works on one run of a store, 200 units of two findings, until it is done or killed.

Arguments: address of the store and number of the run. Prints a line after every unit.
"""

from __future__ import annotations

import sys

from store_helpers import make_finding

from discovery.store.records import Progress
from discovery.store.store import open_store


def main(address: str, run_id: int) -> None:
    with open_store(address) as store:
        record = store.claim("process", "machine", run_id=run_id)
        assert record is not None
        for unit in range(record.cursor, record.total):
            progress = Progress(cursor=unit + 1, candidates=100 * (unit + 1), checkpoint=b"state %d" % unit)
            found = [(make_finding(unit), unit), (make_finding(unit // 2, digits=unit), unit)]
            store.checkpoint(run_id, record.attempt, progress, found)
            print(unit, flush=True)
        store.finish(run_id, record.attempt, "done")


main(sys.argv[1], int(sys.argv[2]))
