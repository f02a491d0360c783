"""The structural ops: those the verifier, the passes and each target know by name. Their meaning is in docs/ir.md.

`cond`, `while`, `try` and `cell.new` have no rule of their own: their results are declared where they are built, and the
verifier checks them against their blocks.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable

from scriptc.ir.core import Call, ClassDef, Effect, FieldDef, Graph, OpDef, OpTypeError, Program
from scriptc.types import (
    BOOL,
    BYTES,
    COMPLEX,
    ELLIPSIS,
    EXC_TYPE,
    FLOAT,
    INT,
    NEVER,
    NONE,
    RANGE,
    STR,
    UNDEF,
    Cell,
    DefaultDict,
    Deque,
    Dict,
    DictView,
    Function,
    IteratorOf,
    List,
    Record,
    Set,
    Tensor,
    Tuple,
    TupleOf,
    Type,
    is_subtype,
    join_all,
    members,
)

ALL_EFFECTS = frozenset(Effect)
CONST_TYPES: dict[type, Type] = {
    type(None): NONE, bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR, bytes: BYTES, type(...): ELLIPSIS,
}  # fmt: skip


def element_type(t: Type) -> Type:
    """What iterating over a `t` gives; raises `OpTypeError` where it cannot be iterated. `t` is not a union."""
    if t in (RANGE, BYTES):
        return INT
    if t == STR:
        return STR
    if isinstance(t, List | Deque | Set | TupleOf | IteratorOf | DictView):
        return t.elem
    if isinstance(t, Dict | DefaultDict):
        return t.key
    if isinstance(t, Tuple):
        return join_all(t.items)
    if isinstance(t, Tensor):
        return _row(t)
    raise OpTypeError(f"`{t}` cannot be iterated", 0)


def _row(t: Tensor) -> Type:
    if t.scalar or t.shape == ():
        raise OpTypeError(f"`{t}` cannot be iterated: it has no dimension", 0)
    if t.shape is None:
        return Tensor(t.dtype, None, None)
    return Tensor(t.dtype, t.shape[1:], len(t.shape) == 1)


def exception_class(program: Program | None, name: str) -> bool:
    """Is `name` an exception: one of Python's own, or a class of the program of that kind?"""
    if program is not None and name in program.classes:
        return program.classes[name].kind == "exception"
    return builtin_exception(name)


def builtin_exception(name: str) -> bool:
    found = getattr(builtins, name, None)
    return isinstance(found, type) and issubclass(found, BaseException)


def class_fields(program: Program, name: str) -> dict[str, FieldDef]:
    """The fields of a class of the program, those of its bases included."""
    out: dict[str, FieldDef] = {}
    pending, seen = [name], set[str]()
    while pending:
        current = pending.pop(0)
        if current in seen or current not in program.classes:
            continue
        seen.add(current)
        for f in program.classes[current].fields:
            out.setdefault(f.name, f)
        pending.extend(program.classes[current].bases)
    return out


def _program(call: Call) -> Program:
    if call.program is None:
        raise OpTypeError("this operation needs its program")
    return call.program


def _class(call: Call) -> ClassDef:
    name = call.attrs["cls"]
    found = _program(call).classes.get(name)
    if found is None:
        raise OpTypeError(f"no class `{name}` in the program")
    return found


def _graph(call: Call) -> Graph:
    name = call.attrs["graph"]
    found = _program(call).graphs.get(name)
    if found is None:
        raise OpTypeError(f"no graph `{name}` in the program")
    return found


def _count(call: Call, *counts: int) -> None:
    if len(call.args) not in counts:
        raise OpTypeError(f"takes {' or '.join(map(str, counts))} operands, not {len(call.args)}")


def _fits(call: Call, index: int, wanted: Type) -> None:
    if not is_subtype(call.args[index].type, wanted):
        raise OpTypeError(f"expected `{wanted}`, found `{call.args[index].type}`", index)


