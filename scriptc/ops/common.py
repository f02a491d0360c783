"""What type rules share: how a value looks to Python's own operations, what it iterates over, whether it hashes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from scriptc.ir.core import Arg, Call, OpTypeError, Program
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    SLICE,
    STR,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    EnumType,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    Union,
    join_all,
    members,
)

if TYPE_CHECKING:
    from types import ModuleType

NUMBER_RANK: dict[Type, int] = {BOOL: 0, INT: 1, FLOAT: 2, COMPLEX: 3}
"""Python's scalar numbers, in the order arithmetic promotes them."""


def tensors() -> ModuleType:
    """`scriptc.ops.tensor_rules`: what the operators do where an operand is a NumPy value."""
    from scriptc.ops import tensor_rules

    return tensor_rules


def tensor_result(value: Any) -> Type:
    """A hook's answer: a type, or a rule's tuple of one."""
    if isinstance(value, tuple):
        value = value[0]
    assert isinstance(value, Type)
    return value


def show(t: Type) -> str:
    """The type as messages quote it."""
    return f"'{t}'"


def ancestors(name: str, program: Program | None) -> list[str]:
    """The class and all its bases, nearest first, as far as the program declares them."""
    found, todo = [], [name]
    while todo:
        current = todo.pop(0)
        if current in found:
            continue
        found.append(current)
        if program is not None and current in program.classes:
            todo.extend(program.classes[current].bases)
    return found


def special(t: Record, method: str, program: Program | None) -> str | None:
    """The graph of a special method of a record's class or of a base."""
    if program is None:
        return None
    for name in ancestors(t.name, program):
        declared = program.classes.get(name)
        if declared is not None and method in declared.methods:
            return declared.methods[method]
    return None


def builtin_view(t: Type, program: Program | None) -> Type:
    """`t` as the built-in type its class derives from: a namedtuple is a tuple, an IntEnum member an int."""
    if isinstance(t, Record) and program is not None:
        declared = program.classes.get(t.name)
        if declared is not None and declared.kind == "namedtuple":
            return Tuple(tuple(f.type for f in declared.fields))
    if isinstance(t, EnumType):
        bases = ancestors(t.name, program)
        return INT if "int" in bases else STR if "str" in bases else t
    return t


def view_arg(a: Arg, program: Program | None) -> Arg:
    t = builtin_view(a.type, program)
    return a if t is a.type else Arg(t, a.const)


def is_index(t: Type) -> bool:
    """May `operator.index` take it? (A `numpy.bool` may not.)"""
    if isinstance(t, Tensor):
        return t.shape in (None, ()) and (t.dtype is None or t.dtype.startswith(("int", "uint")))
    return t in (INT, BOOL)


def is_real(t: Type) -> bool:
    """May `float()` take it as a number?"""
    if isinstance(t, Tensor):
        return t.shape in (None, ()) and (t.dtype is None or not t.dtype.startswith(("complex", "str", "bytes")))
    return t in (INT, BOOL, FLOAT)


def has_tensor(types: Iterable[Type]) -> bool:
    return any(isinstance(m, Tensor) for t in types for m in members(t))


_ITERATES: dict[type[Type], Callable[[Any], Type]] = {
    List: lambda t: t.elem,
    Deque: lambda t: t.elem,
    Set: lambda t: t.elem,
    Dict: lambda t: t.key,
    DefaultDict: lambda t: t.key,
    DictView: lambda t: t.elem,
    TupleOf: lambda t: t.elem,
    IteratorOf: lambda t: t.elem,
    Tuple: lambda t: join_all(t.items),
}


def element(t: Type, program: Program | None = None) -> Type | None:
    """What iterating over `t` gives, or None where it cannot be iterated over."""
    t = builtin_view(t, program)
    if isinstance(t, Union):
        parts = [element(m, program) for m in t.members]
        return None if any(p is None for p in parts) else join_all(p for p in parts if p is not None)
    if t == STR:
        return STR
    if t in (RANGE, BYTES):
        return INT
    if t == NEVER:
        return NEVER
    if isinstance(t, Tensor):
        return tensor_element(t)
    how = _ITERATES.get(type(t))
    return None if how is None else how(t)


def tensor_element(t: Tensor) -> Type | None:
    try:
        return tensor_result(tensors().iterate(Arg(t)))
    except OpTypeError:
        return None


def need_element(a: Arg, program: Program | None, operand: int | None = None) -> Type:
    """What iterating over the operand gives; raises `OpTypeError` as Python raises `TypeError`."""
    found = element(a.type, program)
    if found is None:
        help = "check `is None` first" if NONE in members(a.type) else None
        raise OpTypeError(f"{show(a.type)} object is not iterable", operand, help)
    return found


def is_hashable(t: Type, program: Program | None = None) -> bool:
    """False where `hash` certainly raises."""
    if isinstance(t, List | Deque | Dict | DefaultDict) or t == SLICE or (isinstance(t, DictView) and t.kind != "values"):
        return False
    if isinstance(t, Set):
        return t.frozen
    if isinstance(t, Tensor):
        return t.scalar is not False
    if isinstance(t, Record):
        return _record_hashable(t, program)
    return all(is_hashable(c, program) for c in t.children()) if isinstance(t, Tuple | TupleOf | Union) else True


def _record_hashable(t: Record, program: Program | None) -> bool:
    declared = program.classes.get(t.name) if program is not None else None
    if declared is None or program is None:
        return True
    if declared.kind == "namedtuple":
        return all(is_hashable(f.type, program) for f in declared.fields)
    if special(t, "__hash__", program):
        return True
    if declared.kind == "dataclass" and "eq" in declared.options and "unsafe_hash" not in declared.options:
        return "frozen" in declared.options and all(is_hashable(f.type, program) for f in declared.fields)
    return special(t, "__eq__", program) is None


def need_hashable(t: Type, program: Program | None, operand: int | None = None) -> None:
    """Raise `OpTypeError` as Python raises `TypeError: unhashable type`."""
    for m in members(t):
        if not is_hashable(m, program):
            raise OpTypeError(f"unhashable type: {show(m)}", operand)


def has_address(t: Type, program: Program | None = None) -> bool:
    """Does `repr` of it show a memory address, which no two runs share?"""
    if isinstance(t, Function | IteratorOf | Cell) or (isinstance(t, DefaultDict) and t.factory == "function"):
        return True
    if not isinstance(t, Record):
        return any(has_address(c, program) for c in t.children())
    declared = program.classes.get(t.name) if program is not None else None
    if declared is None or declared.kind not in ("class", "dataclass"):
        return False
    if declared.kind == "dataclass" and "repr" in declared.options:
        return any(has_address(f.type, program) for f in declared.fields if f.type != t and not _mentions(f.type, t))
    if any(b in ("int", "str") or _is_exception(b) for b in ancestors(t.name, program)):
        return False
    return special(t, "__repr__", program) is None


def _mentions(t: Type, record: Record) -> bool:
    return t == record or any(_mentions(c, record) for c in t.children())


def _is_exception(name: str) -> bool:
    import builtins

    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def need_printable(t: Type, program: Program | None, operand: int | None = None) -> None:
    """Refuse text that would show an address."""
    for m in members(t):
        if isinstance(m, Record) and special(m, "__str__", program):
            continue
        if has_address(m, program):
            raise OpTypeError(f"the text of {show(m)} shows a memory address, which differs from run to run", operand, "define `__repr__`")


def self_arg(call: Call) -> Arg:
    """The receiver of a method."""
    return view_arg(call.args[0], call.program)


def one(t: Type) -> tuple[Type, ...]:
    return (t,)
