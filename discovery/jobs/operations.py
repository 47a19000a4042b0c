"""The child process of the sandbox: the computations it may be asked for; arguments and results are JSON."""

from __future__ import annotations

import dataclasses
import json
import os
import resource
import sys
from collections.abc import Callable, Mapping
from typing import Any

from discovery.errors import DiscoveryError
from discovery.exact import certificate as certificates
from discovery.exact.certificate import Verification
from discovery.exact.convergence import convergence as convergence_of
from discovery.exact.formula import Formula, formula_from_json
from discovery.jobs.identifying import identify, same_value
from discovery.jobs.proving import prove


def verify(formula: Mapping[str, Any], digits: int) -> dict[str, Any]:
    """Return verification, certificate and proof of a formula-file object at `digits` decimal digits.

    The proof under its key ``proof`` is checked again; without one a proof is looked for.
    """
    parsed = formula_from_json(formula)
    verification = certificates.verify(parsed, digits)
    certificate = certificates.make_certificate(parsed, verification) if verification.ok else None
    return _evidence(parsed, verification, certificate, formula.get("proof"))


def check_certificate(certificate: Mapping[str, Any]) -> dict[str, Any]:
    """Return the verification of a certificate's formula done again, after its hash was compared, and a proof."""
    verification = certificates.check_certificate(certificate)
    return _evidence(formula_from_json(certificate["formula"]), verification, None, None)


def _evidence(formula: Formula, verification: Verification, certificate: Any, given: Any) -> dict[str, Any]:
    refused = f"the formula is not true: {verification.reason}"
    proof, reason = prove(formula, given) if verification.ok else (None, refused)
    return {
        "verification": dataclasses.asdict(verification),
        "certificate": certificate,
        "proof": proof,
        "proof_reason": reason,
    }


def convergence(formula: Mapping[str, Any], terms: int) -> dict[str, Any]:
    """Return digits agreed against depth for a formula and for the regular continued fraction of its value."""
    return dataclasses.asdict(convergence_of(formula_from_json(formula), terms))


TABLE: dict[str, Callable[..., Any]] = {
    "verify": verify,
    "check_certificate": check_certificate,
    "convergence": convergence,
    "identify": identify,
    "same_value": same_value,
}


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime + request["seconds"]) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))
    try:
        return {"result": TABLE[request["operation"]](**request["payload"])}
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
