"""Who uses each value of a graph, and putting one value in place of another wherever every use still types.

    %r: float | None = cond(%p) { => %x } { => %y }      `%r` is `%x` where `%p` is known; `%x: float` says more than `%r` did, and
    %s: float = add(%r, %one)                            the rule of each op that used `%r` is asked whether it takes that

Types only get narrower so, but a rule may refuse what it was not asked before, as an index that is now known to be out of range.
"""

from __future__ import annotations

from scriptc.ir.builder import call_of
from scriptc.ir.core import MISSING, Block, Graph, Node, Program, Value
from scriptc.ir.fresh import wider_when_new
from scriptc.ir.infer import infer
from scriptc.ir.regions import BLOCK_RULES
from scriptc.types import NEVER, is_subtype

User = Node | Block
DISPLAYS = ("tuple", "slice")
"""A rule sees what these are made of."""


class Uses:
    """The uses of each value of one graph, kept up to date by `replace`. `loose`: its results may get narrower types."""

    def __init__(self, program: Program, graph: Graph, loose: bool = False) -> None:
        self.program, self.graph, self.loose = program, graph, loose
        self._users: dict[Value, list[User]] = {}
        self._add(graph.block)
        for node in graph.block.walk():
            for v in node.operands:
                self._users.setdefault(v, []).append(node)
            for block in node.blocks:
                self._add(block)

    def _add(self, block: Block) -> None:
        for v in block.yields:
            self._users.setdefault(v, []).append(block)

    def of(self, value: Value) -> list[User]:
        """The nodes that have `value` as an operand and the blocks that yield it, once for each time."""
        return self._users.get(value, [])

    def replace(self, old: Value, new: Value) -> bool:
        """Use `new` instead of `old` everywhere. False, and nothing is changed, where some use would not type."""
        return old is not new and self.replace_all({old: new})

    def replace_all(self, pairs: dict[Value, Value]) -> bool:
        """Use each value of `pairs` instead of its key, all or none."""
        pairs, ask = dict(pairs), False
        for old, new in list(pairs.items()):
            if not is_subtype(new.type, old.type) or new.type == NEVER != old.type:
                return False
            ask = ask or old.type != new.type or (old.const is MISSING and new.const is not MISSING)
            self._collapse(old, new, pairs)
        users = dict.fromkeys(u for old in pairs for u in self.of(old))
        was = [(u, u.yields if isinstance(u, Block) else u.operands) for u in users]
        for user in users:
            _swap(user, pairs)
        if ask and not all(map(self._fits, users)):
            for user, values in was:
                _set(user, values)
            return False
        self._moved(pairs)
        return True

    def _collapse(self, old: Value, new: Value, pairs: dict[Value, Value]) -> None:
        """A `narrow` that says less than is known of `new` now goes with `old`."""
        pending = [old]
        while pending:
            for user in self.of(pending.pop()):
                if isinstance(user, Node) and user.op.name == "narrow" and is_subtype(new.type, user.results[0].type):
                    pairs[user.results[0]] = new
                    pending.append(user.results[0])

    def _moved(self, pairs: dict[Value, Value]) -> None:
        for old, new in pairs.items():
            moved = self._users.pop(old, [])
            self._users.setdefault(new, []).extend(moved)
            if isinstance(old.owner, Node) and old.owner.op.name == "narrow":
                old.type = old.owner.attrs["type"] = old.owner.operands[0].type

    def _fits(self, user: User) -> bool:
        if isinstance(user, Block):
            return user is not self.graph.block or self.loose
        if user.op.name == "narrow" and is_subtype(user.operands[0].type, user.results[0].type):
            return True  # it says nothing now: `_moved` sees to it
        return types_well(self.program, user) and self.parts_fit(user)

    def parts_fit(self, node: Node) -> bool:
        """Where `node` is a display of constants, do its users take what they now see in it?"""
        if node.op.name not in DISPLAYS:
            return True
        users = [u for u in self.of(node.results[0]) if isinstance(u, Node)]
        return all(types_well(self.program, u) and self.parts_fit(u) for u in users)


def loose_graphs(program: Program) -> set[str]:
    """Graphs whose results may get narrower types: those only called, by nodes that declare what they get."""
    held = {n.attrs["graph"] for g in program.graphs.values() for n in g.block.walk() if n.op.name == "function"}
    held.update(m for c in program.classes.values() for m in c.methods.values())
    return set(program.graphs) - held


def types_well(program: Program, node: Node) -> bool:
    """Are the node's results what its rule gives, or wider as the verifier allows?"""
    try:
        if node.op.name in BLOCK_RULES:
            BLOCK_RULES[node.op.name](program, node)
            return True
        call = call_of(node.operands, node.attrs, program)
        derived, declared = infer(node.op, call), tuple(r.type for r in node.results)
    except Exception:  # whatever a rule says to what no frontend makes, the answer is no
        return False
    if len(derived) != len(declared):
        return False
    return all(map(is_subtype, derived, declared)) or wider_when_new(node.op, call, declared)


def _swap(user: User, pairs: dict[Value, Value]) -> None:
    _set(user, [pairs.get(v, v) for v in (user.yields if isinstance(user, Block) else user.operands)])


def _set(user: User, values: list[Value]) -> None:
    if isinstance(user, Block):
        user.yields = values
    else:
        user.operands = values
