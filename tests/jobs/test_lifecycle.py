import itertools

import pytest

from discovery.jobs.lifecycle import remaining_seconds, shown_state

STORED = ("queued", "running", "done", "cancelled", "failed")


@pytest.mark.parametrize("stored", ["queued", "done", "cancelled", "failed"])
def test_only_running_is_ever_shown_otherwise(stored: str) -> None:
    for cancel, lock, here in itertools.product((False, True), repeat=3):
        shown = shown_state(stored, cancel_requested=cancel, lock_held=lock, same_host=here, lease_until=0.0, now=1.0)
        assert shown == stored


@pytest.mark.parametrize(
    ("lock_held", "same_host", "lease_until", "cancel_requested", "expected"),
    [
        (True, True, 0.0, False, "running"),  # the lock is the truth here, whatever the lease says
        (False, True, 99.0, False, "interrupted"),
        (False, False, 99.0, False, "running"),  # elsewhere only the lease can be seen
        (False, False, 0.5, False, "interrupted"),
        (True, False, None, False, "interrupted"),
        (True, True, None, True, "cancelling"),
        (False, True, None, True, "interrupted"),
    ],
)
def test_running_is_judged_by_lock_here_and_by_lease_elsewhere(
    lock_held: bool, same_host: bool, lease_until: float | None, cancel_requested: bool, expected: str
) -> None:
    shown = shown_state(
        "running",
        cancel_requested=cancel_requested,
        lock_held=lock_held,
        same_host=same_host,
        lease_until=lease_until,
        now=1.0,
    )
    assert shown == expected


def test_remaining_time_follows_the_mean_rate() -> None:
    assert remaining_seconds(25, 100, 10.0) == pytest.approx(30.0)
    assert remaining_seconds(0, 100, 10.0) is None
    assert remaining_seconds(100, 100, 10.0) == 0.0
