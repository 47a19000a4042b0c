"""Heavy computations for a page or a file, in a child process with limits on processor time, memory and wall time.

The child runs `discovery.jobs.operations`; requests and answers are JSON lines on its pipes.
"""

from __future__ import annotations

import contextlib
import json
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from discovery import errors
from discovery.errors import DiscoveryError, InputError, LimitExceeded, WorkerError
from discovery.settings import ROOT

MEBIBYTE = 1 << 20
WAITING_SECONDS = 0.5


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

    Use as a context manager. A request from another thread ends the one before it, which raises `WorkerError`: a page
    that runs again before it was complete leaves its computation behind, and nobody waits for the answer.

    Parameters
    ----------
    limits : Limits
        Apply to every single request.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._lock = threading.Lock()
        self._idle: subprocess.Popen[bytes] | None = None
        self._busy: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        # Its imports take as long as a short computation, so they begin at once.
        self._idle = _start(self.limits)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._lock:
            idle, self._idle = self._idle, None
            if self._busy is not None:
                self._busy.kill()
        if idle is not None:
            _stop(idle)

    def call(
        self, operation: str, payload: Mapping[str, Any], *, waiting: Callable[[float], object] | None = None
    ) -> Any:
        """Return the answer of one operation of `discovery.jobs.operations`.

        Parameters
        ----------
        operation, payload
            Its name, and its arguments as JSON has them.
        waiting : callable, optional
            Called every half second with the seconds since the request; what it raises ends the computation.

        Raises
        ------
        LimitExceeded
            The computation took more than its limit and was stopped.
        WorkerError
            The child ended without an answer, or a later request took its place.
        DiscoveryError
            Whatever the operation raised, by class and message.
        """
        request = json.dumps({"operation": operation, "payload": payload, "seconds": self.limits.seconds})
        process = self._take()
        answered = False
        try:
            answer = json.loads(self._exchange(process, request.encode() + b"\n", waiting))
            answered = True
        finally:
            self._give_back(process, answered)
        if "error" in answer:
            raise _rebuild_error(answer["error"], answer["message"])
        return answer["result"]

    def _take(self) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._busy is not None:
                # Its own thread sees the end of the pipe and closes it.
                self._busy.kill()
            process, self._idle = self._idle or _start(self.limits), None
            self._busy = process
        return process

    def _give_back(self, process: subprocess.Popen[bytes], answered: bool) -> None:
        with self._lock:
            current = self._busy is process
            if current:
                self._busy = None
                self._idle = process if answered else None
        if not (current and answered):
            _stop(process)

    def _exchange(
        self, process: subprocess.Popen[bytes], request: bytes, waiting: Callable[[float], object] | None
    ) -> bytes:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(request)
            process.stdin.flush()
        except BrokenPipeError:
            raise self._ended(process) from None
        # A second for the start of the child comes on top of the computation's own limit.
        begin, limit = time.monotonic(), self.limits.seconds + 1.0
        while not select.select([process.stdout], [], [], min(limit, WAITING_SECONDS) if waiting else limit)[0]:
            used = time.monotonic() - begin
            if used >= limit:
                raise self._too_long()
            if waiting is not None:
                waiting(used)
        line = process.stdout.readline()
        if not line.endswith(b"\n"):
            raise self._ended(process)
        return line

    def _ended(self, process: subprocess.Popen[bytes]) -> DiscoveryError:
        code = process.wait()
        if code == -signal.SIGXCPU:
            return self._too_long()
        with self._lock:
            # The later request holds the lock from its kill to the moment it is the busy one.
            replaced = self._busy is not process
        if replaced:
            return WorkerError("the computation was ended by a later one")
        return WorkerError(f"the computation ended without an answer (code {code})")

    def _too_long(self) -> LimitExceeded:
        return LimitExceeded(
            f"stopped after {self.limits.seconds:g} s; ask for fewer digits",
            limit=f"{self.limits.seconds:g} s",
        )


def _start(limits: Limits) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "discovery.jobs.operations", str(limits.memory_bytes)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        start_new_session=True,
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def _rebuild_error(class_name: str, message: str) -> DiscoveryError:
    error_class = getattr(errors, class_name, DiscoveryError)
    if error_class in (InputError, LimitExceeded, errors.NotConvergent, errors.PrecisionLost, errors.StoreError):
        return error_class(message)
    return InputError(message) if issubclass(error_class, InputError) else DiscoveryError(message)
