import numba
import numpy as np
import pytest

from discovery.approximation import evolution
from discovery.approximation.archive import Archive
from discovery.approximation.classical import classical_programs
from discovery.approximation.evolution import best, from_bytes, start, step, to_bytes
from discovery.approximation.exchange import refine
from discovery.approximation.genome import from_program, to_program
from discovery.approximation.samples import sampled_target
from discovery.approximation.targets import make_target
from discovery.errors import InputError
from discovery.exact.programs.program import Program
from discovery.exact.programs.program_bound import bound_error

EXP2 = sampled_target(make_target("2^x", "0", "1"))
SIN = sampled_target(make_target("sin(x)", "0", "pi/4", zero_factor=True))


def arrays(population):
    return [*population.archives, population.random, population.tried, population.counters]


def are_equal(one, other):
    same = all(np.array_equal(a, b) for a, b in zip(arrays(one), arrays(other), strict=True))
    return same and one.until_exchange == other.until_exchange


@pytest.fixture(scope="module")
def grown():
    population, found = step(EXP2, start(EXP2, 6, 2, 5), 6000)
    return population, found


def test_short_programs_for_a_power_of_two_are_found_from_nothing(grown):
    """2 to 4 operations: the minimax errors are 2.98e-2, 8.67e-4 and 2.17e-4, known from exhaustive fits."""
    population, _ = grown
    errors = {found.operations: found.error for found in best(population)}
    assert errors[2] < 3.3e-2
    assert errors[3] < 9.2e-4
    assert errors[4] < 2.4e-4


def test_what_is_found_has_the_error_that_is_said(grown):
    population, _ = grown
    for found in best(population, 3):
        program = to_program(found.genome, EXP2)
        assert program.operation_count() == found.genome.operation_count(EXP2) == found.operations
        bound = float(bound_error(program).bound)
        # The largest error is near the largest one on 288 points, and the minimax error below that of least squares.
        assert found.error * (1 - 1e-6) <= bound <= found.error * 1.02
        if found.operations <= 4:
            assert refine(program).error <= found.error * (1 + 1e-6)


def test_rows_are_sorted_and_all_programs_fit_their_row(grown):
    population, _ = grown
    archives = population.archives
    for island in range(2):
        for operations in range(1, 7):
            filled = archives.filled[island, operations]
            errors = archives.errors[island, operations]
            assert np.all(np.diff(errors[:filled]) >= 0)
            assert np.all(np.isinf(errors[filled:]))
            costs = archives.counts[island, operations] + EXP2.kinds[0, archives.kinds[island, operations]]
            assert np.all(costs[:filled] == operations)


def test_improvements_are_the_best_that_are_new(grown):
    population, first = grown
    assert {found.operations for found in first} == {found.operations for found in best(population)}
    after, better = step(EXP2, population, 500)
    before = {found.operations: found.error for found in best(population)}
    now = {found.operations: found.error for found in best(after)}
    assert {found.operations: found.error for found in better} == {k: e for k, e in now.items() if e < before[k]}
    assert all(now[k] <= before[k] for k in before)
    assert after.fits >= population.fits + 1000
    assert after.evaluations > population.evaluations


def test_a_step_changes_nothing_that_was_there(grown):
    population, _ = grown
    copies = [array.copy() for array in arrays(population)]
    step(EXP2, population, 200)
    for array, copy in zip(arrays(population), copies, strict=True):
        np.testing.assert_array_equal(array, copy)


def test_a_search_goes_on_from_its_checkpoint_as_if_it_had_not_stopped(grown, monkeypatch):
    monkeypatch.setattr(evolution, "EXCHANGE", 900)
    population = start(EXP2, 5, 2, 8)
    whole, stopped = population, population
    for _ in range(4):
        whole, found = step(EXP2, whole, 500)
        stopped, again = step(EXP2, from_bytes(to_bytes(stopped)), 500)
        assert found == again
    assert are_equal(whole, stopped)
    assert are_equal(stopped, from_bytes(to_bytes(stopped)))
    assert whole.until_exchange == 700


