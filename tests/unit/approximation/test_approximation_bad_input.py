"""Bad input on the command line: explained before the start, with what to use instead, and exit code 2."""

import pytest

from discovery.cli import main

pytestmark = pytest.mark.usefixtures("settings")


@pytest.mark.parametrize(
    ("settings_of", "fault", "instead"),
    [
        ({"target": "1/x", "interval": "-1, 1"}, "no real value at x = 0", "interval"),
        ({"target": "gamma(x)", "interval": "-1/2, 1"}, "x = 0", "interval"),
        ({"target": "tan(x)", "interval": "1, 2"}, "x = 1.57", "interval"),
        ({"target": "sqrt(x)", "interval": "0, 1"}, "not analytic, or not known to be, at x = 0", "without the factor"),
        ({"target": "log(x)", "interval": "-2, -1"}, "no real value at x = ", "finite and real"),
        ({"target": "sqrt(x-1)", "interval": "0, 1/2"}, "no real value at x = ", "finite and real"),
        ({"target": "cos(x)", "interval": "0, 2"}, "zero at x = 1.570796327", "absolute error"),
        ({"target": "sin(pi*x)", "interval": "0, 1"}, "relative error", "absolute error"),
        ({"target": "airyai(-7*x)"}, "zero at x = 0.33", "absolute error"),
        ({"interval": "1, 0"}, "reversed", "Write 0, 1"),
        ({"interval": "1, 1"}, "empty", "below the upper end"),
        ({"interval": "0, pi-pi"}, "interval", "below the upper end"),
        ({"interval": "0"}, "comma", "0, pi/4"),
        ({"interval": "0, y"}, "unknown name", ""),
        ({"target": "3"}, "does not contain x", "2^x"),
    ],
)
def test_what_cannot_be_searched_is_refused_with_a_remedy(settings_of, fault, instead, capsys):
    arguments = [f"--set={name}={value}" for name, value in settings_of.items()]
    assert main(["search", "approximation", *arguments]) == 2
    shown = capsys.readouterr()
    assert fault in shown.err
    assert instead in shown.err
    assert "Traceback" not in shown.err
    assert not shown.out
