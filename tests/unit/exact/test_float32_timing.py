"""Peers and timing: every peer computes its function, absent ones say why, rows have what was asked for."""

import numpy as np
import pytest

from discovery.errors import InputError, ParameterError
from discovery.exact.float32.peers import peers
from discovery.exact.float32.reference import NAMES, reference_values
from discovery.exact.float32.timing import ELEMENTS, INTERVALS, measure, timing_inputs


@pytest.mark.parametrize("name", NAMES)
def test_every_peer_computes_the_function(name):
    x = timing_inputs(INTERVALS[name])[:1003]
    values = reference_values(name, x)
    found = peers(name)
    assert [peer.name for peer in found][:2] == ["NumPy", "Numba loop"]
    for peer in found:
        if peer.run is None:
            assert peer.reason
            continue
        results = np.empty_like(x)
        peer.run(x, results)
        np.testing.assert_allclose(results, values, rtol=4e-6, atol=1e-6, err_msg=peer.name)


def test_absent_library_says_why(monkeypatch):
    def missing(_name):
        raise OSError("no such file")

    monkeypatch.setattr("discovery.exact.float32.peers.ctypes.CDLL", missing)
    monkeypatch.setattr("discovery.exact.float32.peers._load", missing)
    reasons = {peer.name: peer.reason for peer in peers("exp") if peer.run is None}
    assert "libsleef3" in reasons["SLEEF 1.0 ULP"]
    assert "not on this machine" in reasons["glibc libmvec"]


def test_rows_follow_the_ways():
    x = timing_inputs((-1.0, 1.0))
    assert x.shape == (ELEMENTS,)
    assert x.dtype == np.float32
    calls = []

    def slow(inputs, results):
        calls.append("slow")
        for _ in range(20):
            np.multiply(inputs, inputs, out=results)

    def fast(inputs, results):
        calls.append("fast")
        np.multiply(inputs, inputs, out=results)

    rows = measure({"slow": slow, "absent": "no such thing", "fast": fast}, (-1.0, 1.0), rounds=4)
    assert [row.name for row in rows] == ["slow", "absent", "fast"]
    assert rows[1].nanoseconds is None
    assert rows[1].reason == "no such thing"
    assert 0 < rows[0].best <= rows[0].nanoseconds
    # In turns: the last round of the first way comes before the last round of the second.
    assert calls.index("fast") < len(calls) - 1 - calls[::-1].index("slow")


def test_bad_input_is_named():
    with pytest.raises(InputError, match="no library function"):
        peers("airyai")
    with pytest.raises(ParameterError, match="rounds"):
        measure({}, (0.0, 1.0), rounds=1)
    with pytest.raises(ParameterError, match="interval"):
        measure({}, (1.0, float("inf")))
