"""All benchmarks, or those named, one process each: figures as they come, and as JSON lines in a file.

The file is filled bit by bit: a benchmark that ends well replaces its own lines, and those of the others stay.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
HELPERS = ("__init__", "__main__", "timing")
LIBRARIES = ("numpy", "numba", "python-flint", "gmpy2", "mpmath", "streamlit")

Record = dict[str, Any]


def main() -> int:
    """Run the benchmarks and return 0, or 1 if one of them failed."""
    names = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(names)} (default: all, hours)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="put the figures into these JSON lines as well")
    options = parser.parse_args()
    for name in options.names:
        if name not in names:
            parser.error(f"no benchmark is called {name[:60]!r}; use some of: {', '.join(names)}")
    here = machine()
    print(json.dumps({"benchmark": "machine", **here}))
    failed = []
    for name in options.names or names:
        print(f"\n{name}", flush=True)
        records, ended_well = run(name)
        if not ended_well:
            failed.append(name)
        elif options.output is not None:
            write(options.output, merged(read(options.output), name, records, here))
    for name in failed:
        print(f"{name} failed", file=sys.stderr)
    return 1 if failed else 0


def benchmarks() -> list[str]:
    """Return the names of the benchmarks: the modules of this package that can be run and report figures."""
    texts = {path.stem: path.read_text() for path in FOLDER.glob("*.py") if path.stem not in HELPERS}
    return sorted(name for name, text in texts.items() if "__main__" in text and "report(" in text)


def machine() -> Record:
    """Return what the figures depend on: date, processor, versions."""
    models = [line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")]
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def run(name: str) -> tuple[list[Record], bool]:
    """Run one benchmark, print its figures, and return its records and whether it ended well."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    records = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parent) as process:
        assert process.stdout is not None
        for line in process.stdout:
            record = json.loads(line)
            print(f"  {record['question']}: {record['value']} {record['unit']}", flush=True)
            records.append(record)
    return records, process.returncode == 0


def read(path: Path) -> list[Record]:
    """Return the records of a file of figures; none where there is no file."""
    return [json.loads(line) for line in _lines(path)]


def merged(known: Iterable[Mapping[str, Any]], name: str, records: Iterable[Record], here: Record) -> list[Record]:
    """Return known records with those of one benchmark in place of its old ones.

    Parameters
    ----------
    known : iterable of mapping
        Records of the file as it is.
    name : str
        The benchmark that was run.
    records : iterable of dict
        What it reported; each gets the date, the processor and the number of cores.
    here : dict
        As of `machine`; it becomes the first record.
    """
    kept = [dict(record) for record in known if record["benchmark"] not in ("machine", name)]
    where = {key: here[key] for key in ("date", "processor", "cores")}
    new = [{"benchmark": name, **record, **where} for record in records]
    return [{"benchmark": "machine", **here}, *sorted([*kept, *new], key=lambda record: str(record["benchmark"]))]


def write(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """Write records as JSON lines; the file is whole at any moment."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text("".join(json.dumps(record) + "\n" for record in records))
    draft.replace(path)


if __name__ == "__main__":
    sys.exit(main())
