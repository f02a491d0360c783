"""Importing a file of the user's by its path, as a module of the package it is in."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType

from scriptc.lint.finder import Finder


def import_file(path: str) -> ModuleType:
    """Run a Python file as a module, with its package around it where it is part of one. Raises whatever it raises."""
    full = os.path.abspath(path)
    root, name = place(full)
    sys.path.insert(0, root)
    if "." in name:
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(name, full)
    if spec is None or spec.loader is None:
        raise ImportError(f"{full}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # classes look their module up here
    spec.loader.exec_module(module)
    return module


def place(full: str) -> tuple[str, str]:
    """The folder to import a file from, and its dotted name seen from there."""
    name, folder = Finder().name(full), os.path.dirname(full)
    above = name.count(".") + (os.path.basename(full) == "__init__.py")
    return os.path.normpath(os.path.join(folder, *[os.pardir] * above)), name
