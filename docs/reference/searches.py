"""The page of the reference that lists every search with its parameters and presets, as the form has them."""

from __future__ import annotations

from discovery.jobs.registry import get_search, search_names
from discovery.search import ParameterInfo, parameter_infos
from docs.reference.docstrings import escaped


def searches_page(note: str) -> str:
    """Return the page; `note` says how it is made."""
    parts = [
        "# Searches",
        note,
        "Each is started on the page, by `python -m discovery search NAME --set PARAMETER=VALUE ...` or "
        "`--preset TITLE`, or from Python through [`get_search`](jobs.md#get_search); see "
        "[the search protocol](search.md).",
    ]
    for name in search_names():
        search = get_search(name)
        parts += [f"## {name}", f"*{search.title}*, version {search.version}.", "**Parameters**"]
        parts.append(
            "\n".join(
                f"- `{key}` = `{item.default}`{_range(info)}. {escaped(info.help)}"
                for key, (item, info) in parameter_infos(search.parameters_type).items()
            )
        )
        parts.append("**Presets**")
        parts.append("\n".join(f"- `{key}`: {escaped(item.title)}" for key, item in search.presets.items()))
    return "\n\n".join(parts) + "\n"


def _range(info: ParameterInfo) -> str:
    if info.choices:
        return f", one of {', '.join(f'`{choice}`' for choice in info.choices)}"
    unit = f" {info.unit}" if info.unit else ""
    if info.minimum is not None and info.maximum is not None:
        return f", {info.minimum:,} to {info.maximum:,}{unit}"
    if info.minimum is not None:
        return f", at least {info.minimum:,}{unit}"
    return unit and f",{unit}"
