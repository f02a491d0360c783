"""Ops on enum members and exceptions that are neither operators nor methods."""

from __future__ import annotations

import builtins

from scriptc.ir.core import Arg, Call, Effect, OpDef, OpTypeError, TypeRule
from scriptc.ops import common
from scriptc.types import ERRSTATE, EXC_TYPE, INT, NEVER, NONE, STR, TRACEBACK, EnumType, IteratorOf, Record, TupleOf, Type, join, members

RAISES = frozenset({Effect.RAISE})
READS = frozenset({Effect.READ})


def _one(call: Call) -> None:
    if len(call.args) != 1:
        raise OpTypeError("takes one value")


def _class_test(call: Call) -> tuple[Type, ...]:
    from scriptc.ir.checks import is_dotted
    from scriptc.types import BOOL

    _one(call)
    classes = call.attrs.get("classes")
    known = call.program.classes if call.program is not None else {}
    if type(classes) is not tuple or not all(is_dotted(c) or c in known for c in classes):
        raise OpTypeError("malformed class names")
    return (BOOL,)


def _has(call: Call) -> tuple[Type, ...]:
    from scriptc.ir.checks import is_identifier
    from scriptc.types import BOOL

    _one(call)
    if not is_identifier(call.attrs.get("name")):
        raise OpTypeError("not an identifier")
    return (BOOL,)


def _type_name(call: Call) -> tuple[Type, ...]:
    _one(call)
    if call.attrs.get("name") not in ("__name__", "__qualname__"):
        raise OpTypeError("the name of a class is its `__name__` or `__qualname__`")
    return (STR,)


def _init(call: Call) -> tuple[Type, ...]:
    from scriptc.ir.structural import STRUCTURAL

    return STRUCTURAL["attr.set"].rule(call)


def _exception_name(call: Call) -> tuple[Type, ...]:
    if call.args[0].type != EXC_TYPE:
        raise OpTypeError(f"`{call.args[0].type}` is not the class of an exception", 0)
    return _type_name(call)


def _exception_args(call: Call) -> tuple[Type, ...]:
    if not isinstance(call.args[0].type, Record):
        raise OpTypeError(f"`{call.args[0].type}` is not an exception", 0)
    found = call.attrs.get("type")
    if not isinstance(found, TupleOf):
        raise OpTypeError("the arguments of an exception are a tuple")
    return (found,)


def _member(call: Call) -> EnumType:
    t = call.args[0].type
    if not isinstance(t, EnumType):
        raise OpTypeError(f"`{t}` is not an enum member", 0)
    return t


def _name(call: Call) -> tuple[Type, ...]:
    _member(call)
    return (STR,)


def value_type(value: object) -> Type:
    """The type of an enum member's value: plain scalars and tuples of them."""
    from scriptc.types import BOOL, BYTES, COMPLEX, FLOAT, INT, Tuple

    atoms: dict[type, Type] = {bool: BOOL, int: INT, float: FLOAT, complex: COMPLEX, str: STR, bytes: BYTES, type(None): NONE}
    if type(value) is tuple:
        return Tuple(tuple(value_type(v) for v in value))
    found = atoms.get(type(value))
    if found is None:
        raise OpTypeError(f"an enum value of type `{type(value).__name__}`")
    return found


def _value(call: Call) -> tuple[Type, ...]:
    t = _member(call)
    definition = call.program.classes.get(t.name) if call.program is not None else None
    if definition is None:
        raise OpTypeError(f"no enum `{t.name}` in the program")
    out: Type = NEVER
    for _, v in definition.members:
        out = join(out, value_type(v))
    return (out,)


def _lookup(call: Call) -> tuple[Type, ...]:
    name = call.attrs["cls"]
    if call.program is None or name not in call.program.classes or call.program.classes[name].kind != "enum":
        raise OpTypeError(f"no enum `{name}` in the program")
    return (EnumType(name),)


def _exception(result: Type) -> object:
    def rule(call: Call) -> tuple[Type, ...]:
        if not isinstance(call.args[0].type, Record):
            raise OpTypeError(f"`{call.args[0].type}` is not an exception", 0)
        return (result,)

    return rule


