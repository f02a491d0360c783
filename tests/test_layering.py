"""The rooms of design.md section 2 form a DAG: each imports only rooms above it, lazy imports included."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "scriptc"
ROOMS = [
    "source",
    "diagnostics",
    "types",
    "ir",
    "ops",
    "frontend",
    "library",
    "passes",
    "autodiff",
    "targets",
    "archive",
    "runtime",
    "importers",
    "nn",
    "lint",
    "lsp",
    "cli",
]
HEAVY = {"torch", "onnx", "onnxruntime", "jax", "matplotlib", "astor", "nltk"}
LIGHT_ONLY = {"gast", "click", "rich"}  # imported when needed, never by `import scriptc`


class Import:
    """One import of an absolute module name, and whether it runs at import time."""

    def __init__(self, module: str, line: int, lazy: bool, typing_only: bool) -> None:
        self.module, self.line, self.lazy, self.typing_only = module, line, lazy, typing_only


def imports(path: Path) -> list[Import]:
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    return list(_imports(ast.parse(path.read_text(encoding="utf-8")), package, False, False))


def _imports(node: ast.AST, package: tuple[str, ...], lazy: bool, typing_only: bool) -> Iterator[Import]:
    if isinstance(node, ast.Import):
        for name in node.names:
            yield Import(name.name, node.lineno, lazy, typing_only)
    elif isinstance(node, ast.ImportFrom):
        yield from (Import(m, node.lineno, lazy, typing_only) for m in _from(node, package))
    lazy = lazy or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    if isinstance(node, ast.If) and ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
        for child in node.body:
            yield from _imports(child, package, lazy, True)
        for child in node.orelse:
            yield from _imports(child, package, lazy, typing_only)
        return
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, package, lazy, typing_only)


def _from(node: ast.ImportFrom, package: tuple[str, ...]) -> list[str]:
    base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
    module = ".".join(p for p in (base, node.module) if p)
    if module == "scriptc":  # `from scriptc import ir` names a room
        return [f"scriptc.{alias.name}" for alias in node.names]
    return [module]


def room(module: str) -> str | None:
    parts = module.split(".")
    return parts[1] if parts[0] == "scriptc" and len(parts) > 1 and parts[1] in ROOMS else None


FILES = sorted(PACKAGE.rglob("*.py"))
ROOM_FILES = [p for p in FILES if p.parent != PACKAGE]


@pytest.mark.parametrize("path", ROOM_FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_only_rooms_above(path: Path) -> None:
    own = path.relative_to(PACKAGE).parts[0]
    assert own in ROOMS, f"{own} is no room of design.md section 2"
    # Names for annotations alone may look down: nothing is imported when the code runs.
    wrong = [
        f"{path.relative_to(ROOT)}:{i.line} {own} imports {i.module}"
        for i in imports(path)
        if not i.typing_only and i.module.startswith("scriptc") and not _allowed(own, i.module)
    ]
    assert not wrong, "\n".join(wrong)


def _allowed(own: str, module: str) -> bool:
    target = room(module)
    if target is None:  # the package itself would import every room
        return own == "cli" or module.split(".")[-1].startswith("_") or module == "scriptc.version"
    return ROOMS.index(target) <= ROOMS.index(own)


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_heavy_import_at_module_level(path: Path) -> None:
    wrong = [f"line {i.line}: {i.module}" for i in imports(path) if not i.lazy and not i.typing_only and i.module.split(".")[0] in HEAVY]
    assert not wrong, "\n".join(wrong)


def test_loading_imports_only_what_it_needs() -> None:
    code = "import sys, scriptc; scriptc.load; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout.split())
    assert "numpy" in loaded
    assert not loaded & (HEAVY | LIGHT_ONLY)


def test_the_check_sees_lazy_and_relative_imports(tmp_path: Path) -> None:
    tree = ast.parse("def f():\n    from ..cli import main\n    import scriptc.runtime.call\n")
    found = [(i.module, i.lazy) for i in _imports(tree, ("scriptc", "ir"), False, False)]
    assert found == [("scriptc.cli", True), ("scriptc.runtime.call", True)]
    assert not _allowed("ir", "scriptc.cli")
    assert _allowed("runtime", "scriptc.ir.core")