def _const(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    found = CONST_TYPES.get(type(call.attrs["value"]))
    if found is None:
        raise OpTypeError(f"no const of type `{type(call.attrs['value']).__name__}`")
    return (found,)


def _constant(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    found = _program(call).constants.get(call.attrs["name"])
    if found is None:
        raise OpTypeError(f"no constant `{call.attrs['name']}` in the program")
    return (found.type,)


def _undef(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    return (UNDEF,)


def _unreachable(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    return (NEVER,)


def _narrow(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    wanted: Type = call.attrs["type"]
    if not is_subtype(wanted, call.args[0].type):
        raise OpTypeError(f"`{call.args[0].type}` cannot be narrowed to `{wanted}`", 0)
    return (wanted,)


def _state_type(call: Call) -> Type:
    program, name = _program(call), call.attrs["name"]
    found = program.state.get(name)
    if found is None:
        raise OpTypeError(f"no state `{name}` in the program")
    return found.type


def _state_get(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    return (_state_type(call),)


def _state_set(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    _fits(call, 0, _state_type(call))
    return ()


def _call(call: Call) -> tuple[Type, ...]:
    graph = _graph(call)
    _count(call, len(graph.params))
    for i, p in enumerate(graph.params):
        _fits(call, i, p.type)
    return graph_results(graph)


def graph_results(graph: Graph) -> tuple[Type, ...]:
    """What a call of `graph` gives: its results, or its iterator where it is a generator."""
    if graph.generator:
        return (IteratorOf(graph.item or NEVER),)
    return graph.result_types


def _function(call: Call) -> tuple[Type, ...]:
    graph = _graph(call)
    captures, results = len(call.args), graph_results(graph)
    if captures > len(graph.params):
        raise OpTypeError(f"{captures} captures for {len(graph.params)} parameters")
    if len(results) != 1:
        raise OpTypeError(f"a function has one result, not {len(results)}")
    for i in range(captures):
        _fits(call, i, graph.params[i].type)
    return (Function(tuple(p.type for p in graph.params[captures:]), results[0]),)


def _call_function(call: Call) -> tuple[Type, ...]:
    if not call.args or not isinstance(call.args[0].type, Function):
        raise OpTypeError("operand 0 must be a function", 0)
    function = call.args[0].type
    _count(call, len(function.params) + 1)
    for i, wanted in enumerate(function.params, 1):
        _fits(call, i, wanted)
    return (function.result,)


def _yield(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    return ()


def _raise(call: Call) -> tuple[Type, ...]:
    _count(call, 1, 2)
    for i, arg in enumerate(call.args):
        for t in members(arg.type):
            if not (_exception_value(call, t) or (i == 1 and t == NONE)):
                raise OpTypeError(f"exceptions are raised, not `{t}`", i)
    return ()


def _exception_value(call: Call, t: Type) -> bool:
    return t in (EXC_TYPE, NEVER) or (isinstance(t, Record) and exception_class(call.program, t.name))


def _reraise(call: Call) -> tuple[Type, ...]:
    _count(call, 0)
    return ()


def _cell(call: Call) -> Cell:
    t = call.args[0].type if call.args else NEVER
    if not isinstance(t, Cell):
        raise OpTypeError(f"expected a cell, found `{t}`", 0)
    return t


def _cell_get(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    return (_cell(call).elem,)


def _cell_set(call: Call) -> tuple[Type, ...]:
    _count(call, 2)
    _fits(call, 1, _cell(call).elem)
    return ()


def _record(call: Call) -> tuple[Type, ...]:
    cls = _class(call)
    if cls.kind not in ("class", "dataclass", "namedtuple", "exception"):
        raise OpTypeError(f"`{cls.name}` is not a class of instances")
    fields = list(class_fields(_program(call), cls.name).values()) if cls.kind == "namedtuple" else []
    _count(call, len(fields))
    for i, f in enumerate(fields):
        _fits(call, i, f.type)
    return (Record(cls.name),)


def _exception(call: Call) -> tuple[Type, ...]:
    name = call.attrs["cls"]
    if not exception_class(call.program, name):
        raise OpTypeError(f"`{name}` is not an exception class")
    return (Record(name),)


def _field(call: Call) -> FieldDef:
    t = call.args[0].type if call.args else NEVER
    if not isinstance(t, Record):
        raise OpTypeError(f"expected an object, found `{t}`", 0)
    found = class_fields(_program(call), t.name).get(call.attrs["name"])
    if found is None:
        raise OpTypeError(f"`{t}` has no attribute `{call.attrs['name']}`", 0)
    return found


def _attr_get(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    return (_field(call).type,)


def _attr_set(call: Call) -> tuple[Type, ...]:
    _count(call, 2)
    _fits(call, 1, _field(call).type)
    return ()


def _attr_del(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    _field(call)
    return ()


def _isinstance(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    return (BOOL,)


def _unpack(call: Call) -> tuple[Type, ...]:
    _count(call, 1)
    before: int = call.attrs["before"]
    after: int = call.attrs["after"]
    star: bool = call.attrs["star"]
    t = call.args[0].type
    if isinstance(t, Tuple):
        return _unpack_tuple(t, before, after, star)
    elem = element_type(t)
    rest: tuple[Type, ...] = (List(elem),) if star else ()
    return (elem,) * before + rest + (elem,) * after


def _unpack_tuple(t: Tuple, before: int, after: int, star: bool) -> tuple[Type, ...]:
    n, wanted = len(t.items), before + after
    if n < wanted or (n > wanted and not star):
        what = "not enough" if n < wanted else "too many"
        raise OpTypeError(f"{what} values to unpack: expected {'at least ' if star else ''}{wanted}, found {n}", 0)
    if not star:
        return t.items
    rest = List(join_all(t.items[before : n - after]))
    return (*t.items[:before], rest, *t.items[n - after :])


def _declared(call: Call) -> tuple[Type, ...]:
    raise OpTypeError("this operation's results are declared where it is built")


def _ops() -> dict[str, OpDef]:
    read, write, fail = Effect.READ, Effect.WRITE, Effect.RAISE
    rows: list[tuple[str, Callable[[Call], tuple[Type, ...]], frozenset[Effect], tuple[int, ...]]] = [
        ("const", _const, frozenset(), ()),
        ("constant", _constant, frozenset(), ()),
        ("undef", _undef, frozenset(), ()),
        ("unreachable", _unreachable, frozenset(), ()),
        ("narrow", _narrow, frozenset(), ()),
        ("state.get", _state_get, frozenset({read}), ()),
        ("state.set", _state_set, frozenset({write}), ()),
        ("cond", _declared, ALL_EFFECTS, ()),
        ("while", _declared, ALL_EFFECTS, ()),
        ("try", _declared, ALL_EFFECTS, ()),
        ("call", _call, ALL_EFFECTS, ()),
        ("function", _function, frozenset(), ()),
        ("call_function", _call_function, ALL_EFFECTS, ()),
        ("yield", _yield, ALL_EFFECTS, ()),
        ("raise", _raise, frozenset({fail}), ()),
        ("reraise", _reraise, frozenset({fail}), ()),
        ("cell.new", _declared, frozenset(), ()),
        ("cell.get", _cell_get, frozenset({read, fail}), ()),
        ("cell.set", _cell_set, frozenset({write}), (0,)),
        ("record", _record, frozenset(), ()),
        ("exception", _exception, frozenset(), ()),
        ("attr.get", _attr_get, frozenset({read, fail}), ()),
        ("attr.set", _attr_set, frozenset({write, fail}), (0,)),
        ("attr.del", _attr_del, frozenset({write, fail}), (0,)),
        ("isinstance", _isinstance, frozenset(), ()),
        ("unpack", _unpack, frozenset({read, write, fail}), ()),
    ]
    return {name: OpDef(name, rule, None, effects, mutates, structural=True) for name, rule, effects, mutates in rows}


STRUCTURAL: dict[str, OpDef] = _ops()
"""Every structural op by name; `scriptc.ops.TABLE` contains them."""