def _warn(call: Call) -> tuple[Type, ...]:
    category = getattr(builtins, str(call.attrs.get("category")), None)
    if not (isinstance(category, type) and issubclass(category, Warning)) or type(call.attrs.get("stacklevel")) is not int:
        raise OpTypeError("a warning needs a built-in category and a stack level")
    if call.args[0].type != STR:
        raise OpTypeError("a warning needs a text", 0)
    return (NONE,)


def _errstate(call: Call) -> tuple[Type, ...]:
    known = {"all", "divide", "over", "under", "invalid"}
    if len(call.kw) != len(call.args) or not set(call.kw) <= known or any(a.type not in (STR, NONE) for a in call.args):
        raise OpTypeError("errstate takes all, divide, over, under and invalid, each a text")
    return (ERRSTATE,)


def _errstate_method(call: Call) -> tuple[Type, ...]:
    if call.args[0].type != ERRSTATE:
        raise OpTypeError(f"`{call.args[0].type}` is no errstate", 0)
    return (NONE,)


def _rows(call: Call) -> Type:
    elem = common.element(call.args[0].type, call.program)
    if elem is None:
        raise OpTypeError(f"`{call.args[0].type}` cannot be unpacked with `*`", 0)
    return elem


def _zip_star(call: Call) -> tuple[Type, ...]:
    parts: Type = NEVER
    for row in members(_rows(call)):
        inner = common.element(row, call.program)
        if inner is None:
            raise OpTypeError(f"`{row}` is not iterable", 0)
        parts = join(parts, inner)
    return (IteratorOf(TupleOf(parts)),)


def _print_star(call: Call) -> tuple[Type, ...]:
    from scriptc.ops.builtins_ import OPS as BUILTINS

    rule = next(op.rule for op in BUILTINS if op.name == "print")
    return rule(Call((Arg(_rows(call)), *call.args[1:]), call.kw, call.attrs, call.program))


def _extreme_star(name: str) -> TypeRule:
    def rule(call: Call) -> tuple[Type, ...]:
        from scriptc.ops.builtins_ import OPS as BUILTINS

        elem = _rows(call)
        found = next(op.rule for op in BUILTINS if op.name == name)
        return found(Call((Arg(elem), Arg(elem), *call.args[1:]), call.kw, call.attrs, call.program))

    return rule


ALL = frozenset({Effect.READ, Effect.IO, Effect.RAISE})

def _hash_same(call: Call) -> tuple[Type, ...]:
    _one(call)
    common.need_hashable(call.args[0].type, call.program, 0)
    return (INT,)


OPS = (
    OpDef("hash.same", _hash_same, "hash($0)", READS | RAISES),
    OpDef("warn", _warn, None, ALL),
    OpDef("errstate", _errstate, "np.errstate($*)", ALL),
    OpDef("errstate.enter", _errstate_method, "$0.__enter__()", ALL),
    OpDef("errstate.exit", _errstate_method, "$0.__exit__(None, None, None)", ALL),
    OpDef("star.zip", _zip_star, "zip(*$0)", READS | RAISES),
    OpDef("star.print", _print_star, "print(*$0, $*)", ALL),
    OpDef("star.max", _extreme_star("max"), "max(*$0, $*)", READS | RAISES),
    OpDef("star.min", _extreme_star("min"), "min(*$0, $*)", READS | RAISES),
    OpDef("enum.name", _name, "$0.name"),
    OpDef("enum.value", _value, "$0.value"),
    OpDef("enum.by_value", _lookup, None, RAISES),
    OpDef("enum.by_name", _lookup, None, RAISES),
    OpDef("attr.init", _init, None, frozenset({Effect.WRITE, Effect.RAISE}), (0,)),
    OpDef("attr.has", _has, None, READS),
    OpDef("type.is", _class_test, None),
    OpDef("type.name", _type_name, None),
    OpDef("exception_type.under", _class_test, None),
    OpDef("exception_type.name", _exception_name, None),
    OpDef("exception.args", _exception_args, "$0.args", READS),
    OpDef("exception.type", _exception(EXC_TYPE), "type($0)"),  # type: ignore[arg-type]
    OpDef("exception.traceback", _exception(TRACEBACK), "$0.__traceback__"),  # type: ignore[arg-type]
)
