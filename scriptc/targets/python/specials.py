"""The ops the Python target writes itself: structural ones without blocks, and those whose Python form is no call."""

from __future__ import annotations

import ast
from collections.abc import Callable

from scriptc.ir.core import Node, Value
from scriptc.targets.python.displays import DISPLAYS, statement
from scriptc.targets.python.flow import Assign, Augment, Copy, Do, Ex, place
from scriptc.targets.python.lowering import Leaf, Lowering, joined
from scriptc.targets.python.names import attribute
from scriptc.types import Record

Special = Callable[[Lowering, Node], bool | None]


def state_get(lw: Lowering, node: Node) -> None:
    """A slot that no graph sets is a global name wherever it is used (`Lowering.atom`)."""
    if lw.scope.is_fixed(node.attrs["name"]):
        return
    lw.produce(node, Ex(lw.global_name(lw.scope.state_name(node.attrs["name"]))))


def state_set(lw: Lowering, node: Node) -> None:
    (value,) = lw.take(node.operands)
    name = lw.scope.state_name(node.attrs["name"])
    lw.globals.add(name)
    target = place(ast.Name(name, ast.Store()), lw.pos)
    statement(lw, ast.Assign([target], value.node), [value])


def call(lw: Lowering, node: Node) -> None:
    args = lw.take(node.operands)
    function = lw.global_name(lw.callee(node))
    lw.produce(node, joined(place(ast.Call(function, [a.node for a in args], []), lw.pos), args))


def function(lw: Lowering, node: Node) -> None:
    """The graph's function itself, or bound to its captures: `partial` adds no Python frame."""
    captures = lw.take(node.operands)
    name = lw.global_name(lw.scope.functions[node.attrs["graph"]])
    if not captures:
        lw.produce(node, Ex(name))
        return
    partial = place(ast.Attribute(lw.global_name("functools"), "partial", ast.Load()), lw.pos)
    lw.produce(node, joined(place(ast.Call(partial, [name, *(c.node for c in captures)], []), lw.pos), captures))


def call_function(lw: Lowering, node: Node) -> None:
    callee, *args = lw.take(node.operands)
    lw.produce(node, joined(place(ast.Call(callee.node, [a.node for a in args], []), lw.pos), [callee, *args]))


def yield_(lw: Lowering, node: Node) -> None:
    (value,) = lw.take(node.operands)
    lw.flush()
    lw.has_yield = True
    lw.out.append(Do(joined(place(ast.Yield(value.node), lw.pos), [value]), lw.pos))


def raise_(lw: Lowering, node: Node) -> bool:
    parts = lw.take(node.operands)
    cause = parts[1].node if len(parts) > 1 else None
    statement(lw, ast.Raise(parts[0].node, cause), parts, ends=True)
    return False


def reraise(lw: Lowering, node: Node) -> bool:
    statement(lw, ast.Raise(None, None), [], ends=True)
    return False


def cell_new(lw: Lowering, node: Node) -> None:
    (result,) = node.results
    parts = lw.take(node.operands)
    if result in lw.shared and node in lw.scope.first_sets:
        return
    if result in lw.shared:
        lw.produce(node, joined(place(ast.List([p.node for p in parts], ast.Load()), lw.pos), parts))
        return
    lw.flush()
    var = lw.cells[result] = lw.function.new_var(result.hint)
    if parts:
        store_variable(lw, var, node.operands[0], parts[0])


def store_variable(lw: Lowering, var: int, value: Value, ex: Ex) -> None:
    lw.flush()
    if isinstance(ex.node, ast.Name) and len(ex.uses) == 1:
        lw.out.append(Copy([(var, ex.uses[0])], lw.pos))
    else:
        lw.out.append(Assign([var], ex, lw.pos))


def cell_get(lw: Lowering, node: Node) -> None:
    cell = lw.resolve(node.operands[0])
    var = lw.cells.get(cell)  # type: ignore[arg-type]
    if var is not None:
        lw.produce(node, lw.function.read(var, lw.pos))
        return
    (box,) = lw.take(node.operands)
    lw.produce(node, joined(_first(lw, box, ast.Load()), [box]))


