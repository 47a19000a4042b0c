"""Docstrings in the numpydoc form as Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

SECTION = re.compile(r"^(\w[\w ]*)\n-{3,}\n", re.MULTILINE)
CODE = re.compile(r"(``.+?``|`[^`]+`)", re.DOTALL)
SPECIAL = re.compile(r"([*<\[])|(?<!\w)(_)")
LISTS = {"Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns"}
NAMED = {"Parameters", "Attributes"}


def markdown(docstring: str, links: Mapping[str, str]) -> str:
    """Return a docstring as Markdown.

    Parameters
    ----------
    docstring : str
        Docstring without its indentation.
    links : mapping of str to str
        Name -> address: names in single backticks that occur here become links.
    """
    text = _linked(links)
    first, *others = SECTION.split(docstring)
    parts = [_paragraphs(first, text)]
    for title, body in zip(others[::2], others[1::2], strict=True):
        parts.append(f"**{title}**")
        if title in LISTS:
            parts.append("\n".join(_item(title, header, about, text) for header, about in _items(body)))
        elif title == "Examples":
            parts.append(f"```python\n{body.strip()}\n```")
        else:
            parts.append(_paragraphs(body, text))
    return "\n\n".join(part for part in parts if part)


def escaped(text: str) -> str:
    """Return text in which nothing but code in backticks means anything in Markdown."""
    pieces = CODE.split(text)
    return "".join(piece if number % 2 else SPECIAL.sub(r"\\\1\2", piece) for number, piece in enumerate(pieces))


def _linked(links: Mapping[str, str]) -> Callable[[str], str]:
    def link(match: re.Match[str]) -> str:
        name = match[1].strip("`")
        address = links.get(name) if not match[1].startswith("``") else None
        return f"[`{name}`]({address})" if address else match[1]

    return lambda text: CODE.sub(link, escaped(text))


def _paragraphs(text: str, form: Callable[[str], str]) -> str:
    """Return paragraphs and lists of definitions; what is indented as a whole is displayed as it stands."""
    parts = []
    for block in re.split(r"\n{2,}", text.strip("\n")):
        definitions = list(_items(block))
        if block.startswith("    "):
            parts.append(block)
        elif all(about for _, about in definitions):
            parts.append("\n".join(f"- *{form(term)}*: {form(about)}" for term, about in definitions))
        else:
            parts.append(form(block))
    return "\n\n".join(parts)


def _items(body: str) -> Iterator[tuple[str, str]]:
    """Yield the entries of a list of a docstring: what is explained, and the words."""
    for entry in re.split(r"\n(?=\S)", body.strip("\n")):
        header, _, about = entry.partition("\n")
        yield header, " ".join(line.strip() for line in about.splitlines() if line.strip())


def _item(title: str, header: str, about: str, form: Callable[[str], str]) -> str:
    name, colon, kind = header.partition(" : ")
    if title in NAMED or colon:
        names = ", ".join(f"`{part}`" for part in name.split(", "))
        head = names + (f" : {escaped(kind)}" if colon else "")
    else:
        head = form(", ".join(f"`{part}`" for part in header.split(", "))) if title == "Raises" else escaped(header)
    return f"- {head}. {form(about)}" if about else f"- {head}"
