"""Virtual environments for the tools: one for each Python version, filled again only when what it holds changes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VERSIONS = ("3.11", "3.12", "3.13")

EXTRAS = "dev,samples"
# Their dependencies (torch, nltk) are not needed for what we use of them: data files, and one module read as source.
WITHOUT_DEPENDENCIES = ("silero-vad==6.2.3", "g2p-en==2.1.0", "g2pM==0.1.2.5")


def environment(python: str, kind: str = "test") -> Path:
    """The interpreter of the environment `.venv/KIND-VERSION` of `python`, made or refreshed if need be."""
    version = version_of(python)
    if version is None:
        raise SystemExit(f"{python} does not run")
    folder = ROOT / ".venv" / f"{kind}-{version}"
    inside = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    stamp, wanted = folder / "stamp", fingerprint(python)
    if inside.exists() and stamp.exists() and stamp.read_text() == wanted:
        return inside
    print(f"preparing {folder.relative_to(ROOT)}", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    if python == sys.executable:
        venv.create(folder, with_pip=True)
    else:
        subprocess.run([python, "-m", "venv", str(folder)], check=True)
    install(inside, "-e", f"{ROOT}[{EXTRAS}]")
    install(inside, "--no-deps", *WITHOUT_DEPENDENCIES)
    stamp.write_text(wanted)
    return inside


def environ(**more: str) -> dict[str, str]:
    """This process's environment, with compiled bytecode kept under `.venv/`, as an installed package has it beside its source."""
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(ROOT / ".venv" / "pycache"), **more}


def install(python: Path, *args: str) -> None:
    command = [str(python), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *args]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise SystemExit(f"pip install {' '.join(args)} failed")


def fingerprint(python: str) -> str:
    """Changes when the environment must be made anew."""
    parts = [(ROOT / "pyproject.toml").read_text(), EXTRAS, *WITHOUT_DEPENDENCIES, python, str(ROOT)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def version_of(python: str) -> str | None:
    """Its `major.minor`, or None if it does not run (a launcher without the version behind it)."""
    try:
        found = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    return found.stdout.strip() if found.returncode == 0 else None


def find_pythons() -> dict[str, str]:
    """An interpreter for each supported version that is on this machine: this one, on PATH, or installed by pyenv."""
    found = {version_of(sys.executable) or "": sys.executable}
    for python in [*(f"python{v}" for v in VERSIONS), *pyenv_pythons()]:
        path = shutil.which(python)
        version = version_of(path) if path else None
        if path and version:
            found.setdefault(version, path)
    return {v: found[v] for v in VERSIONS if v in found}


def pyenv_pythons() -> list[str]:
    pyenv = shutil.which("pyenv")
    if pyenv is None:
        return []
    names = subprocess.run([pyenv, "versions", "--bare"], capture_output=True, text=True, check=False).stdout.split()
    prefixes = [subprocess.run([pyenv, "prefix", n], capture_output=True, text=True, check=False).stdout.strip() for n in names]
    return [str(Path(p) / "bin" / "python") for p in prefixes if p]
