"""The child process of the sandbox: the computations it may be asked for; arguments and results are JSON."""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from discovery.errors import DiscoveryError

TABLE = {
    "verify": "discovery.jobs.checking",
    "check_certificate": "discovery.jobs.checking",
    "take_export": "discovery.jobs.importing",
    "convergence": "discovery.jobs.comparing",
    "identify": "discovery.jobs.identifying",
    "constant_digits": "discovery.jobs.constants",
    "run_unit": "discovery.jobs.reproducing",
    "reduction": "discovery.jobs.reduction",
    "relatives": "discovery.jobs.relating",
    "same_value": "discovery.jobs.identifying",
    "sequence": "discovery.jobs.sequences",
    "field_summary": "discovery.jobs.fields",
    "field_directions": "discovery.jobs.fields",
    "field_lattice": "discovery.jobs.fields",
    "field_trajectory": "discovery.jobs.fields",
    "field_convergence": "discovery.jobs.fields",
    "field_paths": "discovery.jobs.fields",
    "field_of": "discovery.jobs.field_membership",
    "field_members": "discovery.jobs.field_membership",
    "error_curve": "discovery.jobs.programs",
    "program_bounds": "discovery.jobs.programs",
    "baseline": "discovery.jobs.programs",
    "float32_scan": "discovery.jobs.kernels",
    "float32_timing": "discovery.jobs.kernels",
    "float32_costs": "discovery.jobs.kernels",
}
"""Module of every operation; it is imported when it is first asked for."""


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    try:
        operation = request["operation"]
        return {"result": getattr(import_module(TABLE[operation]), operation)(**request["payload"])}
    except DiscoveryError as error:
        return {"error": type(error).__name__, "message": str(error)}
    except MemoryError:
        return {"error": "LimitExceeded", "message": "stopped: it needs more memory than allowed; ask for fewer digits"}


def main(memory_bytes: int) -> None:
    """Answer requests from standard input until it closes."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.nice(5)
    sys.set_int_max_str_digits(0)
    for line in sys.stdin.buffer:
        sys.stdout.write(json.dumps(_answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]))
