"""Text from elsewhere in Markdown: it means itself."""

from __future__ import annotations

import pytest

from discovery.ui.messages import plain, verbatim


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("cluster 7", "`cluster 7`"),
        ("`x` ![y](z)", "`` `x` ![y](z) ``"),
        ("a``b`c", "``` a``b`c ```"),
        ("one\n\n# two", "`one # two`"),
    ],
)
def test_a_code_span_ends_where_its_text_ends(text: str, shown: str) -> None:
    assert verbatim(text) == shown


def test_plain_text_is_no_markdown() -> None:
    assert plain("*a* [b](c) $d$ :red[e]") == r"\*a\* \[b\]\(c\) \$d\$ \:red\[e\]"
