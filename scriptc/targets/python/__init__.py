"""The Python target: a `Program` becomes Python functions over NumPy, built as AST, never as text."""

from scriptc.targets.python.classes import runtime_classes
from scriptc.targets.python.module import PythonModule, compile_program

__all__ = ["PythonModule", "compile_program", "runtime_classes"]
