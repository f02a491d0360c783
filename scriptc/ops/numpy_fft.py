"""`np.fft`: transforms along one axis or several."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scriptc.ir.core import MISSING, OpDef, OpTypeError
from scriptc.ops.numpy_base import array, axis_value, normalize_axis
from scriptc.ops.numpy_support import OUT_HELP, Rule, array_operand, axes_of, function, given, named, refuse
from scriptc.ops.signature import Bound
from scriptc.types import Dim, Type

ONE = ("fft", "ifft", "rfft", "irfft", "hfft", "ihfft")
MANY = ("fft2", "ifft2", "rfft2", "irfft2", "fftn", "ifftn", "rfftn", "irfftn")


@lru_cache(maxsize=256)
def _dtype(name: str, dtype: str) -> str:
    return str(getattr(np.fft, name)(np.ones((2, 2), dtype)).dtype)


def _known(name: str, dtype: str | None) -> str | None:
    if dtype is None:
        return None
    try:
        return _dtype(name, dtype)
    except TypeError:
        raise OpTypeError(f"numpy.fft.{name} is not defined for {dtype}", 0) from None


def along_axis(name: str) -> Rule:
    """One dimension: `n` points; half of them for the real transforms."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = array_operand(b)
        dtype = _known(name, a.dtype)
        axis = axis_value(b["axis"]) if "axis" in b else -1
        if a.shape == ():
            raise OpTypeError(f"numpy.fft.{name} needs an array of rank 1 or more", 0)
        if a.shape is None:
            return array(dtype, None)
        if not isinstance(axis, int):
            return array(dtype, (None,) * len(a.shape))
        places = axes_of(axis, len(a.shape), b.index.get("axis"))
        return array(dtype, tuple(_points(name, d, b) if i in places else d for i, d in enumerate(a.shape)))

    return rule


def _points(name: str, d: Dim, b: Bound) -> Dim:
    if given(b, "n"):
        n = b["n"].const if isinstance(b["n"].const, int) else None
        if name in ("fft", "ifft", "irfft", "hfft"):
            return n
    else:
        n = d if isinstance(d, int) else None
        if name in ("fft", "ifft"):
            return d
        if name in ("irfft", "hfft"):
            return None if n is None else 2 * (n - 1)
    return None if n is None else n // 2 + 1


def along_axes(name: str) -> Rule:
    """Several dimensions; the sizes stay for the complex transforms without `s`."""

    def rule(b: Bound) -> Type:
        refuse(b, "out", help=OUT_HELP)
        a = array_operand(b)
        if a.shape is None or a.shape == () or a.dtype == "float16":
            return array(None, None if a.shape is None else (None,) * len(a.shape))
        dtype = _known(name, a.dtype)
        keeps = not name.removeprefix("i").startswith("r") and not given(b, "s")
        return array(dtype, a.shape if keeps else (None,) * len(a.shape))

    return rule


def frequencies(b: Bound) -> Type:
    """fftfreq, rfftfreq."""
    if "d" not in b:
        return array("float64", (None,))
    d = named(b, "d")
    return array("float64" if d.dtype in ("float64", "int64") else None, (None,) if d.shape == () else None)


def shifted(b: Bound) -> Type:
    a = array_operand(b)
    value = axis_value(b.get("axes"))
    if value is not MISSING and value is not None and a.shape is not None:
        for v in value if isinstance(value, tuple) else (value,):
            normalize_axis(v, len(a.shape), b.index.get("axes"))
    return array(a.dtype, a.shape)


OPS: tuple[OpDef, ...] = (
    *(function(f"numpy.fft.{n}", "a, n=None, axis=-1, norm=None, out=None", along_axis(n)) for n in ONE),
    *(function(f"numpy.fft.{n}", "a, s=None, axes=None, norm=None, out=None", along_axes(n)) for n in MANY),
    *(function(f"numpy.fft.{n}", "n, d=1.0, device=None", frequencies) for n in ("fftfreq", "rfftfreq")),
    *(function(f"numpy.fft.{n}", "x, axes=None", shifted) for n in ("fftshift", "ifftshift")),
)
