"""The states of a run and what may be done in each: pure functions, no I/O."""

from __future__ import annotations

QUEUED = "queued"
RUNNING = "running"
DONE = "done"
CANCELLED = "cancelled"
FAILED = "failed"
INTERRUPTED = "interrupted"
CANCELLING = "cancelling"

RESUMABLE = frozenset({INTERRUPTED, CANCELLED, FAILED})
ACTIVE = frozenset({QUEUED, RUNNING, CANCELLING})


def shown_state(
    stored: str, *, cancel_requested: bool, lock_held: bool, same_host: bool, lease_until: float | None, now: float
) -> str:
    """Return the state to show for a stored one.

    Parameters
    ----------
    stored : str
        State in the store.
    cancel_requested : bool
        Whether a cancel is waiting for the worker.
    lock_held : bool
        Whether a living process of this machine holds the run's lock.
    same_host : bool
        Whether the run's worker was started on this machine; its lock is the truth then, the lease otherwise.
    lease_until, now : float
        Epoch seconds.

    Returns
    -------
    str
        The stored state, or ``interrupted`` for a running one whose worker is gone, or ``cancelling``.
    """
    if stored != RUNNING:
        return stored
    alive = lock_held if same_host else (lease_until or 0.0) > now
    if not alive:
        return INTERRUPTED
    return CANCELLING if cancel_requested else RUNNING


def remaining_seconds(cursor: int, total: int, active_seconds: float) -> float | None:
    """Return the time a run still needs at its own mean rate, seconds; ``None`` before its first unit."""
    if cursor <= 0 or active_seconds <= 0:
        return None
    return active_seconds * (total - cursor) / cursor
