"""Intervals as people type them: two expressions with a comma between them."""

from __future__ import annotations

from discovery.errors import ParameterError


def interval_ends(text: str) -> tuple[str, str]:
    """Return the two ends of a typed interval; commas inside parentheses do not part them.

    Raises
    ------
    ParameterError
        There are not two parts.

    Examples
    --------
    >>> interval_ends("0, pi/4")
    ('0', 'pi/4')
    """
    parts, depth = [""], 0
    for character in text:
        depth += (character == "(") - (character == ")")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    if len(parts) != 2 or not all(part.strip() for part in parts):
        raise ParameterError(
            f"interval must be two numbers with a comma between them; got {text[:60]!r}",
            field="interval",
            hint="Write for example 0, pi/4",
        )
    return parts[0].strip(), parts[1].strip()
