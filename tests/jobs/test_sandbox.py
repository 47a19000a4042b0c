import threading
import time

import pytest

from discovery.errors import InputError, LimitExceeded, WorkerError
from discovery.jobs.sandbox import MEBIBYTE, Limits, Sandbox

E = {"kind": "signed_continued_fraction", "value": "e", "b": [1], "a_start": [2], "a": ["1", "2*k+2", "1"]}


def test_answers_and_goes_on_after_an_error() -> None:
    with Sandbox() as sandbox:
        with pytest.raises(InputError, match="unknown name 'm'"):
            sandbox.call("verify", {"formula": {**E, "value": "m"}, "digits": 50})
        answer = sandbox.call("verify", {"formula": E, "digits": 50})
    assert answer["verification"]["ok"]
    assert answer["verification"]["digits"] >= 50
    assert answer["certificate"]["formula"]["value"] == "e"


def test_a_computation_over_its_time_is_stopped_and_the_next_one_runs() -> None:
    slow = {**E, "value": "zeta(3)"}
    with Sandbox(Limits(seconds=0.5)) as sandbox:
        with pytest.raises(LimitExceeded, match=r"stopped after 0\.5 s"):
            sandbox.call("verify", {"formula": slow, "digits": 1_000_000})
        assert sandbox.call("verify", {"formula": E, "digits": 50})["verification"]["ok"]


def test_a_computation_over_its_memory_is_stopped() -> None:
    request = {"formula": E, "digits": 1_000_000}
    limits = Limits(seconds=60.0, memory_bytes=64 * MEBIBYTE)
    with Sandbox(limits) as sandbox, pytest.raises((LimitExceeded, WorkerError)):
        sandbox.call("verify", request)


def test_a_later_request_ends_the_one_before_and_gets_its_own_answer() -> None:
    reasons = []

    def abandoned(sandbox: Sandbox) -> None:
        try:
            sandbox.call("verify", {"formula": {**E, "value": "zeta(3)"}, "digits": 1_000_000})
        except WorkerError as error:
            reasons.append(str(error))

    with Sandbox() as sandbox:
        sandbox.call("verify", {"formula": E, "digits": 50})
        thread = threading.Thread(target=abandoned, args=(sandbox,))
        thread.start()
        while sandbox._busy is None:
            time.sleep(0.01)
        begin = time.monotonic()
        assert "recognition" in sandbox.call("identify", {"number": "1/3"})
        assert sandbox.call("verify", {"formula": E, "digits": 60})["verification"]["digits"] >= 60
        assert time.monotonic() - begin < 20
        thread.join(10)
    assert reasons == ["the computation was ended by a later one"]


def test_who_waits_is_called_and_may_end_it() -> None:
    waited = []

    def waiting(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 2:
            raise InterruptedError

    with Sandbox() as sandbox:
        with pytest.raises(InterruptedError):
            sandbox.call("verify", {"formula": {**E, "value": "zeta(3)"}, "digits": 1_000_000}, waiting=waiting)
        assert 0.4 < waited[0] < waited[1] < 10
        assert sandbox.call("verify", {"formula": E, "digits": 50}, waiting=waiting)["verification"]["ok"]
