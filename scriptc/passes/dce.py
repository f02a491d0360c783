"""Removes what nobody uses: nodes without effect, results of `cond` and `try`, values a loop carries, cells only written.

Before:

    graph 'f' (%x: int, %p: bool, %x1: float, %x2: float) {
      %0: int = add(%x, %x)
      %1: int = floordiv(%x, %x)
      %2: float, %3: int = cond(%p) {
        => %x1, %0
      } {
        => %x2, %x
      }
      => %2
    }

After:

    graph 'f' (%x: int, %p: bool, %x1: float, %x2: float) {
      %0: int = floordiv(%x, %x)
      %1: float = cond(%p) {
        => %x1
      } {
        => %x2
      }
      => %1
    }

Marks what is needed, from the nodes with effects and the graph's results backwards, then sweeps. A node that may raise has an
effect. A value a loop carries is needed when something other than carrying it on needs it.
"""

from __future__ import annotations

from scriptc.ir.core import Block, Graph, Node, Program, Value
from scriptc.passes.effects import Effects


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    effects = Effects(program)
    for graph in program.graphs.values():
        _Sweep(graph, effects).run()
    return program


class _Sweep:
    def __init__(self, graph: Graph, effects: Effects) -> None:
        self.graph, self.effects = graph, effects
        self.parent: dict[Node, Node | None] = {}
        self.owner: dict[Block, Node] = {}
        self.nodes: set[Node] = set()
        self.values: set[Value] = set()
        self.pending: list[Value] = []

    def run(self) -> None:
        self.index(self.graph.block, None)
        idle = self.idle_cells()
        for node in self.parent:
            if not self.effects.removable(node) and not (node.op.name == "cell.set" and node.operands[0] in idle):
                self.need_node(node)
        self.need(self.graph.block.yields)
        while self.pending:
            self.trace(self.pending.pop())
        self.sweep(self.graph.block)

    def index(self, block: Block, parent: Node | None) -> None:
        stack = [(block, parent)]
        while stack:
            inner, above = stack.pop()
            for node in inner.nodes:
                self.parent[node] = above
                for b in node.blocks:
                    self.owner[b] = node
                    stack.append((b, node))

    def idle_cells(self) -> set[Value]:
        """Cells made here that are written and never read or handed on."""
        cells = {n.results[0] for n in self.parent if n.op.name == "cell.new"}
        for node in self.parent:
            cells.difference_update(node.operands[1:] if node.op.name == "cell.set" else node.operands)
            for block in node.blocks:
                cells.difference_update(block.yields)
        return cells.difference(self.graph.block.yields)

    # marking

    def need(self, values: list[Value]) -> None:
        self.pending += values

    def need_node(self, node: Node | None) -> None:
        """`node` stays, and so does all it is in."""
        while node is not None and node not in self.nodes:
            self.nodes.add(node)
            if node.op.name == "while":
                self.need(node.operands[: _first_carried(node)])
                self.need(node.blocks[0].yields)
            else:
                self.need(node.operands)
            node = self.parent[node]

    def trace(self, value: Value) -> None:
        if value in self.values:
            return
        self.values.add(value)
        if isinstance(value.owner, Node):
            self.need_node(value.owner)
            self.need(_sources(value.owner, value.owner.results.index(value)) if value.owner.blocks else [])
        elif value.owner in self.owner:
            node = self.owner[value.owner]
            self.need_node(node)
            if node.op.name == "while":
                at = value.owner.params.index(value) - (_first_carried(node) if value.owner is node.blocks[1] else 0)
                self.need(_sources(node, at) if at >= 0 else [])

    # sweeping

    def sweep(self, block: Block) -> None:
        stack = [block]
        while stack:
            inner = stack.pop()
            inner.nodes = [n for n in inner.nodes if n in self.nodes]
            for node in inner.nodes:
                if node.blocks:
                    self.trim(node)
                    stack += node.blocks

    def trim(self, node: Node) -> None:
        """Drop the results of a node with blocks that nobody needs, and all that goes with them."""
        first = _first_carried(node) if node.op.name == "while" else 0
        groups = [node.results]
        if node.op.name == "while":
            groups += [node.blocks[0].params, node.blocks[1].params[first:]]
        keep = [any(g[i] in self.values for g in groups) for i in range(len(node.results))]
        if all(keep):
            return
        node.results = _kept(node.results, keep)
        if node.op.name == "while":
            cond, body = node.blocks
            node.operands = node.operands[:first] + _kept(node.operands[first:], keep)
            cond.params, body.params = _kept(cond.params, keep), body.params[:first] + _kept(body.params[first:], keep)
            body.yields = _kept(body.yields, keep)
            return
        for block in node.blocks:
            if len(block.yields) == len(keep):
                block.yields = _kept(block.yields, keep)


def _first_carried(node: Node) -> int:
    return 1 if node.attrs["form"] == "for" else 0


def _sources(node: Node, index: int) -> list[Value]:
    """The values that result (or carried value) `index` of a node with blocks comes from."""
    if node.op.name == "while":
        return [node.operands[_first_carried(node) + index], node.blocks[1].yields[index]]
    return [b.yields[index] for b in node.blocks if b.yields]


def _kept(values: list[Value], keep: list[bool]) -> list[Value]:
    return [v for v, k in zip(values, keep, strict=True) if k]
