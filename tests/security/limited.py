"""A process with little memory and time that is given hostile input, and says what it was answered.

Arguments: the reader, and the file with the input. Prints the class of the error, or "taken", and the first letters of
the message.
"""

from __future__ import annotations

import io
import re
import resource
import sys
from pathlib import Path

from discovery.errors import DiscoveryError
from discovery.exact.formula import formula_from_json
from discovery.exact.formula_file import read_objects
from discovery.jobs.importing import read_formulas
from discovery.store.merging import check_export
from discovery.store.where import parse_where

MEMORY_BYTES = 1_500_000_000
SECONDS = 20


def read(reader: str, data: bytes) -> None:
    if reader == "formulas":
        for _, item in read_formulas(data):
            if isinstance(item, DiscoveryError):
                raise item
    elif reader == "objects":
        for _, item in read_objects(data):
            if isinstance(item, DiscoveryError):
                raise item
            formula_from_json(item)
    elif reader == "export":
        check_export(io.BytesIO(data))
    else:
        parse_where(data.decode())


def main(reader: str, path: str) -> None:
    data = Path(path).read_bytes()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        read(reader, data)
    except DiscoveryError as error:
        print(type(error).__name__, str(error)[:300])
    else:
        print("taken")
    # Of this process at its largest, with all that it imports; what getrusage says counts its parent's memory, too.
    status = Path("/proc/self/status").read_text()
    print(int(re.search(r"VmHWM:\s*([0-9]+) kB", status)[1]) * 1024)


main(sys.argv[1], sys.argv[2])
