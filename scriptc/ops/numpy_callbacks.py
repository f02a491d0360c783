"""`np.vectorize(f)(x)`: NumPy calls a function of the program for each element."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.effects import ALL
from scriptc.ops.numpy_base import Shape, array, broadcast, operand, python_kind, static_dtype
from scriptc.ops.numpy_support import one_type_each
from scriptc.types import BOOL, COMPLEX, FLOAT, INT, Function, Tensor, Tuple, Type, members, union


def _function(call: Call) -> Function:
    if not call.args or call.kw or not isinstance(call.args[0].type, Function):
        raise OpTypeError("a function is needed", 0)
    return call.args[0].type


def _takes(fn: Function, given: tuple[Type, ...]) -> None:
    if fn.params != given:
        raise OpTypeError(f"the function was compiled for {fn.params}, but is called with {given}", 0)


def _dtype(t: Type) -> str | None:
    """The dtype of `np.asarray(value)` for every value of the type; a Python int may be too large for int64."""
    found = {_one_dtype(m) for m in members(t)}
    return found.pop() if len(found) == 1 else None


def _one_dtype(t: Type) -> str | None:
    plain: dict[Type, str] = {FLOAT: "float64", BOOL: "bool", COMPLEX: "complex128"}
    return t.dtype if isinstance(t, Tensor) else plain.get(t)


def element_params(operands: tuple[Arg, ...], typed: bool) -> tuple[Type, ...]:
    """What `np.vectorize` calls its function with: Python's numbers; before, to see the dtype of the result, NumPy scalars."""
    return tuple(_element(a, i, typed) for i, a in enumerate(operands, 1))


def _element(a: Arg, index: int, typed: bool) -> Type:
    x = operand(a, index)
    python = python_kind(x.dtype) if x.dtype is not None else INT if x.weak is int else None
    if python is None:
        raise OpTypeError("the dtype of what `np.vectorize` walks over must be known", index, "annotate the array's dtype, or use `astype`")
    return python if typed else union((python, Tensor(x.dtype, (), True)))


def _broadcast(operands: tuple[Arg, ...]) -> Shape | None:
    return broadcast(*(operand(a, i).shape for i, a in enumerate(operands, 1)))


def vectorized(call: Call) -> tuple[Type, ...]:
    """`np.vectorize(f)(*operands)`: the dtype is that of the first result."""
    one_type_each(call.args[1:])
    fn, operands = _function(call), call.args[1:]
    if not operands:
        raise OpTypeError("a vectorized function needs arguments")
    _takes(fn, element_params(operands, False))
    shape = _broadcast(operands)
    return (_outputs(fn.result, shape),)


def _outputs(result: Type, shape: Shape | None) -> Type:
    if isinstance(result, Tuple):
        return Tuple(tuple(_output(r, shape) for r in result.items))
    return _output(result, shape)


def _output(result: Type, shape: Shape | None) -> Type:
    for m in members(result):
        if m not in (INT, FLOAT, BOOL, COMPLEX) and not (isinstance(m, Tensor) and m.scalar is True):
            raise OpTypeError(f"a vectorized function must give a number, not a `{result}`", 0)
    return array(_dtype(result), shape)


def vectorized_as(call: Call) -> tuple[Type, ...]:
    """`np.vectorize(f, otypes=[dtype])(*operands)`."""
    one_type_each(call.args[2:])
    fn, operands = _function(call), call.args[2:]
    if not operands:
        raise OpTypeError("a vectorized function needs arguments")
    _takes(fn, element_params(operands, True))
    _output(fn.result, ())
    return (array(static_dtype(call.args[1], "float64", 1), _broadcast(operands)),)


OPS: tuple[OpDef, ...] = (
    OpDef("vectorize", vectorized, "np.vectorize($0)($*)", ALL),
    OpDef("vectorize.typed", vectorized_as, "np.vectorize($0, otypes=[$1])($*)", ALL),
)
