"""Heavy computations for a page or a file, in a child process with limits on processor time, memory and wall time.

The child runs `discovery.jobs.operations`; requests and answers are JSON lines on its pipes.
"""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from discovery import errors
from discovery.errors import DiscoveryError, InputError, LimitExceeded, WorkerError
from discovery.settings import ROOT

MEBIBYTE = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What one computation may use.

    Parameters
    ----------
    seconds : float
        Wall time and processor time, seconds.
    memory_bytes : int
        Address space of the child, bytes.
    """

    seconds: float = 60.0
    memory_bytes: int = 4096 * MEBIBYTE


class Sandbox:
    """A child process that answers one request after another; a new one is started after it was stopped.

    Use as a context manager. Not for several threads at once.

    Parameters
    ----------
    limits : Limits
        Apply to every single request.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # Its imports take as long as a short computation, so they begin at once.
        self._start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def call(self, operation: str, payload: Mapping[str, Any]) -> Any:
        """Return the answer of one operation of `discovery.jobs.operations`.

        Raises
        ------
        LimitExceeded
            The computation took more than its limit and was stopped.
        WorkerError
            The child ended without an answer.
        DiscoveryError
            Whatever the operation raised, by class and message.
        """
        process = self._process or self._start()
        assert process.stdin is not None
        request = json.dumps({"operation": operation, "payload": payload, "seconds": self.limits.seconds})
        try:
            process.stdin.write(request.encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            raise self._ended(process) from None
        answer = json.loads(self._read_line(process))
        if "error" in answer:
            raise _rebuild_error(answer["error"], answer["message"])
        return answer["result"]

    def _start(self) -> subprocess.Popen[bytes]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "discovery.jobs.operations", str(self.limits.memory_bytes)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            start_new_session=True,
        )
        return self._process

    def _read_line(self, process: subprocess.Popen[bytes]) -> bytes:
        assert process.stdout is not None
        # A second for the start of the child comes on top of the computation's own limit.
        if not select.select([process.stdout], [], [], self.limits.seconds + 1.0)[0]:
            self._stop()
            raise self._too_long()
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._ended(process)
        return line

    def _ended(self, process: subprocess.Popen[bytes]) -> DiscoveryError:
        code = process.wait()
        self._stop()
        return (
            self._too_long() if code == -24 else WorkerError(f"the computation ended without an answer (code {code})")
        )

    def _too_long(self) -> LimitExceeded:
        return LimitExceeded(
            f"stopped after {self.limits.seconds:g} s; ask for fewer digits",
            limit=f"{self.limits.seconds:g} s",
        )

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()


def _rebuild_error(class_name: str, message: str) -> DiscoveryError:
    error_class = getattr(errors, class_name, DiscoveryError)
    if error_class in (InputError, LimitExceeded, errors.NotConvergent, errors.PrecisionLost):
        return error_class(message)
    return InputError(message) if issubclass(error_class, InputError) else DiscoveryError(message)
