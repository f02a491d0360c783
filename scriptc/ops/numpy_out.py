"""`out=` of the functions that are no ufuncs: for each op with that parameter a variant `<name>.out` that writes it.

In the variant the required arguments come first and `out` right after them, so that `mutates` can name it:
`np.sum(x, 0, out=y)` is printed `np.sum(x, out=y, axis=0)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from scriptc.ir.core import Call, OpDef, OpTypeError, TypeRule
from scriptc.ops.numpy_base import check_fits
from scriptc.ops.numpy_support import WRITES, one_type_each
from scriptc.ops.signature import Signature
from scriptc.types import NONE, Tensor, Type

A = TypeVar("A")

OUT = "out: any = None"

WITHOUT = frozenset({"numpy.choose", "ndarray.choose"})
"""What `choose` gives with `out=` is another array, sometimes of another shape."""


@dataclass(frozen=True)
class OutCall:
    """A call of an op's `.out` variant: which parameters go first, which it writes, and which follow by keyword."""

    op: OpDef
    leading: tuple[str, ...]
    outputs: tuple[str, ...]

    def arrange(self, given: dict[str, A], outputs: Sequence[A]) -> tuple[list[A], dict[str, A]] | None:
        """The arguments, given by name, and the outputs, in the order of the variant; None where a leading one is missing."""
        if not set(self.leading) <= set(given):
            return None
        leading = [given[n] for n in self.leading]
        rest = {n: v for n, v in given.items() if n not in (*self.leading, *self.outputs, "out")}
        return (leading, {"out": outputs[0], **rest}) if len(outputs) == 1 else ([*leading, *outputs], rest)


def variants(ops: Iterable[OpDef]) -> tuple[OpDef, ...]:
    """The `.out` variants of those ops that have the parameter and no variant yet."""
    ops = tuple(ops)
    names = {op.name for op in ops}
    return tuple(_variant(op) for op in ops if _takes_out(op) and f"{op.name}.out" not in names)


def _takes_out(op: OpDef) -> bool:
    parts = _parts(op)
    if op.name in WITHOUT or op.name.endswith(".out"):
        return False
    return OUT in parts and not any(p.startswith("*") and p != "*" for p in parts)


def _parts(op: OpDef) -> list[str]:
    return [] if op.signature is None else op.signature.text.removeprefix("(").removesuffix(") -> any").split(", ")


def _variant(op: OpDef) -> OpDef:
    parts = _parts(op)
    first = next(i for i, p in enumerate(parts) if "=" in p)
    leading = [p for p in parts[:first] if p not in ("/", "*")]
    rest = [p for p in parts[first:] if p not in ("/", "*", OUT)]
    text = ", ".join((*leading, "/", "out: any", "*", *rest)) if rest else ", ".join((*leading, "/", "out: any"))
    signature = Signature(op.name, f"({text}) -> any")
    return OpDef(f"{op.name}.out", _rule(op, signature, len(leading)), op.emit, WRITES, (len(leading),), signature)


def _rule(op: OpDef, signature: Signature, at: int) -> TypeRule:
    """The plain op's rule on the other arguments, and then whether the result may be stored in `out`."""

    def rule(call: Call) -> tuple[Type, ...]:
        one_type_each(call.args)
        signature.bind(call.args, call.kw)
        if len(call.args) - len(call.kw) > at + ("out" not in call.kw) or (call.kw and "out" in call.kw[1:]):
            raise OpTypeError("`out` must come right after the operands", at)
        plain = Call((*call.args[:at], *call.args[at + 1 :]), tuple(k for k in call.kw if k != "out"), call.attrs, call.program)
        try:
            (result,) = op.rule(plain)
        except OpTypeError as e:
            place = e.operand if e.operand is None or e.operand < at else e.operand + 1
            raise OpTypeError(e.message, place, e.help) from None
        return (_into(result, call.args[at].type, at),)

    return rule


def _into(result: Type, target: Type, at: int) -> Type:
    if target == NONE:
        return result
    if not isinstance(target, Tensor) or target.scalar is True:
        raise OpTypeError("`out` must be an array", at)
    if isinstance(result, Tensor) and not (target.shape is not None and 0 in target.shape):
        # (NumPy forgives an empty output a shape of its own, here and there.)
        check_fits(result.shape, target.shape, "`out`")
    # The methods of NumPy scalars give a scalar even then.
    return Tensor(target.dtype, target.shape, False if target.shape else None)
