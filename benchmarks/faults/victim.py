"""A process made to die: ``python -m benchmarks.faults.victim ACTION STORE DIE_AT [ARGUMENT]``.

ACTION is ``work`` on a run, ``import`` of a file or ``open``. It prints the number of statements before each kind of
write, and at its end, unless it dies before statement DIE_AT.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.faults import workload
from benchmarks.faults.injection import Statements
from discovery.store.merging import import_store
from discovery.store.store import open_store


def main(action: str, url: str, die_at: int, argument: str = "") -> None:
    """Do one thing."""
    statements = Statements(die_at if action == "open" else 0)
    with open_store(url) as store:

        def phase(name: str) -> None:
            print(name, statements.number, flush=True)

        statements.die_at = die_at
        if action == "work":
            phase("claim")
            record = store.claim("victim", "machine", run_id=int(argument))
            if record is not None:
                workload.work(store, record, phase)
        elif action == "import":
            phase("import")
            with Path(argument).open("rb") as stream:
                import_store(store.database, stream)
        phase("end")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), *sys.argv[4:])
