"""A function being lowered: its names, the block it emits into, and how values become graph values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from scriptc.frontend import sides
from scriptc.frontend.values import (
    FV,
    POISON,
    TURNS,
    CellBox,
    CellVal,
    Conflict,
    Const,
    Dyn,
    Fact,
    LocalFunc,
    Poison,
    Unbound,
    walked_once,
)  # fmt: skip
from scriptc.ir import Block, Effect, NeedsWiden, Node, OpDef, OpTypeError, Value, call_of, infer
from scriptc.types import ERROR, NEVER, Atom, Cell, Function, IteratorOf, Tensor, Type, TypeGrowth, is_subtype, members, union, walk

if TYPE_CHECKING:
    from scriptc.frontend.compiler import Compiler
    from scriptc.frontend.records import Explain

Env = dict[str, FV]
Notes = tuple[str, ...]


class Refused(Exception):
    """The construct cannot be compiled; already reported. Unwinds to the statement."""


class Frame:
    """One graph on its way: names to values, the current block, the function's source and its static surroundings."""

    def __init__(self, compiler: Compiler, key: Any, unit: Any, node: Any, qualname: str, statics: Any) -> None:
        self.c = compiler
        self.key = key
        self.unit = unit
        self.tree = node
        self.qualname = qualname
        self.statics = statics
        self.env: Env = {}
        self.blocks: list[Block] = []
        self.locals: set[str] = set()
        self.local_defs: dict[str, Any] = {}
        self.defs: set[str] = set()  # names that only a `def` binds
        self.cell_names: set[str] = set()
        self.generator = False
        self.item: Type = NEVER
        self.try_cells: list[dict[str, Type]] = []
        self.handler: list[Value] = []
        self.caller: tuple[Frame, Any] | None = compiler.call_chain[-1] if compiler.call_chain else None
        self.cls: type | None = None
        self.self_fv: FV | None = None
        self.serial = 0
        self.plain_items: set[int] = set()  # ids of subscripts that read or write an item of a list or dict

    # -- places -----------------------------------------------------------------------------------------------------
    def span(self, node: Any) -> Any:
        """Where `node` is in its file, None for what has no place."""
        return self.unit.span(node) if node is not None and getattr(node, "lineno", None) is not None else None

    def report(
        self, code: str, node: Any, message: str, *, label: str = "", notes: Notes = (), help: str | None = None, more: Explain | None = None
    ) -> FV:
        """Record a finding and give the value that silences what follows from it. `more` tells where things came from."""
        self.c.report(code, self, node, message, label=label, notes=notes, help=help, more=more)
        return POISON

    def refuse(self, code: str, node: Any, message: str, **more: Any) -> Refused:
        """Report, and give the exception to raise: `raise f.refuse(...)`."""
        self.report(code, node, message, **more)
        return Refused()

    # -- blocks -----------------------------------------------------------------------------------------------------
    @property
    def block(self) -> Block:
        """The block that nodes are added to."""
        return self.blocks[-1]

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Add nodes to `block` meanwhile."""
        self.blocks.append(block)
        try:
            yield block
        finally:
            self.blocks.pop()

    # -- emission ---------------------------------------------------------------------------------------------------
    def node(self, op: str | OpDef, operands: list[Value], attrs: dict[str, Any] | None, types: tuple[Type, ...], node: Any) -> Node:
        """Append a node whose result types are given."""
        definition = self.c.table[op] if isinstance(op, str) else op
        n = Node(definition, operands, attrs, types, None, self.span(node))
        self.block.nodes.append(n)
        return n

    def emit(self, op: str | OpDef, args: list[FV], node: Any, attrs: dict[str, Any] | None = None) -> FV:
        """Append a node typed by its op's own rule; a finding where the operands do not fit."""
        values = self.emit_n(op, args, node, attrs)
        return values[0] if values else Const(None)

    def emit_n(self, op: str | OpDef, args: list[FV], node: Any, attrs: dict[str, Any] | None = None) -> list[FV]:
        """The results of an op on operands; `[POISON]` where they do not fit."""

        from scriptc.frontend import attached

        definition = self.c.table[op] if isinstance(op, str) else op
        operands = [self.value(a, node) for a in args]
        if self.c.classes.real:
            attached.guard(self, definition.name, operands, attrs or {}, node)
        if self.c.any_facts and any(isinstance(t, Function | IteratorOf) for v in operands for t in walk(v.type)):
            self.forget_calls()  # the op may call it
        types = self._infer(definition, operands, attrs or {}, node)
        if types is None or (self._are_spoilt(operands) and any(NEVER in walk(t) for t in types)):
            return [POISON]
        if self.c.any_facts and _writes_items(definition, operands):
            self.forget_items()
        for i in definition.mutates:
            if i < len(operands):
                self._check_constant(operands[i], node)
                self.c.note_mutation(self, operands[i].type, node)
        n = Node(definition, operands, attrs, (), None, self.span(node))
        types = tuple(self.c.fresh_sites(t, (self.key, id(node), definition.name, k)) for k, t in enumerate(types))
        n.results = [Value(t) for t in types]
        for r in n.results:
            r.owner = n
        self.block.nodes.append(n)
        return [POISON if r.type == ERROR else Dyn(r, r.type) for r in n.results]

    def _check_constant(self, value: Value, node: Any) -> None:
        """An array found in a global may not be written: the compiled program has its own copy once it is saved."""
        owner = value.owner
        while isinstance(owner, Node) and owner.op.name == "narrow":
            owner = owner.operands[0].owner
        if isinstance(owner, Node) and owner.op.name == "constant" and isinstance(value.type, Tensor):
            help = "pass it as an argument, or make it an attribute of the compiled object"
            name = owner.attrs["name"]
            more = lambda: sides.captured(self, name)  # noqa: E731
            self.report("SC501", node, f"this changes `{name}`, which was captured when compiling", help=help, more=more)

    def _infer(self, op: OpDef, operands: list[Value], attrs: dict[str, Any], node: Any) -> tuple[Type, ...] | None:
        for _ in range(8):
            try:
                return infer(op, call_of(operands, attrs, self.c.program))
            except NeedsWiden as e:
                found = e.found if e.found is not None else operands[e.operand].type
                if not self.c.widen(self, found, e.wanted, node):
                    return None
                self._retype(operands, e.operand, e.wanted)
            except TypeGrowth as e:
                self.report("SC209", node, str(e))
                return None
            except OpTypeError as e:
                self._bad_operands(op, e, operands, node)
                return None
        return None

    def _retype(self, operands: list[Value], index: int, wanted: Type) -> None:
        """Go on as if the operand had the wider type; the next pass gives it that."""
        stand_in = Value(wanted)
        stand_in.owner = operands[index].owner
        operands[index] = stand_in

    def _bad_operands(self, op: OpDef, e: OpTypeError, operands: list[Value], node: Any) -> None:
        if self._are_spoilt(operands):
            return
        code = self.c.code_for(e, operands)
        self.report(code, node, e.message, help=e.help, more=lambda: sides.operands(self, e, op.name, operands, node))

    def _are_spoilt(self, operands: list[Value]) -> bool:
        """Does what is known of the operands lack something already reported? Then nothing that follows from it is reported."""
        return any(self.c.is_spoilt(v.type) for v in operands) and bool(self.c.sink.errors)

    # -- values -----------------------------------------------------------------------------------------------------
    def value(self, fv: FV, node: Any) -> Value:
        """The graph value of `fv`, made here if it was only known to the compiler; at its narrowed type."""
        if isinstance(fv, Dyn):
            return self._narrowed(fv, node)
        return self._narrowed(self.c.materialise(self, fv, node), node)

    def _narrowed(self, fv: Dyn, node: Any) -> Value:
        if fv.type == fv.value.type or is_subtype(fv.value.type, fv.type):
            return fv.value
        t = fv.type
        if not is_subtype(t, fv.value.type):  # what is known of it may be wide in one part and narrow in another
            t = union(m for m in members(fv.value.type) if is_subtype(m, t))
        n = self.node("narrow", [fv.value], {"type": t}, (t,), node)
        return n.results[0]

    def dyn(self, fv: FV, node: Any) -> Dyn:
        """`fv` as a graph value, made here if it was only known to the compiler."""
        if isinstance(fv, Dyn):
            return fv
        return self.c.materialise(self, fv, node)

    def type_of(self, fv: FV) -> Type | None:
        """The type `fv` has (or would have) as a graph value; None where it cannot be one."""
        return self.c.type_of(fv)

    def dead(self) -> Value:
        """A value for a yield that nothing reads."""
        return self.node("unreachable", [], None, (NEVER,), None).results[0]

    # -- names ------------------------------------------------------------------------------------------------------
    def load(self, name: str, node: Any) -> FV:
        """What `name` stands for here."""
        fv = self.env.get(name)
        if fv is None:
            if name in self.locals:
                what, why = f"`{name}` is used before it is set", "no path sets it before here"
                return self.report("SC402", node, what, label=why, more=lambda: sides.unset(self, name, node))
            found: FV = self.statics.lookup(self, name, node)
            return found
        if isinstance(fv, Unbound) or (isinstance(fv, Dyn | CellVal) and fv.unbound):
            why = fv.why if isinstance(fv, Unbound) and fv.why else "it is set on some paths to here, and not on others"
            help = f"set `{name}` to a default before the branch or loop that sets it"
            return self.report("SC402", node, f"`{name}` may not be set here", label=why, help=help, more=lambda: sides.unset(self, name, node))
        if isinstance(fv, Conflict):
            what = f"`{name}` stands for different functions or objects on different paths"
            if self._has_said(what):
                return POISON
            number = "carry its number in a list through the loop, and write `items[number]` where it is used" if fv.why == TURNS else None
            return self.report("SC208", node, what, label=fv.why, help=number, more=lambda: sides.differing(self, name, node))
        if isinstance(fv, CellVal):
            return self.load_cell(fv, node)
        return fv

    def _has_said(self, what: str) -> bool:
        """Is there such a finding in this function already?"""
        here = self.span(self.tree)
        return any(d.message == what and d.span is not None and here.contains(d.span) for d in self.c.sink.errors)

    def load_cell(self, fv: CellVal, node: Any) -> FV:
        """What a cell holds now."""
        elem = fv.cell.type.elem if isinstance(fv.cell.type, Cell) else fv.type
        n = self.node("cell.get", [fv.cell], None, (elem,), node)
        return Dyn(n.results[0], elem if fv.shared else fv.type)

    def store(self, name: str, fv: FV, node: Any) -> None:
        """`name = fv`."""
        self.refuse_iterator(fv, node)
        if self.c.records is not None:
            self.c.records.note(self, node, fv)
        old = self.env.get(name)
        if isinstance(old, CellVal):
            self.store_cell(name, old, fv, node)
        elif name in self.cell_names:
            self.env[name] = self.new_cell(name, fv, node)
        else:
            self.env[name] = self._named(name, fv)
        self.forget(name)

    def refuse_iterator(self, fv: FV, node: Any) -> None:
        """An iterator over functions or modules is walked where it is made: kept, it might be walked again, and be at its end."""
        if walked_once(fv):
            what = "an iterator over functions or modules cannot be kept in a variable or passed on"
            raise self.refuse("SC208", node, what, help="walk it in the `for` itself, or make a list of it")

    def _named(self, name: str, fv: FV) -> FV:
        if isinstance(fv, Dyn) and fv.value.hint is None and not name.startswith("%"):
            fv.value.hint = name
        return fv

    def store_cell(self, name: str, cell: CellVal, fv: FV, node: Any) -> None:
        """Put a value into the cell of `name`."""
        if isinstance(fv, Poison):
            return
        value = self.value(fv, node)
        self.c.widen_cell(cell.key, value.type)
        self.node("cell.set", [cell.cell, value], None, (), node)
        for assigned in self.try_cells:
            if name in assigned:
                assigned[name] = self.c.merge_type(assigned[name], value.type)
        elem = cell.cell.type.elem if isinstance(cell.cell.type, Cell) else value.type
        self.env[name] = CellVal(cell.cell, elem if cell.shared else value.type, cell.key, False, cell.shared)

    def new_cell(self, name: str, first: FV | None, node: Any, shared: bool = True, serial: int = 0) -> FV:
        """A new cell for `name`, holding `first` or nothing yet."""
        key = (self.key, name, serial)
        operands: list[Value] = []
        if first is not None:
            if isinstance(first, Poison):
                return first
            if self.type_of(first) is None:
                what = f"`{name}` is shared with an inner function or a `try`, and is a function or object known only when compiling"
                return self.report("SC208", node, what)
            operands = [self.value(first, node)]
            self.c.widen_cell(key, operands[0].type)
        elem = self.c.cell_types.get(key, NEVER)
        n = self.node("cell.new", operands, None, (Cell(elem),), node)
        n.results[0].hint = name if not name.startswith("%") else None
        here = operands[0].type if operands and not shared else elem
        return CellVal(n.results[0], here, key, first is None, shared)

    def forget(self, name: str) -> None:
        """What was known of attributes reached through `name` no longer holds."""
        if not self.c.any_facts:
            return
        prefix, index = name + ".", f"[{name}]"
        for key in [k for k, v in self.env.items() if isinstance(v, Fact) and (k.startswith(prefix) or index in k)]:
            del self.env[key]

    def forget_items(self) -> None:
        """Something wrote to a container: what was known of items no longer holds."""
        for key in [k for k, v in self.env.items() if isinstance(v, Fact) and "[" in k]:
            del self.env[key]

    def forget_attributes(self, attr: str | None = None) -> None:
        """Something may have changed attribute `attr` (any, if None) of some object."""
        if not self.c.any_facts:
            return
        for key in [k for k, v in self.env.items() if isinstance(v, Fact)]:
            if attr is None or attr in key.split(".")[1:]:
                del self.env[key]

    def forget_calls(self) -> None:
        """Other compiled code runs here: it may change any attribute that some compiled code stores to."""
        if not self.c.any_facts:
            return
        for key in [k for k, v in self.env.items() if isinstance(v, Fact)]:
            root, *steps = key.split(".")
            held = self.env.get(root)
            if "[" in key or (isinstance(held, CellVal) and held.shared) or not self.c.stored_attrs.isdisjoint(steps):
                del self.env[key]
            else:
                self.c.relied_attrs.update(steps)

    def capture_values(self, fn: LocalFunc) -> tuple[FV, ...]:
        """What the free names of a local function stand for now."""
        return tuple(self._captured(self.env.get(name, Unbound(f"`{name}` is not set yet"))) for name in fn.free)

    def _captured(self, fv: FV) -> FV:
        if not isinstance(fv, CellVal):
            return fv
        if fv.shared:
            return CellBox(Dyn(fv.cell, fv.cell.type), fv.key)
        return Unbound("it may not be set here") if fv.unbound else self.load_cell(fv, self.tree)  # a `try`'s own: its value now


def _writes_items(op: OpDef, operands: list[Value]) -> bool:
    """May the op change which items a list or dict has? Writing an attribute, or into an array, does not."""
    if op.name in ("attr.set", "attr.del", "state.set", "cell.set"):
        return False
    written = [operands[i].type for i in op.mutates if i < len(operands)]
    return any(not isinstance(m, Tensor | Atom) for t in written for m in members(t)) if written else Effect.WRITE in op.effects
