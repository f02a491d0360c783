"""Runs Python where nothing but the standard library, NumPy, safetensors and scriptc can be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BLOCKER = """
import sys

class OnlyTheseCanBeImported:
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top not in ("numpy", "safetensors", "scriptc") and top not in sys.stdlib_module_names:
            raise ModuleNotFoundError(f"{name} is kept out of this process", name=name)
        return None

for name in [n for n in sys.modules if n.partition(".")[0] in ("gast", "click", "rich", "samples")]:
    raise SystemExit(f"{name} is imported already")
sys.meta_path.insert(0, OnlyTheseCanBeImported())
"""


def start_isolated(code: str, *args: str) -> subprocess.Popen[str]:
    """Start `code` with `args` in `sys.argv[1:]`; read its output with `finish`."""
    env = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "SCRIPTC_DISABLE", "PYTHONSTARTUP")}
    env["PYTHONPATH"] = str(ROOT)  # for an interpreter that has no editable install of this checkout
    command = [sys.executable, "-B", "-c", BLOCKER + code, *args]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env)


def finish(process: subprocess.Popen[str], timeout: float = 300) -> str:
    """Its standard output; fails with its standard error if it did not end well."""
    out, err = process.communicate(timeout=timeout)
    assert process.returncode == 0, f"exit code {process.returncode}\n{err}"
    return out


def run_isolated(code: str, *args: str, timeout: float = 300) -> str:
    return finish(start_isolated(code, *args), timeout)
