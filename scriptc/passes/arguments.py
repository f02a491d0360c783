"""Puts into a function what all its calls agree on, and drops parameters it does not use.

Before:

    entry 'f' = 'f' {
      param 'x': `int`
    }
    graph 'f' (%x: int) {
      %0: bool = const() [value = False]
      %1: int = call(%x, %0, %x) [graph = 'g']
      %2: int = call(%1, %0, %1) [graph = 'g']
      => %2
    }
    graph 'g' (%a: int, %flag: bool, %b: int) {
      %0: int = cond(%flag) {
        => %a
      } {
        %1: int = add(%b, %b)
        => %1
      }
      => %0
    }

After:

    entry 'f' = 'f' {
      param 'x': `int`
    }
    graph 'f' (%x: int) {
      %0: bool = const() [value = False]
      %1: int = call(%x, %x) [graph = 'g']
      %2: int = call(%1, %1) [graph = 'g']
      => %2
    }
    graph 'g' (%a: int, %b: int) {
      %0: bool = const() [value = False]
      %1: int = cond(%0) {
        => %a
      } {
        %2: int = add(%b, %b)
        => %2
      }
      => %1
    }

Callers come before what they call, so that a constant goes all the way down. Entries, methods and what is passed about as a value are
called from elsewhere too and stay as they are. A library function keeps its parameters: a target may put its own in its place.
"""

from __future__ import annotations

from scriptc.ir.core import MISSING, Graph, Node, Program, Value
from scriptc.ir.equal import equal_attr
from scriptc.ir.structural import CONST_TYPES, STRUCTURAL
from scriptc.passes.uses import Uses, loose_graphs

CONST = STRUCTURAL["const"]


def run(program: Program) -> Program:
    """Changes `program` in place, and gives it back."""
    calls: dict[str, list[Node]] = {name: [] for name in program.graphs}
    for graph in program.graphs.values():
        for node in graph.block.walk():
            if node.op.name == "call":
                calls[node.attrs["graph"]].append(node)
    inner = loose_graphs(program) - {e.graph for e in program.entries.values()}
    for name in _callers_first(program, calls):
        if name in inner and calls[name] and program.graphs[name].params:
            _settle(program, program.graphs[name], calls[name])
    return program


def _callers_first(program: Program, calls: dict[str, list[Node]]) -> list[str]:
    """The graphs in an order where, recursion apart, each comes after all that call it (Kahn 1962)."""
    inside = {name: [n.attrs["graph"] for n in g.block.walk() if n.op.name == "call"] for name, g in program.graphs.items()}
    waiting = {name: len(nodes) for name, nodes in calls.items()}
    order = [name for name, count in waiting.items() if not count]
    for name in order:
        for callee in inside[name]:
            waiting[callee] -= 1
            if not waiting[callee]:
                order.append(callee)
    return order


def _settle(program: Program, graph: Graph, calls: list[Node]) -> None:
    uses = Uses(program, graph)
    for i, param in enumerate(graph.params):
        value = _agreed([node.operands[i] for node in calls])
        if value is not MISSING and uses.of(param) and CONST_TYPES.get(type(value)) == param.type:
            _define(graph, param, value, uses)
    if graph.library is None and not all(map(uses.of, graph.params)):
        keep = [bool(uses.of(p)) for p in graph.params]
        graph.block.params = _kept(graph.params, keep)
        for node in calls:
            node.operands = _kept(node.operands, keep)


def _agreed(values: list[Value]) -> object:
    """The one constant that all are, or MISSING."""
    first = values[0].owner
    if not isinstance(first, Node) or first.op is not CONST:
        return MISSING
    value = first.attrs["value"]
    return value if all(equal_attr(v.const, value) for v in values[1:]) else MISSING


def _define(graph: Graph, param: Value, value: object, uses: Uses) -> None:
    """Have the body use a constant of its own."""
    node = Node(CONST, [], {"value": value}, (param.type,), span=graph.span)
    if uses.replace(param, node.results[0]):
        graph.block.nodes.insert(0, node)


def _kept(values: list[Value], keep: list[bool]) -> list[Value]:
    return [v for v, k in zip(values, keep, strict=True) if k]
