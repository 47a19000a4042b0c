"""What no line of the program may do, read from its source: evaluate text, unpickle, put SQL together from text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from discovery.settings import ROOT

SOURCES = sorted([ROOT / "app.py", *(ROOT / "discovery").rglob("*.py"), *(ROOT / "pages").glob("*.py")])
EVALUATORS = {"eval", "exec", "compile", "__import__", "input", "breakpoint"}
# Functions of sympy that read a text by evaluating it; its classes do so with a text as argument.
SYMPY_READERS = {"sympify", "parse_expr", "nsimplify", "S", "lambdify", "parse_latex", "simplify"}
PICKLES = {"pickle", "cPickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "yaml"}
NETWORK = {"urllib.request", "requests", "httpx", "http.client", "ftplib", "smtplib"}
SHELLS = {("os", "system"), ("os", "popen"), ("os", "execv"), ("os", "spawnv"), ("subprocess", "getoutput")}
PROCESSES = {"run", "Popen", "check_output", "check_call", "call"}
RAW_SQL = {"text", "exec_driver_sql", "execute", "executescript"}
# Statements whose variable parts are names and numbers of the program itself.
SQL_OF_OUR_OWN = {
    ("discovery/store/engine.py", "PRAGMA "),
}


@cache
def nodes() -> list[tuple[str, ast.AST]]:
    """All calls and imports of the program, each with its file."""
    trees = ((str(path.relative_to(ROOT)), ast.parse(path.read_text(encoding="utf-8"))) for path in SOURCES)
    kinds = (ast.Call, ast.Import, ast.ImportFrom)
    return [(name, node) for name, tree in trees for node in ast.walk(tree) if isinstance(node, kinds)]


def calls() -> Iterator[tuple[str, ast.Call, str, str]]:
    """Yield (file, call, name of the object called on, name of the function)."""
    for name, node in nodes():
        if isinstance(node, ast.Call):
            match node.func:
                case ast.Name(id=function):
                    yield name, node, "", function
                case ast.Attribute(value=ast.Name(id=owner), attr=function):
                    yield name, node, owner, function
                case ast.Attribute(attr=function):
                    yield name, node, "?", function


def imports() -> Iterator[tuple[str, str]]:
    for name, node in nodes():
        if isinstance(node, ast.Import):
            yield from ((name, item.name) for item in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield name, node.module
            yield from ((name, f"{node.module}.{item.name}") for item in node.names)


def test_the_rules_see_the_program() -> None:
    assert len(SOURCES) > 150
    assert any(function == "Popen" for _, _, _, function in calls())


def test_no_text_is_evaluated() -> None:
    assert [(file, call.lineno) for file, call, owner, name in calls() if not owner and name in EVALUATORS] == []


def test_no_text_reaches_sympy() -> None:
    wrong = [
        (file, call.lineno)
        for file, call, owner, name in calls()
        if name in SYMPY_READERS and owner in ("", "sympy") and (owner or "sympy" in Path(ROOT / file).read_text())
    ]
    wrong += [
        (file, call.lineno)
        for file, call, owner, _ in calls()
        if owner == "sympy"
        and any(isinstance(item, ast.JoinedStr) for item in call.args)
    ]  # fmt: skip
    assert wrong == []


def test_nothing_is_unpickled() -> None:
    assert [item for item in imports() if item[1].partition(".")[0] in PICKLES] == []
    for file, call, owner, name in calls():
        if owner == "np" and name in ("load", "save", "savez", "savez_compressed"):
            allowed = {item.arg: item.value for item in call.keywords}.get("allow_pickle")
            assert isinstance(allowed, ast.Constant), (file, call.lineno)
            assert allowed.value is False, (file, call.lineno)


def test_the_program_calls_nobody() -> None:
    assert [item for item in imports() if item[1] in NETWORK] == []


def test_commands_are_lists_and_no_shell_reads_them() -> None:
    for file, call, owner, name in calls():
        assert (owner, name) not in SHELLS, (file, call.lineno)
        if owner == "subprocess" and name in PROCESSES:
            assert not {"shell", "executable", "preexec_fn"} & {item.arg for item in call.keywords}, (file, call.lineno)
            command = call.args[0]
            assert isinstance(command, ast.List | ast.Name), (file, call.lineno)


def test_sql_is_never_put_together_from_text() -> None:
    for file, call, _, name in calls():
        if name in RAW_SQL and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
            written = ast.unparse(call.args[0])
            known = any(file.startswith(place) and start in written for place, start in SQL_OF_OUR_OWN)
            assert known, (file, call.lineno, written)


def test_no_page_writes_html() -> None:
    for file, call, owner, name in calls():
        assert "unsafe_allow_html" not in {item.arg for item in call.keywords}, (file, call.lineno)
        assert (owner, name) not in {("st", "html"), ("components", "html"), ("st", "iframe")}, (file, call.lineno)


def test_uploads_name_the_types_they_take() -> None:
    uploads = [call for _, call, owner, name in calls() if (owner, name) == ("st", "file_uploader")]
    assert uploads
    for call in uploads:
        assert "type" in {item.arg for item in call.keywords}


def test_temporary_files_are_not_guessed() -> None:
    assert [(file, call.lineno) for file, call, _, name in calls() if name in ("mktemp", "tmpnam")] == []


def test_pages_import_no_mathematics_that_takes_long() -> None:
    long = ("sympy", "flint", "numba", "discovery.exact.evaluation", "discovery.exact.verification")
    pages = ("pages/", "discovery/ui/")
    assert [(file, name) for file, name in imports() if name.startswith(long) and file.startswith(pages)] == []
