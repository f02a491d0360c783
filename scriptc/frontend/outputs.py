"""`out=` of NumPy's functions: such a call is an op of its own, which writes those operands."""

from __future__ import annotations

from scriptc.frontend.frame import Frame
from scriptc.frontend.values import FV, Const, TupleVal
from scriptc.ir import OpDef
from scriptc.ops.numpy_out import OutCall
from scriptc.types import NONE


def placed(f: Frame, op: OpDef, args: list[FV], kwargs: dict[str, FV]) -> tuple[list[FV], dict[str, FV], OpDef]:
    """The arguments in the order the variant with outputs takes them; as they are where no output is given.

    The arguments were evaluated before, so their order is free.
    """
    if op.signature is None or not op.name.startswith(("numpy.", "ndarray.")):
        return args, kwargs, op
    call = f.c.library.out_call(op)
    if call is None:
        return args, kwargs, op
    names = [p.name for p in op.signature.params]
    given = {**dict(zip(names, args, strict=False)), **kwargs}
    if len(given) != len(args) + len(kwargs):
        return args, kwargs, op
    outputs = _outputs(call, given, kwargs)
    if all(f.type_of(o) == NONE for o in outputs):
        return args, kwargs, op
    arranged = call.arrange(given, outputs)
    return (args, kwargs, op) if arranged is None else (*arranged, call.op)


def _outputs(call: OutCall, given: dict[str, FV], kwargs: dict[str, FV]) -> list[FV]:
    """What is given for each output: None where nothing is."""
    out = kwargs.get("out")
    if isinstance(out, TupleVal) and len(out.items) == len(call.outputs):
        return list(out.items)
    return [given.get(n, Const(None)) for n in call.outputs]
