"""All benchmarks, or those named, one process each: figures as they come, and as JSON lines in a file."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent
HELPERS = ("__init__", "__main__", "timing")
LIBRARIES = ("numpy", "numba", "python-flint", "gmpy2", "mpmath", "streamlit")


def main() -> int:
    """Run the benchmarks and return 0, or 1 if one of them failed."""
    names = benchmarks()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of: {', '.join(names)} (default: all, an hour)")
    parser.add_argument("--output", type=Path, metavar="FILE", help="also write JSON lines there")
    options = parser.parse_args()
    for name in options.names:
        if name not in names:
            parser.error(f"no benchmark is called {name[:60]!r}; use some of: {', '.join(names)}")
    records = [{"benchmark": "machine", **machine()}]
    print(json.dumps(records[0]))
    failed = []
    for name in options.names or names:
        print(f"\n{name}", flush=True)
        records += run(name, failed)
    if options.output is not None:
        options.output.write_text("".join(json.dumps(record) + "\n" for record in records))
    for name in failed:
        print(f"{name} failed", file=sys.stderr)
    return 1 if failed else 0


def benchmarks() -> list[str]:
    """Return the names of the benchmarks: the modules of this package that can be run."""
    runnable = (path for path in FOLDER.glob("*.py") if "__main__" in path.read_text())
    return sorted(path.stem for path in runnable if path.stem not in HELPERS)


def machine() -> dict[str, Any]:
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


def run(name: str, failed: list[str]) -> Iterator[dict[str, Any]]:
    """Run one benchmark, print its figures and yield its records; note its name in `failed` if it ends badly."""
    command = [sys.executable, "-m", f"benchmarks.{name}", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=FOLDER.parent) as process:
        assert process.stdout is not None
        for line in process.stdout:
            record = json.loads(line)
            print(f"  {record['question']}: {record['value']} {record['unit']}", flush=True)
            yield {"benchmark": name, **record}
    if process.returncode:
        failed.append(name)


if __name__ == "__main__":
    sys.exit(main())