def cell_set(lw: Lowering, node: Node) -> None:
    cell = lw.resolve(node.operands[0])
    var = lw.cells.get(cell)  # type: ignore[arg-type]
    if var is not None:
        (value,) = lw.take(node.operands[1:])
        store_variable(lw, var, node.operands[1], value)
        return
    if node in lw.scope.setting:
        (value,) = lw.take(node.operands[1:])
        lw.flush()
        assert not isinstance(cell, Leaf)
        lw.assign(cell, joined(place(ast.List([value.node], ast.Load()), lw.pos), [value]))
        return
    box, value = lw.take(node.operands, (1, 0))
    if not lw.scope.unbound_cells:
        statement(lw, ast.Assign([_first(lw, box, ast.Store())], value.node), [box, value])
        return
    whole = place(ast.Slice(None, None, None), lw.pos)
    target = place(ast.Subscript(box.node, whole, ast.Store()), lw.pos)
    items = place(ast.Tuple([value.node], ast.Load()), lw.pos)
    statement(lw, ast.Assign([target], items), [box, value])


def _first(lw: Lowering, box: Ex, ctx: ast.expr_context) -> ast.expr:
    return place(ast.Subscript(box.node, place(ast.Constant(0), lw.pos), ctx), lw.pos)


def record(lw: Lowering, node: Node) -> None:
    name = node.attrs["cls"]
    parts = lw.take(node.operands)
    cls = lw.global_name(lw.scope.class_name(name))
    definition = lw.scope.program.classes[name]
    args = [p.node for p in parts]
    if definition.kind == "namedtuple":
        made = place(ast.Call(cls, args, []), lw.pos)
    elif definition.kind == "exception":
        new = place(ast.Attribute(cls, "__new__", ast.Load()), lw.pos)
        made = place(ast.Call(new, [lw.global_name(lw.scope.class_name(name)), *args], []), lw.pos)
    else:
        new = place(ast.Attribute(lw.global_name("rt"), "new", ast.Load()), lw.pos)
        made = place(ast.Call(new, [cls], []), lw.pos)
    lw.produce(node, joined(made, parts))


