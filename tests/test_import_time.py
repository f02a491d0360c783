"""`import scriptc` is cheap and pulls in nothing; a loaded file needs NumPy and safetensors alone."""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ["gast", "astor", "click", "rich", "torch", "onnx", "onnxruntime", "jax", "jaxtyping", "beniget", "matplotlib", "pytest", "hypothesis"]


@functools.cache
def cache() -> str:
    folder = tempfile.TemporaryDirectory(prefix="scriptc_pyc_")
    _FOLDERS.append(folder)
    return folder.name


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


def python(code: str, *args: str) -> str:
    """Run `code` in a fresh process that sees this checkout."""
    command = [sys.executable, "-c", textwrap.dedent(code), *args]
    env = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # users' imports are compiled once
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, env={**env, "PYTHONPYCACHEPREFIX": cache()})
    assert done.returncode == 0, done.stderr
    return done.stdout


def loaded_by(code: str) -> set[str]:
    """The top modules and scriptc's own that `code` imports beyond what NumPy and safetensors do."""
    start = "import json, sys, numpy, safetensors; before = set(sys.modules)"
    end = "print(json.dumps(sorted(set(sys.modules) - before)))"
    names = set(json.loads(python(f"{start}\n{code}\n{end}")))
    return {n for n in names if "cython" not in n}  # the run-time modules of NumPy's compiled parts


def test_import_is_light() -> None:
    names = loaded_by("import scriptc")
    assert {n.partition(".")[0] for n in names} <= {"scriptc", "numpy", "safetensors"} | sys.stdlib_module_names
    rooms = {n.split(".")[1] for n in names if n.startswith("scriptc.")}
    assert not rooms & {"frontend", "library", "passes", "nn", "cli", "importers", "lint"}
    assert not names & {"scriptc.source.capturing", "scriptc.diagnostics.codes", "numpy.random"}


def test_public_names_come_without_third_parties() -> None:
    names = loaded_by("import scriptc\nfor name in scriptc.__all__: getattr(scriptc, name)")
    assert {n.partition(".")[0] for n in names} <= {"scriptc", "numpy", "safetensors"} | sys.stdlib_module_names


def test_unknown_name() -> None:
    import scriptc

    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        scriptc.nothing  # noqa: B018
    assert "script" in dir(scriptc)
    assert set(scriptc.__all__) <= set(dir(scriptc))


def test_load_runs_without_the_compilers_libraries(tmp_path: Path) -> None:
    path = tmp_path / "net.scriptc"
    save = """
        import sys
        import numpy as np, scriptc
        from samples.dynamic_net import DynamicNet
        net = scriptc.script(DynamicNet(10, 5, 2))
        net.save(sys.argv[1])
        print(net(np.ones((3, 10), "f4"), 3).tobytes().hex())
    """
    load = f"""
        import importlib.abc, sys

        class Block(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path=None, target=None):
                if name.partition(".")[0] in {[*HEAVY, "samples"]!r} or name.startswith(("scriptc.frontend", "scriptc.library", "scriptc.nn")):
                    raise ImportError(name)

        sys.meta_path.insert(0, Block())
        import numpy as np, scriptc
        print(scriptc.load(sys.argv[1])(np.ones((3, 10), "f4"), 3).tobytes().hex())
        known = {{"scriptc", "numpy", "safetensors"}} | sys.stdlib_module_names
        extra = {{m.partition(".")[0] for m in sys.modules}} - known
        assert not {{e for e in extra if not e.startswith("_")}}, extra
    """
    assert python(save, str(path)) == python(load, str(path))
