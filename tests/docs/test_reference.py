"""The API reference: what stands there is what the command makes of the source as it is."""

import ast

import pytest

from discovery.settings import ROOT
from docs.reference.docstrings import markdown
from docs.reference.make import FOLDER, pages, public, signature, tree
from docs.reference.rooms import ROOMS

MADE = pages()
MODULES = [module for room in ROOMS.values() for module in room.modules]


@pytest.mark.parametrize("name", sorted(MADE))
def test_a_page_is_as_new_as_the_source(name: str) -> None:
    assert (FOLDER / name).read_text() == MADE[name], "make it anew: python -m docs.reference.make"


def test_there_are_no_other_pages() -> None:
    assert {path.name for path in FOLDER.glob("*.md")} == set(MADE)


def test_every_room_of_the_house_has_a_page() -> None:
    assert len(set(MODULES)) == len(MODULES)
    floors = {path.parent.relative_to(ROOT / "discovery").as_posix() for path in (ROOT / "discovery").rglob("*.py")}
    floors = {floor.replace("/", ".") for floor in floors} - {".", "ui", "cli", "store.migrations"}
    # Parameters and presets of these searches stand on the page of searches; below them are kernels.
    floors -= {"factorial_reduction", "meet_in_the_middle", "store.migrations.versions"}
    assert floors == {module.rpartition(".")[0] for module in MODULES if "." in module}


@pytest.mark.parametrize("module", MODULES)
def test_public_functions_and_classes_say_what_they_are(module: str) -> None:
    assert ast.get_docstring(tree(module))
    for node in public(tree(module).body):
        assert ast.get_docstring(node), f"{module}.{node.name}"


def definition(source: str) -> ast.FunctionDef | ast.ClassDef:
    (node,) = ast.parse(source).body
    assert isinstance(node, ast.FunctionDef | ast.ClassDef)
    return node


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a, b=1, *rest, c, d=None, **more): ...", "f(a, b = 1, *rest, c, d = None, **more)"),
        ("def f(a: int, *, b: str = 'x') -> bool: ...", "f(a: int, *, b: str = 'x') -> bool"),
        ("def f(x=field(default_factory=list)): ...", "f(x = ...)"),
        ("@property\ndef f(self) -> int: ...", "f -> int  # property"),
        ("@classmethod\ndef f(cls, a) -> int: ...", "classmethod f(a) -> int"),
        ("@dataclass(frozen=True)\nclass F:\n    a: int\n    b: str = ''", "class F(a: int, b: str = '')"),
        ("class F: ...", "class F"),
        ("class F(Base): ...", "class F  # based on Base"),
        ("class F(Base):\n    def __init__(self, a: int) -> None: ...", "class F(a: int)  # based on Base"),
    ],
)
def test_signatures_stand_as_they_were_written(source: str, expected: str) -> None:
    assert signature(definition(source)) == expected


def test_a_docstring_in_the_numpydoc_form_becomes_markdown() -> None:
    docstring = (
        "Return a*b, or `Other`.\n\nOrder\n    Free.\nSize\n    Not more\n    than two.\n\n"
        "Parameters\n----------\na, b : int\n    Two\n    numbers.\n\n"
        "Returns\n-------\nint\n    The product.\n\n"
        "Raises\n------\nOther\n    Never.\n\n"
        "Examples\n--------\n>>> f(2, 3)\n6"
    )
    assert markdown(docstring, {"Other": "page.md#other"}) == (
        "Return a\\*b, or [`Other`](page.md#other).\n\n- *Order*: Free.\n- *Size*: Not more than two.\n\n"
        "**Parameters**\n\n- `a`, `b` : int. Two numbers.\n\n"
        "**Returns**\n\n- int. The product.\n\n"
        "**Raises**\n\n- [`Other`](page.md#other). Never.\n\n"
        "**Examples**\n\n```python\n>>> f(2, 3)\n6\n```"
    )
