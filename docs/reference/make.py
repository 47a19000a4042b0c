"""The API reference, read from the source: ``python -m docs.reference.make`` writes its pages anew.

The source is parsed and not run, so that signatures stand as they were written.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

from discovery.settings import ROOT
from docs.reference.docstrings import markdown
from docs.reference.rooms import ROOMS, Room
from docs.reference.searches import searches_page

FOLDER = Path(__file__).parent
NOTE = "Made from the docstrings by `python -m docs.reference.make`; do not edit."
WIDTH = 100
SIMPLE_DEFAULTS = (ast.Constant, ast.Name, ast.Attribute, ast.UnaryOp, ast.Tuple, ast.BinOp)

Definition = ast.FunctionDef | ast.ClassDef


def pages() -> dict[str, str]:
    """Return file name -> text of every page of the reference."""
    links = _links()
    made = {f"{name}.md": _page(name, room, links) for name, room in ROOMS.items()}
    made["searches.md"] = searches_page(NOTE)
    entries = [f"- [{room.title}]({name}.md): {room.about}" for name, room in ROOMS.items()]
    entries.insert(1, "- [Searches](searches.md): parameters and presets of every search.")
    made["README.md"] = f"# API reference\n\n{NOTE}\n\n" + "\n".join(entries) + "\n"
    return made


def tree(module: str) -> ast.Module:
    """Return the syntax tree of a module below ``discovery``."""
    return ast.parse((ROOT / "discovery" / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def public(body: list[ast.stmt]) -> Iterator[Definition]:
    """Yield the functions and classes that others may use, in the order of the source."""
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node


def _links() -> dict[str, str]:
    """Return the addresses of all names that occur once in the reference."""
    found = [(node.name, page) for page, room in ROOMS.items() for m in room.modules for node in public(tree(m).body)]
    counts = Counter(name for name, _ in found)
    return {name: f"{page}.md#{name.lower()}" for name, page in found if counts[name] == 1}


def _page(name: str, room: Room, links: Mapping[str, str]) -> str:
    here = {key: address.removeprefix(f"{name}.md") for key, address in links.items()}
    parts = [f"# {room.title}", NOTE, room.about]
    for module in room.modules:
        source = tree(module)
        parts += [f"## discovery.{module}", markdown(ast.get_docstring(source) or "", here)]
        for node in public(source.body):
            parts += _definition(node, "###", "", here)
    return "\n\n".join(part for part in parts if part) + "\n"


def _definition(node: Definition, level: str, owner: str, links: Mapping[str, str]) -> Iterator[str]:
    """Yield heading, signature and docstring of a function or class, and of the methods of a class."""
    yield f"{level} {owner}{node.name}"
    yield f"```python\n{signature(node)}\n```"
    yield markdown(ast.get_docstring(node) or "", links)
    if isinstance(node, ast.ClassDef):
        for method in public(node.body):
            if isinstance(method, ast.FunctionDef) and ast.get_docstring(method):
                yield from _definition(method, f"{level}#", f"{node.name}.", links)


def signature(node: Definition) -> str:
    """Return how a function is called, or a class made."""
    kinds = {ast.unparse(item).partition("(")[0] for item in node.decorator_list}
    if isinstance(node, ast.ClassDef):
        made = [item for item in node.body if isinstance(item, ast.FunctionDef) and item.name == "__init__"]
        bases = [ast.unparse(base) for base in node.bases]
        head, based = f"class {node.name}", f"  # based on {', '.join(bases)}" if bases else ""
        if "dataclass" in kinds:
            return _call(head, list(_fields(node)), based)
        return _call(head, list(_arguments(made[0].args)), based) if made else head + based
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    if kinds & {"property", "cached_property"}:
        return f"{node.name}{result}  # property"
    prefix = "classmethod " if "classmethod" in kinds else "staticmethod " if "staticmethod" in kinds else ""
    return _call(f"{prefix}{node.name}", list(_arguments(node.args)), result)


def _call(head: str, arguments: list[str], result: str) -> str:
    line = f"{head}({', '.join(arguments)}){result}"
    if len(line) <= WIDTH:
        return line
    return f"{head}(\n" + "".join(f"    {argument},\n" for argument in arguments) + f"){result}"


def _fields(node: ast.ClassDef) -> Iterator[str]:
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            kind = ast.unparse(item.annotation)
            if not kind.startswith("ClassVar"):
                yield f"{item.target.id}: {kind}{_default(item.value)}"


def _arguments(arguments: ast.arguments) -> Iterator[str]:
    plain = [*arguments.posonlyargs, *arguments.args]
    missing = len(plain) - len(arguments.defaults)
    for place, argument in enumerate(plain):
        if argument.arg not in ("self", "cls"):
            yield _argument(argument) + _default(None if place < missing else arguments.defaults[place - missing])
    if arguments.vararg or arguments.kwonlyargs:
        yield f"*{_argument(arguments.vararg)}" if arguments.vararg else "*"
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        yield _argument(argument) + _default(default)
    if arguments.kwarg:
        yield f"**{_argument(arguments.kwarg)}"


def _argument(argument: ast.arg) -> str:
    return f"{argument.arg}: {ast.unparse(argument.annotation)}" if argument.annotation else argument.arg


def _default(value: ast.expr | None) -> str:
    if value is None:
        return ""
    return f" = {ast.unparse(value)}" if isinstance(value, SIMPLE_DEFAULTS) else " = ..."


def main() -> None:
    """Write the pages, and take away those of rooms that are no more."""
    made = pages()
    for path in FOLDER.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    print(f"{len(made)} pages, {sum(text.count(chr(10)) for text in made.values()):,} lines")


if __name__ == "__main__":
    main()