def exception(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    cls = lw.global_name(lw.scope.class_name(node.attrs["cls"]))
    lw.produce(node, joined(place(ast.Call(cls, [p.node for p in parts], []), lw.pos), parts))


def attr_get(lw: Lowering, node: Node) -> None:
    (owner,) = lw.take(node.operands)
    lw.produce(node, joined(_attribute(lw, owner, node, ast.Load()), [owner]))


def attr_set(lw: Lowering, node: Node) -> None:
    """Python evaluates the value first: `owner.name = value`."""
    if _is_fresh_frozen(lw, node):
        owner, value = lw.take(node.operands)
        setter = place(ast.Attribute(lw.global_name("rt"), "set_field", ast.Load()), lw.pos)
        name = place(ast.Constant(attribute(node.attrs["name"])), lw.pos)
        lw.flush()
        lw.out.append(Do(joined(place(ast.Call(setter, [owner.node, name, value.node], []), lw.pos), [owner, value]), lw.pos))
        return
    owner, value = lw.take(node.operands, (1, 0))
    statement(lw, ast.Assign([_attribute(lw, owner, node, ast.Store())], value.node), [owner, value])


def _is_fresh_frozen(lw: Lowering, node: Node) -> bool:
    """Is this a field of a frozen dataclass, set while it is made?"""
    t = node.operands[0].type
    definition = lw.scope.program.classes.get(t.name) if isinstance(t, Record) else None
    if definition is None or "frozen" not in definition.options:
        return False
    return node.op.name == "attr.init"  # an `attr.set` is the user's own assignment, which raises


def attr_del(lw: Lowering, node: Node) -> None:
    (owner,) = lw.take(node.operands)
    statement(lw, ast.Delete([_attribute(lw, owner, node, ast.Del())]), [owner])


def _attribute(lw: Lowering, owner: Ex, node: Node, ctx: ast.expr_context) -> ast.expr:
    return place(ast.Attribute(owner.node, attribute(node.attrs["name"]), ctx), lw.pos)


def is_instance(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    classes: list[ast.expr] = [lw.global_name(lw.scope.class_name(n)) for n in node.attrs["classes"]]
    which = classes[0] if len(classes) == 1 else place(ast.Tuple(classes, ast.Load()), lw.pos)
    lw.produce(node, joined(place(ast.Call(lw.global_name("isinstance"), [parts[0].node, which], []), lw.pos), parts))


def attr_has(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    name = place(ast.Constant(attribute(node.attrs["name"])), lw.pos)
    lw.produce(node, joined(place(ast.Call(lw.global_name("hasattr"), [parts[0].node, name], []), lw.pos), parts))


def _type_of(lw: Lowering, value: ast.expr) -> ast.expr:
    return place(ast.Call(lw.global_name("type"), [value], []), lw.pos)


def type_is(lw: Lowering, node: Node) -> None:
    """`type(x) is C`, or `type(x) in (C, D)`."""
    parts = lw.take(node.operands)
    classes: list[ast.expr] = [lw.global_name(lw.scope.class_name(n)) for n in node.attrs["classes"]]
    right = classes[0] if len(classes) == 1 else place(ast.Tuple(classes, ast.Load()), lw.pos)
    op: ast.cmpop = ast.Is() if len(classes) == 1 else ast.In()
    lw.produce(node, joined(place(ast.Compare(_type_of(lw, parts[0].node), [op], [right]), lw.pos), parts))


def is_subclass(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    classes: list[ast.expr] = [lw.global_name(lw.scope.class_name(n)) for n in node.attrs["classes"]]
    right = classes[0] if len(classes) == 1 else place(ast.Tuple(classes, ast.Load()), lw.pos)
    lw.produce(node, joined(place(ast.Call(lw.global_name("issubclass"), [parts[0].node, right], []), lw.pos), parts))


def type_name(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    owner = _type_of(lw, parts[0].node) if node.op.name == "type.name" else parts[0].node
    name = "__qualname__" if node.attrs["name"] == "__qualname__" else "__name__"
    lw.produce(node, joined(place(ast.Attribute(owner, name, ast.Load()), lw.pos), parts))


def warn(lw: Lowering, node: Node) -> None:
    parts = lw.take(node.operands)
    function = place(ast.Attribute(lw.global_name("rt"), "warn", ast.Load()), lw.pos)
    category = lw.global_name(lw.scope.class_name(node.attrs["category"]))
    level = place(ast.Constant(node.attrs["stacklevel"]), lw.pos)
    lw.produce(node, joined(place(ast.Call(function, [parts[0].node, category, level], []), lw.pos), parts))


def enum_lookup(lw: Lowering, node: Node) -> None:
    """`Color(value)` or `Color[name]`."""
    parts = lw.take(node.operands)
    cls = lw.global_name(lw.scope.class_name(node.attrs["cls"]))
    made: ast.expr = ast.Call(cls, [parts[0].node], []) if node.op.name == "enum.by_value" else ast.Subscript(cls, parts[0].node, ast.Load())
    lw.produce(node, joined(place(made, lw.pos), parts))


def unpack(lw: Lowering, node: Node) -> None:
    (value,) = lw.take(node.operands)
    lw.flush()
    lw.unpack(node.results, value, node.attrs["before"] if node.attrs["star"] else None)


_AUGMENTED: dict[str, type[ast.operator]] = {
    "iadd": ast.Add, "isub": ast.Sub, "imul": ast.Mult, "itruediv": ast.Div, "ifloordiv": ast.FloorDiv, "imod": ast.Mod, "ipow": ast.Pow,
    "imatmul": ast.MatMult, "ilshift": ast.LShift, "irshift": ast.RShift, "iand": ast.BitAnd, "ior": ast.BitOr, "ixor": ast.BitXor,
}  # fmt: skip


def augmented(lw: Lowering, node: Node) -> None:
    """`r = x; r += y`, which becomes `x += y` where the two get one name."""
    parts = lw.take(node.operands)
    lw.prepare(node, parts)
    start, value = parts
    lw.flush()
    (result,) = node.results
    lw.alias.pop(result, None)
    var = lw.where[result] = lw.function.new_var(result.hint)
    store_variable(lw, var, node.operands[0], start)
    lw.out.append(Augment(var, _AUGMENTED[node.op.name](), value, lw.pos))


SPECIALS: dict[str, Special] = {
    "state.get": state_get, "state.set": state_set, "call": call, "function": function, "call_function": call_function,
    "yield": yield_, "raise": raise_, "reraise": reraise, "cell.new": cell_new, "cell.get": cell_get, "cell.set": cell_set,
    "record": record, "exception": exception, "attr.get": attr_get, "attr.set": attr_set, "attr.init": attr_set, "attr.del": attr_del,
    "attr.has": attr_has, "type.is": type_is, "exception_type.under": is_subclass, "type.name": type_name, "exception_type.name": type_name,
    "warn": warn, "enum.by_value": enum_lookup, "enum.by_name": enum_lookup,
    "isinstance": is_instance, "unpack": unpack, **dict.fromkeys(_AUGMENTED, augmented), **DISPLAYS,
}  # fmt: skip
