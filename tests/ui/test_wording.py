"""Numbers and messages in words."""

import pytest

from discovery import errors
from discovery.ui import messages, wording


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 ms"),
        (0.0042, "4 ms"),
        (0.3, "300 ms"),
        (0.9999, "1 s"),
        (1.26, "1.3 s"),
        (9.96, "10 s"),
        (42, "42 s"),
        (119.4, "119 s"),
        (200, "3 min 20 s"),
        (7300, "2 h 1 min"),
        (10 * 86400, "10 d"),
    ],
)
def test_duration(seconds, words):
    assert wording.duration(seconds) == words


@pytest.mark.parametrize(
    ("expected", "words"),
    [
        (0.0, "< 1e-60 chance hits"),
        (1e-80, "< 1e-60 chance hits"),
        (3e-20, "at most 1e-19 chance hits"),
        (0.5, "about 0.5 chance hits"),
        (12.0, "about 12 chance hits"),
    ],
)
def test_chance_hits_never_understated(expected, words):
    assert wording.chance_hits(expected) == words


def test_quantity():
    assert [wording.quantity(n) for n in (7, 950, 5040, 1.3e6, 2.5e9, 1e13)] == [
        "7",
        "950",
        "5,040",
        "1.3 million",
        "2.5 billion",
        "10 trillion",
    ]


def subclasses(kind):
    return {kind}.union(*(subclasses(child) for child in kind.__subclasses__()))


def test_every_error_class_has_a_message():
    for kind in subclasses(errors.DiscoveryError):
        error = kind.__new__(kind)
        assert messages.message_for(error).title
    newer = messages.message_for(errors.StoreVersionError("x"))
    assert newer.level == "error"
    assert "newer version" in newer.title


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cannot open /home/someone/data/store.db: gone", "cannot open store.db: gone"),
        ("'/tmp/a b'", "'a b'"),
        ("e = 1/3 and x/y", "e = 1/3 and x/y"),
        ("https://oeis.org/A003417", "https://oeis.org/A003417"),
    ],
)
def test_paths_are_shortened_and_formulas_are_not(text, shown):
    assert messages.without_paths(text) == shown


def test_plain_text_survives_markdown():
    assert messages.plain("a*b_c <b> $x$ [l](u)") == r"a\*b\_c \<b\> \$x\$ \[l\]\(u\)"
