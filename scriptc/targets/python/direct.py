"""NumPy functions that only hand an exact `ndarray` on to its own method: the method is printed instead.

`np.take(a, i, axis=0)` finds and calls `a.take(i, axis=0)`; the result and the errors are the same, the way there is shorter (about 1 µs a call).
`np.split` into equal sections is Python code in NumPy; `rt.split` cuts the same views with fewer steps. Only for operands
whose type says that they are exactly `ndarray`: a list would be made an array first, a NumPy scalar has its own rules.
"""

from __future__ import annotations

from scriptc.ir.core import Node
from scriptc.types import INT, Tensor

METHODS = {
    f"numpy.{name}": f"$0.{method}($*)"
    for name, method in {
        "take": "take", "sum": "sum", "prod": "prod", "mean": "mean", "std": "std", "var": "var", "max": "max", "min": "min", "amax": "max",
        "amin": "min", "argmax": "argmax", "argmin": "argmin", "cumsum": "cumsum", "cumprod": "cumprod", "squeeze": "squeeze",
        "transpose": "transpose", "swapaxes": "swapaxes", "repeat": "repeat", "diagonal": "diagonal", "nonzero": "nonzero",
    }.items()
}  # fmt: skip


def emitted(node: Node) -> str:
    """The template to print for a node of an op that has one."""
    emit = node.op.emit
    assert emit is not None
    if not node.op.name.startswith("numpy.") or not node.operands:
        return emit
    t = node.operands[0].type
    if not isinstance(t, Tensor) or t.scalar is not False or t.dtype == "object":
        return emit
    kw = node.attrs.get("kw", ())
    if node.op.name == "numpy.split" and len(node.operands) > 1 and node.operands[1].type == INT and not kw:
        return "rt.split($*)"
    if len(node.operands) == len(kw):  # the array itself was given by keyword
        return emit
    return METHODS.get(node.op.name, emit)
