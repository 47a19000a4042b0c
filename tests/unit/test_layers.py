"""The floors of the house: a file imports from its own folder or from lower floors, never sideways or up."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WINGS = {"esma", "factorial_reduction", "matrix_fields", "approximation", "meet_in_the_middle"}
FLOORS = (
    {"errors", "settings", "search", "processes"},
    {"exact"},
    WINGS | {"store", "export"},
    {"jobs"},
    {"ui", "cli"},
    {"__main__"},
)
HOMES = {
    "numba": WINGS | {"exact"},
    "flint": {"exact", *WINGS},
    "gmpy2": {"exact"},
    "mpmath": {"exact"},
    "sympy": {"exact"},
    "sqlalchemy": {"store"},
    "alembic": {"store"},
    "distributed": {"jobs"},
    "streamlit": {"ui"},
    "plotly": {"ui"},
}
EXACT_ROOMS = {
    "fractions": set(),
    "fields": {"fractions"},
    "proofs": {"fractions"},
    "programs": {"float32"},
    "float32": set(),
    "sequences": set(),
}
EXACT_ROOMS["identification"] = {"fractions", "proofs"}
"""Rooms of the exact floor, and the rooms each may use beside the files that belong to no room."""
GROUND_ORDER = ("errors", "settings", "search", "processes")


def floor_of(place: str) -> int:
    return next(level for level, places in enumerate(FLOORS) if place in places)


def imported_modules(path: Path) -> list[str]:
    modules: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            modules += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            names = [alias.name for alias in node.names]
            modules += [f"discovery.{name}" for name in names] if node.module == "discovery" else [node.module or ""]
    return modules


def breaches(place: str, modules: list[str]) -> list[str]:
    found = []
    for module in modules:
        root, *rest = module.split(".")
        if root == "discovery" and rest and rest[0] != "__version__":
            target = rest[0]
            up = floor_of(target) > floor_of(place)
            sideways = floor_of(target) == floor_of(place) and target != place and place not in GROUND_ORDER
            if up or sideways:
                found.append(f"{place} imports {module}")
        if place not in HOMES.get(root, {place}):
            found.append(f"{place} imports {root}, whose home is {sorted(HOMES[root])}")
    return found


def sources() -> list[Path]:
    return sorted((ROOT / "discovery").rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_respect_the_floors(path: Path) -> None:
    relative = path.relative_to(ROOT / "discovery")
    place = relative.parts[0].removesuffix(".py")
    if place == "__init__":
        assert imported_modules(path) == []
        return
    assert breaches(place, imported_modules(path)) == []


@pytest.mark.parametrize("room", sorted(EXACT_ROOMS))
def test_rooms_of_the_exact_floor_use_one_another_in_one_direction(room: str) -> None:
    for path in (ROOT / "discovery/exact" / room).glob("*.py"):
        used = {module.split(".")[2] for module in imported_modules(path) if module.startswith("discovery.exact.")}
        assert not used & (EXACT_ROOMS.keys() - EXACT_ROOMS[room] - {room}), path.name


def test_pages_hold_no_mathematics_and_no_sql() -> None:
    for path in [*(ROOT / "pages").glob("*.py"), ROOT / "app.py"]:
        for module in imported_modules(path):
            assert module.split(".")[0] in {"streamlit", "discovery", "__future__"}, f"{path.name} imports {module}"
            assert not module.startswith("discovery.") or module.startswith("discovery.ui"), f"{path.name}: {module}"


@pytest.mark.parametrize(
    ("place", "module"),
    [
        ("exact", "discovery.store.store"),
        ("esma", "discovery.factorial_reduction.sieve"),
        ("store", "discovery.export.latex"),
        ("jobs", "discovery.ui.table"),
        ("jobs", "sqlalchemy"),
        ("ui", "mpmath"),
        ("search", "discovery.exact.expression"),
    ],
)
def test_a_breach_is_found(place: str, module: str) -> None:
    assert breaches(place, [module])
