"""The shapes of products: dot, inner, tensordot, einsum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scriptc.ir.core import OpTypeError
from scriptc.ops.numpy_base import Shape, broadcast, broadcast_dim, normalize_axis, show
from scriptc.types import Dim


def _check_equal(x: Dim, y: Dim, a: Shape, b: Shape, what: str) -> None:
    if isinstance(x, int) and isinstance(y, int) and x != y:
        raise OpTypeError(f"{what}: the shapes {show(a)} and {show(b)} are not aligned: {x} is not {y}")


def dot_shape(a: Shape | None, b: Shape | None) -> Shape | None:
    """The shape of `np.dot(a, b)`."""
    if a == () or b == ():
        return b if a == () else a
    if a is None or b is None:
        return None
    _check_equal(a[-1], b[-2] if len(b) > 1 else b[0], a, b, "dot")
    return (*a[:-1], *b[:-2], *(b[-1:] if len(b) > 1 else ()))


def inner_shape(a: Shape | None, b: Shape | None) -> Shape | None:
    """The shape of `np.inner(a, b)`: over the last dimension of both."""
    if a == () or b == ():
        return b if a == () else a
    if a is None or b is None:
        return None
    _check_equal(a[-1], b[-1], a, b, "inner")
    return (*a[:-1], *b[:-1])


def tensordot_shape(a: Shape | None, b: Shape | None, axes: Any) -> Shape | None:
    """The shape of `np.tensordot(a, b, axes)`, where `axes` is known."""
    if a is None or b is None:
        return None
    pairs = _tensordot_axes(axes, len(a), len(b))
    if pairs is None:
        return None
    for i, j in pairs:
        _check_equal(a[i], b[j], a, b, "tensordot")
    used_a, used_b = {i for i, _ in pairs}, {j for _, j in pairs}
    return (*(d for i, d in enumerate(a) if i not in used_a), *(d for j, d in enumerate(b) if j not in used_b))


def _tensordot_axes(axes: Any, ra: int, rb: int) -> list[tuple[int, int]] | None:
    if isinstance(axes, int):
        if axes < 0:
            return None
        if axes > min(ra, rb):
            raise OpTypeError(f"tensordot over {axes} axes of arrays of rank {ra} and {rb}")
        return [(ra - axes + i, i) for i in range(axes)]
    if not isinstance(axes, tuple | list) or len(axes) != 2:
        return None
    left, right = (tuple(x) if isinstance(x, tuple | list) else (x,) for x in axes)
    if len(left) != len(right) or not all(isinstance(i, int) for i in (*left, *right)):
        return None
    return [(normalize_axis(i, ra), normalize_axis(j, rb)) for i, j in zip(left, right, strict=True)]


def einsum_shape(text: str, shapes: Sequence[Shape | None]) -> Shape | None:
    """The shape of an einsum; the dimensions of an ellipsis stay open."""
    text = text.replace(" ", "")
    inputs, arrow, output = text.partition("->")
    terms = inputs.split(",")
    if len(terms) != len(shapes):
        raise OpTypeError(f"einsum: {len(terms)} operands are named, {len(shapes)} are given")
    sizes, dots = _label_sizes(terms, shapes)
    if not arrow:
        letters = sorted(x for x in set(inputs) if x.isalpha())
        output = ("..." if "." in inputs else "") + "".join(x for x in letters if inputs.count(x) == 1)
    unknown = [x for x in output if x.isalpha() and x not in inputs]
    if unknown:
        raise OpTypeError(f"einsum: the output names `{unknown[0]}`, which no operand has")
    if "..." not in output:
        return tuple(sizes.get(x) for x in output)
    if dots is None:
        return None
    before, _, after = output.partition("...")
    return (*(sizes.get(x) for x in before), *dots, *(sizes.get(x) for x in after))


def _label_sizes(terms: Sequence[str], shapes: Sequence[Shape | None]) -> tuple[dict[str, Dim], Shape | None]:
    sizes: dict[str, Dim] = {}
    dots: list[Shape | None] = []
    for term, shape in zip(terms, shapes, strict=True):
        labels = term.replace("...", "")
        if shape is None:
            dots.append(None if "..." in term else ())
            for x in labels:
                sizes[x] = broadcast_dim(sizes[x], None) if x in sizes else None
            continue
        extra = len(shape) - len(labels)
        if extra < 0 or (extra and "..." not in term):
            raise OpTypeError(f"einsum: `{term}` does not fit an operand of shape {show(shape)}")
        at = term.find("...") if "..." in term else len(labels)
        dots.append(shape[at : at + extra])
        for x, d in zip(labels, (*shape[:at], *shape[at + extra :]), strict=True):
            # NumPy lets a diagonal of dimensions 0 and 3 pass, as 3.
            sizes[x] = None if labels.count(x) > 1 and not (d and sizes.get(x, 1)) else _label(sizes, x, d)
    return sizes, broadcast(*dots)


def _label(sizes: dict[str, Dim], x: str, d: Dim) -> Dim:
    if x not in sizes:
        return d
    try:
        return broadcast_dim(sizes[x], d)
    except ValueError:
        raise OpTypeError(f"einsum: `{x}` is both {sizes[x]} and {d}") from None
