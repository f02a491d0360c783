"""The fields of the named tuples that NumPy's functions give: `np.linalg.eigh(a).eigenvalues`."""

from __future__ import annotations

from typing import Any

from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const, Dyn
from scriptc.ir import Node

FIELDS: dict[str, tuple[str, ...]] = {
    "numpy.linalg.eig": ("eigenvalues", "eigenvectors"),
    "numpy.linalg.eigh": ("eigenvalues", "eigenvectors"),
    "numpy.linalg.qr": ("Q", "R"),
    "numpy.linalg.slogdet": ("sign", "logabsdet"),
    "numpy.linalg.svd": ("U", "S", "Vh"),
    "numpy.unique_all": ("values", "indices", "inverse_indices", "counts"),
    "numpy.unique_counts": ("values", "counts"),
    "numpy.unique_inverse": ("values", "inverse_indices"),
}


def field(f: Frame, base: Dyn, name: str, node: Any) -> FV | None:
    """The field `name`, None where the value is no such tuple or not made by the call itself."""
    owner = base.value.owner
    names = FIELDS.get(owner.op.name, ()) if isinstance(owner, Node) else ()
    return f.emit("getitem", [base, Const(names.index(name))], node) if name in names else None
