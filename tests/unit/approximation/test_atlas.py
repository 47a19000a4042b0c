import numpy as np
import pytest

from discovery.approximation.atlas import atlas, screen, structure_count
from discovery.approximation.enumeration import structures
from discovery.approximation.fit import make_space, measure, set_variable
from discovery.approximation.genome import to_program
from discovery.approximation.samples import sampled_target
from discovery.approximation.targets import make_target
from discovery.approximation.wrapping import PLAIN, Wrapping
from discovery.errors import InputError
from discovery.exact.programs.program_bound import bound_error

TARGET = make_target("2^x", "0", "1")
PLAIN_SAMPLES = sampled_target(TARGET, [Wrapping(TARGET, PLAIN)])


def test_the_published_shapes_are_the_best_of_their_size():
    """c/(x + c) and c/(x + c) - c of Real et al., arXiv:2312.08472, with their minimax errors."""
    for operations, structures_tried, minimax in ((2, 22, 2.982e-2), (3, 208, 8.673e-4)):
        found = atlas(PLAIN_SAMPLES, operations, 20, 1)
        assert found.structures == structure_count(PLAIN_SAMPLES, operations) == structures_tried
        assert minimax < found.best[0].error < 1.06 * minimax
        assert f"{structures_tried} structures of {operations} operations, 20 starts" in found.statement
        errors = [item.error for item in found.best]
        assert errors == sorted(errors)
        program = to_program(found.best[0].genome, PLAIN_SAMPLES)
        assert program.operation_count() == operations
        assert float(bound_error(program).bound) == pytest.approx(found.best[0].error, rel=1e-2)


def test_every_wrapping_that_leaves_a_core_is_tried():
    samples = sampled_target(TARGET)
    found = atlas(samples, 4, 4, 3)
    assert found.structures == 4 + 22 + 208 + 2718 == structure_count(samples, 4)
    assert found.best[0].error < 2.3e-4
    assert samples.wrappings[found.best[0].genome.kind].squarings == 1


def test_screened_constants_have_the_error_that_is_said():
    codes = structures(3)
    found = screen(PLAIN_SAMPLES, 0, codes, 5, 7)
    space = make_space()
    for error, code, constants in zip(found.errors, found.codes, found.constants, strict=True):
        if np.isfinite(error):
            set_variable(PLAIN_SAMPLES.table, 0, space.values)
            arguments = (PLAIN_SAMPLES.table, 0, space.values, space.errors)
            _, size = measure(code.astype(np.int64), 3, constants, False, *arguments)
            assert size == error
    assert np.isfinite(found.errors).mean() > 0.9


def test_a_screening_depends_on_the_seed_and_the_place_alone():
    codes = structures(3)
    whole = screen(PLAIN_SAMPLES, 0, codes, 3, 7)
    again = screen(PLAIN_SAMPLES, 0, codes[:50], 3, 7)
    np.testing.assert_array_equal(whole.errors[:50], again.errors)
    np.testing.assert_array_equal(whole.constants[:50], again.constants)
    assert not np.array_equal(whole.errors, screen(PLAIN_SAMPLES, 0, codes, 3, 8).errors)


def test_more_starts_are_never_worse():
    codes = structures(3)
    few, many = (screen(PLAIN_SAMPLES, 0, codes, starts, 7).errors for starts in (2, 6))
    assert np.all(many <= few)


@pytest.mark.parametrize("starts", [0, 1001])
def test_numbers_of_starts_outside_their_range_are_refused(starts):
    with pytest.raises(InputError, match="starts must be an int in"):
        screen(PLAIN_SAMPLES, 0, structures(1), starts, 1)