def test_the_number_of_threads_does_not_matter(monkeypatch):
    monkeypatch.setattr(evolution, "EXCHANGE", 400)
    populations = []
    threads = numba.get_num_threads()
    try:
        for count in {1, threads}:
            numba.set_num_threads(count)
            populations.append(step(EXP2, start(EXP2, 5, 3, 2), 1000)[0])
    finally:
        numba.set_num_threads(threads)
    assert all(are_equal(populations[0], other) for other in populations)


def test_islands_and_seeds_differ_and_exchange(monkeypatch):
    apart = step(EXP2, start(EXP2, 5, 2, 1), 600)[0]
    assert not np.array_equal(apart.archives.errors[0], apart.archives.errors[1])
    assert not are_equal(apart, step(EXP2, start(EXP2, 5, 2, 2), 600)[0])
    monkeypatch.setattr(evolution, "EXCHANGE", 600)
    joined = step(EXP2, start(EXP2, 5, 2, 1), 600)[0]
    lowest = joined.archives.errors[:, 1:, 0]
    np.testing.assert_array_equal(lowest.min(axis=0), apart.archives.errors[:, 1:, 0].min(axis=0))
    np.testing.assert_allclose(lowest[0], lowest[1], rtol=2e-3)


def test_a_seeded_search_is_never_worse_than_its_seeds():
    classical = list(classical_programs(SIN.target, 9))
    genomes = [genome for item in classical if (genome := from_program(item.program, SIN)) is not None]
    population = start(SIN, 9, 1, 1, genomes)
    seeded = {found.operations: found.error for found in best(population)}
    lowest = {}
    for item in classical:
        lowest[item.operations] = min(item.predicted, lowest.get(item.operations, np.inf))
    for operations, error in lowest.items():
        # Least squares costs at most a few tens of percent beside minimax.
        assert seeded[operations] < 1.5 * error
    after = {found.operations: found.error for found in best(step(SIN, population, 2000)[0])}
    assert all(after[k] <= seeded[k] for k in seeded)


def test_more_squarings_follow_from_the_scaling_of_the_constants():
    """The core of the published program, and the errors of its family: 5.64e-10, 8.94e-12, 1.40e-13, 2.19e-15, ..."""
    samples = EXP2
    lines = [["/", "c0", "x"], ["+", "x", "v0"], ["/", "c1", "v1"], ["+", "v2", "v1"]]
    lines += [["+", "v3", "c2"], ["/", "c3", "v4"], ["+", "v5", "c4"]]
    program = {"target": "2^x", "interval": ["0", "1"], "constants": ["90.4", "236.6", "-31.32", "62.64", "1"]}
    genome = from_program(Program.from_json(program | {"operations": lines}), samples)
    population = start(samples, 12, 1, 1, [genome])
    errors = {found.operations: found.error for found in best(population)}
    minimax = {7: 5.64e-10, 8: 8.94e-12, 9: 1.40e-13, 10: 2.19e-15, 11: 3.43e-17, 12: 5.35e-19}
    assert set(errors) == set(minimax)
    for operations, error in minimax.items():
        assert error < errors[operations] < 1.2 * error


def test_checkpoints_of_something_else_are_refused():
    for data in (b"", b"nothing", to_bytes(start(EXP2, 3, 1, 0))[:300]):
        with pytest.raises(InputError, match="checkpoint"):
            from_bytes(data)


@pytest.mark.parametrize(
    ("operations", "islands", "named"), [(0, 1, "operations"), (25, 1, "operations"), (5, 0, "islands")]
)
def test_numbers_outside_their_ranges_are_refused(operations, islands, named):
    with pytest.raises(InputError, match=f"{named} must be an int in"):
        start(EXP2, operations, islands, 0)


def test_an_empty_population_has_no_best():
    population = start(EXP2, 4, 1, 0)
    assert best(population) == ()
    assert isinstance(population.archives, Archive)
