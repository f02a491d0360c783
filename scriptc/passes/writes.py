"""Which state slots a program may write: those it sets, and those whose objects, or parts of them, some op may change in place.

    self.running_mean[:] = m      `state.get` and `setitem`: written
    y = x + self.bias; y += 1     a new array is written, not the slot's

Values that may share memory are put in one group, wherever they are in the program and whenever (Steensgaard 1996, for one level). Only
writes to the kinds of object a slot holds count: appending an array to a list changes the list.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from scriptc.ir.core import Graph, Node, Program, Value
from scriptc.ops.effects import is_immutable, runs_code
from scriptc.passes.identity import gives_new
from scriptc.types import Atom, Tensor, Type, Union, walk

FUNCTIONS, EXCEPTIONS = "functions", "exceptions"
"""The groups of all function values with what they are given and give, and of all exceptions."""


def written_slots(program: Program) -> set[str]:
    """The names of the slots some graph may write."""
    groups = _Groups(program)
    for graph in program.graphs.values():
        groups.graph(graph)
    held = {n.attrs["graph"] for g in program.graphs.values() for n in g.block.walk() if n.op.name == "function"}
    held.update(m for c in program.classes.values() for m in c.methods.values())
    for name in held:
        groups.join([FUNCTIONS, *groups.interface(program.graphs[name])])
    return {name for name, slot in program.state.items() if name in groups.set or groups.kinds(("slot", name)) & kinds_in(slot.type)}


def kinds_in(t: Type) -> set[str]:
    """The kinds of objects that can change in a value of this type."""
    return {x.name if isinstance(x, Atom) else type(x).__name__ for x in walk(t) if not isinstance(x, Union) and not is_immutable(x)}


class _Groups:
    """Union-find over values and named places. `written` holds the kinds of object written in a group, by its root."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.parent: dict[Hashable, Hashable] = {}
        self.written: dict[Hashable, set[str]] = {}
        self.set: set[str] = set()

    def find(self, x: Hashable) -> Hashable:
        root = x
        while (above := self.parent.get(root, root)) is not root:
            root = above
        while x is not root:
            self.parent[x], x = root, self.parent.get(x, x)
        return root

    def join(self, things: Iterable[Hashable]) -> None:
        roots = [self.find(x) for x in things if not (isinstance(x, Value) and is_immutable(x.type))]
        for other in roots[1:]:
            if self.find(other) is not self.find(roots[0]):
                self.written.setdefault(self.find(roots[0]), set()).update(self.written.pop(self.find(other), ()))
                self.parent[self.find(other)] = self.find(roots[0])

    def kinds(self, x: Hashable) -> set[str]:
        return self.written.get(self.find(x), set())

    def interface(self, graph: Graph) -> list[Hashable]:
        return [*graph.params, *graph.block.yields, ("items", graph.name)]

    def slot(self, node: Node) -> str:
        name: str = node.attrs["name"]
        return self.program.aliases.get(name, name)

    def graph(self, graph: Graph) -> None:
        for node in graph.block.walk():
            self.node(node, graph)
            for i in node.op.mutates:
                if i < len(node.operands):
                    self.written.setdefault(self.find(node.operands[i]), set()).update(kinds_in(node.operands[i].type))

    def node(self, node: Node, graph: Graph) -> None:
        name, values = node.op.name, [*node.operands, *node.results]
        if name in ("state.get", "state.set"):
            if name == "state.set":
                self.set.add(self.slot(node))
            self.join([("slot", self.slot(node)), *values])
        elif name == "constant":
            self.join([("constant", node.attrs["name"]), *values])
        elif name == "call":
            self._call(node)
        elif name in ("function", "call_function"):
            self.join([FUNCTIONS, *values])
        elif name in ("raise", "exception"):
            self.join([EXCEPTIONS, *values])
        elif name.startswith("attr."):
            self.join([("field", node.attrs["name"]), *values])
        elif name == "yield":
            self.join([("items", graph.name), *values])
        elif node.blocks:
            self._blocks(node)
        elif not node.op.structural and any(runs_code(v.type) for v in node.operands):
            self.join([FUNCTIONS, *values])
        elif node.op.mutates and all(isinstance(node.operands[i].type, Tensor) for i in node.op.mutates if i < len(node.operands)):
            self.join([*(node.operands[i] for i in node.op.mutates if i < len(node.operands)), *node.results])
        elif not gives_new(node):
            self.join(values)

    def _call(self, node: Node) -> None:
        callee = self.program.graphs[node.attrs["graph"]]
        for argument, param in zip(node.operands, callee.params, strict=True):
            self.join([argument, param])
        if callee.generator:
            self.join([("items", callee.name), *node.results])
            return
        for result, value in zip(node.results, callee.block.yields, strict=True):
            self.join([result, value])

    def _blocks(self, node: Node) -> None:
        """Results are what the blocks yield; what a loop carries, and the rows of what it goes through, come in by parameters."""
        for block in node.blocks:
            if len(block.yields) == len(node.results):
                for result, value in zip(node.results, block.yields, strict=True):
                    self.join([result, value])
        if node.op.name == "try":
            self.join([EXCEPTIONS, *(p for block in node.blocks for p in block.params)])
        elif node.op.name == "while":
            first = len(node.operands) - len(node.results)
            cond, body = node.blocks
            self.join([*node.operands[:first], *body.params[:first]])
            for group in zip(node.operands[first:], cond.params, body.params[first:], node.results, body.yields, strict=True):
                self.join(group)
