"""The checks of ops that have blocks (`cond`, `while`, `try`) or declare their result (`cell.new`). Each raises `VerifyError`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scriptc.ir.checks import VerifyError
from scriptc.ir.core import Block, Node, OpTypeError, Program, Value
from scriptc.ir.structural import element_type, exception_class
from scriptc.types import BOOL, Cell, Record, Type, is_subtype, join_all, members
from scriptc.types.lattice import TypeGrowth


def _require(fine: bool, message: str) -> None:
    if not fine:
        raise VerifyError(message)


def _flow(sources: Sequence[Value], targets: Sequence[Value], what: str) -> None:
    """Each of `sources` may be held where the `targets` are declared."""
    _require(len(sources) == len(targets), f"{what}: {len(sources)} values for {len(targets)}")
    for s, t in zip(sources, targets, strict=True):
        _require(is_subtype(s.type, t.type), f"{what}: `{s.type}` does not fit `{t.type}`")


def check_cond(program: Program, node: Node) -> None:
    _require(len(node.operands) == 1, "takes one predicate")
    _require(is_subtype(node.operands[0].type, BOOL), f"the predicate is `{node.operands[0].type}`, not `bool`")
    _require(len(node.blocks) == 2, f"has {len(node.blocks)} blocks, not 2")
    for block, what in zip(node.blocks, ("then", "else"), strict=True):
        _require(not block.params, f"its {what} block has parameters")
        _flow(block.yields, node.results, f"the yields of its {what} block")


def check_while(program: Program, node: Node) -> None:
    form = node.attrs["form"]
    _require(form in ("while", "for"), f"no form {form!r}")
    _require(len(node.blocks) == 2, f"has {len(node.blocks)} blocks, not 2")
    cond, body = node.blocks
    inits, items = list(node.operands), list(body.params)
    if form == "for":
        _require(bool(inits) and bool(items), "a `for` has an iterable and an element")
        elem = iterated(inits.pop(0).type)
        _require(is_subtype(elem, items[0].type), f"the element is declared `{items[0].type}`, the iterable gives `{elem}`")
        del items[0]
    _flow(inits, cond.params, "the first values carried")
    _flow(body.yields, cond.params, "the values its body carries on")
    _flow(cond.params, items, "the values its body is given")
    _flow(cond.params, node.results, "its results")
    _require(len(cond.yields) == 1 and is_subtype(cond.yields[0].type, BOOL), "its cond block yields one `bool`")


def iterated(t: Type) -> Type:
    """What iterating over a `t` gives, unions included; raises `VerifyError`."""
    try:
        return join_all(element_type(m) for m in members(t))
    except (OpTypeError, TypeGrowth) as e:
        raise VerifyError(str(e)) from None


def check_try(program: Program, node: Node) -> None:
    handlers, has_else, has_finally = (node.attrs[k] for k in ("handlers", "has_else", "has_finally"))
    _require(not node.operands, "takes no operands")
    wanted = 1 + len(handlers) + has_else + has_finally
    _require(len(node.blocks) == wanted, f"has {len(node.blocks)} blocks, not {wanted}")
    _require(bool(handlers) or (has_finally and not has_else), "has no handler")
    _require(all(handlers[:-1]), "a bare `except` is not the last handler")
    for names in handlers:
        for name in names:
            _require(exception_class(program, name), f"`{name}` is not an exception class")
    _check_handlers(program, node.blocks[1 : 1 + len(handlers)], node)
    if has_finally:
        final = node.blocks[-1]
        _require(not final.params and not final.yields, "its finally block takes and yields nothing")
    body = node.blocks[0]
    _require(not body.params, "its body has parameters")
    if has_else:
        _require(not body.yields, "its body yields, though there is an else block")
        body = node.blocks[1 + len(handlers)]
        _require(not body.params, "its else block has parameters")
    _flow(body.yields, node.results, "the yields of its body")


def _check_handlers(program: Program, blocks: list[Block], node: Node) -> None:
    for block in blocks:
        _require(len(block.params) == 1, "a handler takes the exception")
        for t in members(block.params[0].type):
            fine = isinstance(t, Record) and exception_class(program, t.name)
            _require(fine, f"a handler takes `{t}`, which is no exception")
        _flow(block.yields, node.results, "the yields of a handler")


def check_cell(program: Program, node: Node) -> None:
    _require(len(node.results) == 1 and isinstance(node.results[0].type, Cell), "its result is not a cell")
    _require(not node.blocks, "has blocks")
    cell = node.results[0].type
    assert isinstance(cell, Cell)
    _require(len(node.operands) < 2, "takes one first value or none")
    for v in node.operands:
        _require(is_subtype(v.type, cell.elem), f"`{v.type}` does not fit `{cell}`")


BLOCK_RULES: dict[str, Callable[[Program, Node], None]] = {
    "cond": check_cond,
    "while": check_while,
    "try": check_try,
    "cell.new": check_cell,
}
