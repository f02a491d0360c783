"""Random structured graphs: nested `cond`, `while` (with exit codes), `try`, cells, generators, calls; ints, bools and lists of ints."""

from __future__ import annotations

import random

from scriptc.ir.builder import Builder
from scriptc.ir.core import Block, Graph, Program, Value
from scriptc.ops import TABLE
from scriptc.types import BOOL, INT, Cell, Function, List, Record, union
from scriptc.types import UNDEF as UNDEF_TYPE

INTS = List(INT)
TYPES = {"int": INT, "bool": BOOL, "list": INTS, "code": INT, "maybe": union([INT, UNDEF_TYPE])}
HINTS = ["a", "b", "c", "x", "y", "i", "out", None, None, None, None]


class Scope:
    """The values that may be used here, by kind."""

    def __init__(self, outer=None):
        self.values = {k: list(v) for k, v in outer.values.items()} if outer else {k: [] for k in TYPES}
        self.cells = list(outer.cells) if outer else []
        self.in_handler = outer.in_handler if outer else False

    def add(self, kind, value):
        self.values[kind].append(value)
        return value


class Maker:
    """Makes one program from a seed."""

    def __init__(self, seed: int, size: int = 30):
        self.r = random.Random(seed)
        self.program = Program("random")
        self.b = Builder(self.program, TABLE)
        self.budget = size
        self.size = size
        self.generator = False

    def make(self) -> Program:
        for i in range(self.r.randrange(0, 3)):
            self.graph(f"helper{i}", self.r.randrange(1, 3), self.size // 3)
        self.generator = self.r.random() < 0.2
        if self.generator:
            self.graph("main", 0, self.size)
        else:
            self.graph("main", self.r.randrange(0, 4), self.size)
        return self.program

    def graph(self, name, results, budget):
        self.budget = budget
        block = Block((INT, INT, INTS), ("a", "b", "log"))
        scope = Scope()
        scope.add("int", block.params[0])
        scope.add("int", block.params[1])
        scope.add("list", block.params[2])
        self.log = block.params[2]
        graph = Graph(name, block, f"Model.{name}", generator=self.generator, item=INT if self.generator else None)
        self.kinds = [self.r.choice(["int", "int", "list", "bool"]) for _ in range(results)]
        self.fill(block, scope, ["int"] * results, 0)
        self.program.graphs[name] = graph

    # -- values

    def hint(self):
        return self.r.choice(HINTS)

    def const(self, value):
        return self.b.value("const", attrs={"value": value})

    def pick(self, scope, kind):
        r = self.r
        have = scope.values[kind]
        if kind == "code":
            if have and r.random() < 0.3:
                return r.choice(have)
            return self.const(r.choice([0, 0, 0, 1, 2, 3]))
        if kind == "maybe":
            if r.random() < 0.3:
                return self.b.value("undef")
            return self.pick(scope, "int") if not have or r.random() < 0.6 else r.choice(have)
        if have and r.random() < 0.85:
            return r.choice(have[-6:]) if r.random() < 0.7 else r.choice(have)
        if kind == "int":
            return self.const(r.choice([-3, -1, 0, 1, 2, 3, 7, 10**30]))
        if kind == "bool":
            return self.b.value("lt", [self.pick(scope, "int"), self.pick(scope, "int")])
        return self.b.value("list", [self.pick(scope, "int") for _ in range(r.randrange(3))], hint=self.hint(), result_types=(INTS,))

    def index(self, scope):
        """Mostly one that is there."""
        return self.log_length() if self.r.random() < 0.1 else self.pick(scope, "int") if self.r.random() < 0.1 else self.const(0)

    def log_length(self):
        return self.b.value("len", [self.log])

    # -- blocks

    def fill(self, block: Block, scope: Scope, kinds, depth, tail=True):
        """Statements into the block, then its yields; sometimes a `cond` in tail position gives them."""
        with self.b.inside(block):
            alive = True
            for _ in range(self.r.randrange(0, 5)):
                if self.budget <= 0:
                    break
                self.budget -= 1
                if not self.statement(scope, depth):
                    alive = False
                    break
            if not alive:
                block.yields = [self.b.value("unreachable") for _ in kinds]
                return block
            if tail and depth < 6 and self.budget > 0 and self.r.random() < 0.45:
                block.yields = self.tail_cond(scope, kinds, depth)
            else:
                block.yields = [self.pick(scope, k) for k in kinds]
        return block

    def tail_cond(self, scope, kinds, depth):
        self.budget -= 2
        test = self.pick(scope, "bool")
        blocks = [self.fill(Block(), Scope(scope), kinds, depth + 1) for _ in range(2)]
        node = self.b.emit("cond", [test], blocks=blocks, result_types=tuple(TYPES[k] for k in kinds))
        for v in node.results:
            v.hint = self.hint()
        out = list(node.results)
        if self.r.random() < 0.1 and kinds.count("int") > 1:
            i, j = [i for i, k in enumerate(kinds) if k == "int"][:2]
            out[i], out[j] = (out[j], out[i]) if self.r.random() < 0.5 else (out[i], out[i])
        return out

    def statement(self, scope, depth) -> bool:
        r = self.r
        kinds = ["op"] * 8 + ["mutate"] * 5 + ["cond"] * 3
        if depth < 5:
            kinds += ["loop"] * 4 + ["while"] * 2 + ["try"] * 2
        kinds += ["cell"] * 2 + ["cellop"] * 3 + ["iadd", "iadd", "unpack", "yield", "yield"]
        if len(self.program.graphs):
            kinds += ["call", "call"]
        if depth > 0:
            kinds += ["raise"] * (1 if r.random() < 0.5 else 0)
        return getattr(self, "make_" + r.choice(kinds))(scope, depth) is not False

    def make_op(self, scope, depth):
        r = self.r
        name = r.choice(["add", "sub", "mul", "floordiv", "mod", "lt", "eq", "ge", "len", "getitem", "not", "truth", "bound"])
        if name in ("lt", "eq", "ge"):
            operands = [self.pick(scope, "int"), self.pick(scope, "int") if r.random() < 0.7 else self.const(r.randrange(6))]
            scope.add("bool", self.b.value(name, operands, hint=self.hint()))
        elif name == "len":
            scope.add("int", self.b.value("len", [self.pick(scope, "list")], hint=self.hint()))
        elif name == "getitem":
            scope.add("int", self.b.value("getitem", [self.pick(scope, "list"), self.index(scope)], hint=self.hint()))
        elif name in ("not", "truth"):
            scope.add("bool", self.b.value(name, [self.pick(scope, "bool" if r.random() < 0.5 else "list")], hint=self.hint()))
        elif name == "bound":
            limit = self.const(1000003)
            scope.add("int", self.b.value("mod", [self.pick(scope, "int"), limit], hint=self.hint()))
        else:
            divides = name in ("floordiv", "mod") and r.random() < 0.8
            value = self.b.value(name, [self.pick(scope, "int"), self.const(3) if divides else self.pick(scope, "int")])
            if name == "mul":
                value = self.b.value("mod", [value, self.const(10007)])
            value.hint = self.hint()
            scope.add("int", value)

    def make_iadd(self, scope, depth):
        if self.r.random() < 0.5:
            operands = [self.pick(scope, "int"), self.pick(scope, "int")]
            scope.add("int", self.b.value("iadd", operands, hint=self.hint()))
        else:
            small = self.b.value("list", [self.pick(scope, "int")])
            scope.add("list", self.b.value("iadd", [self.pick(scope, "list"), small], hint=self.hint()))

    def make_unpack(self, scope, depth):
        star = self.r.random() < 0.3
        made = self.b.value("list", [self.pick(scope, "int") for _ in range(self.r.choice([2, 2, 2, 3]))])
        node = self.b.emit("unpack", [made], {"before": 1 if star else 2, "after": 1 if star else 0, "star": star})
        for v in node.results:
            v.hint = self.hint()
        scope.add("int", node.results[0])
        scope.add("int", node.results[-1])
        if star:
            scope.add("list", node.results[1])

    def make_mutate(self, scope, depth):
        if self.r.random() < 0.7:
            target = self.log if self.r.random() < 0.7 else self.pick(scope, "list")
            self.b.emit("list.append", [target, self.pick(scope, "int")])
        else:
            self.b.emit("setitem", [self.pick(scope, "list"), self.index(scope), self.pick(scope, "int")])

    def make_yield(self, scope, depth):
        if self.generator:
            self.b.emit("yield", [self.pick(scope, "int")])

    def make_raise(self, scope, depth):
        if scope.in_handler and self.r.random() < 0.4:
            self.b.emit("reraise")
            return False
        name = self.r.choice(["ValueError", "KeyError", "ZeroDivisionError"])
        made = self.b.value("exception", [self.pick(scope, "int")], {"cls": name})
        self.b.emit("raise", [made])
        return False

    def make_call(self, scope, depth):
        name = self.r.choice(list(self.program.graphs))
        graph = self.program.graphs[name]
        operands = [self.pick(scope, "int"), self.pick(scope, "int"), self.pick(scope, "list")]
        if self.r.random() < 0.3 and len(graph.block.yields) == 1:
            captured = self.r.randrange(4)
            f = self.b.value("function", operands[:captured], {"graph": name})
            assert isinstance(f.type, Function)
            results = [self.b.value("call_function", [f, *operands[captured:]])]
        else:
            results = self.b.emit("call", operands, {"graph": name}).results
        for v in results:
            v.hint = self.hint()
            scope.add("int", v)

    def make_cell(self, scope, depth):
        cell = self.b.value("cell.new", [self.pick(scope, "int")], result_types=(Cell(INT),), hint=self.hint())
        scope.cells.append(cell)

    def make_cellop(self, scope, depth):
        if not scope.cells:
            return
        cell = self.r.choice(scope.cells)
        if self.r.random() < 0.5:
            scope.add("int", self.b.value("cell.get", [cell], hint=self.hint()))
        else:
            self.b.emit("cell.set", [cell, self.pick(scope, "int")])
        if self.r.random() < 0.05:
            self.b.value("tuple", [cell])

    def make_cond(self, scope, depth):
        kinds = [self.r.choice(["int", "int", "list", "bool", "code", "maybe"]) for _ in range(self.r.randrange(0, 3))]
        test = self.pick(scope, "bool")
        if self.r.random() < 0.2 and scope.values["code"]:
            test = self.b.value("eq", [self.r.choice(scope.values["code"]), self.const(self.r.randrange(3))])
        blocks = [self.fill(Block(), Scope(scope), kinds, depth + 1) for _ in range(2)]
        node = self.b.emit("cond", [test], blocks=blocks, result_types=tuple(TYPES[k] for k in kinds))
        self.results(scope, node, kinds)
        if all(b.nodes and b.nodes[-1].op.name == "unreachable" for b in blocks) and kinds:
            pass

    def results(self, scope, node, kinds):
        same = self.hint()
        for v, k in zip(node.results, kinds, strict=True):
            v.hint = same if self.r.random() < 0.2 else self.hint()
            scope.add(k, v)

    def make_loop(self, scope, depth):
        """A `for` over a range or a list; with an exit code most of the time."""
        flagged = self.r.random() < 0.7
        if self.r.random() < 0.7:
            items, element = self.b.value("range", [self.const(self.r.randrange(5))]), INT
        else:
            items, element = self.b.value("list", [self.pick(scope, "int") for _ in range(self.r.randrange(4))], result_types=(INTS,)), INT
        self.loop(scope, depth, [items], element, flagged, None)

    def make_while(self, scope, depth):
        """A `while` with a counter, so that it ends."""
        self.loop(scope, depth, [], None, self.r.random() < 0.6, self.r.randrange(5))

    def loop(self, scope, depth, items, element, flagged, limit):
        kinds = [self.r.choice(["int", "int", "int", "list", "bool", "maybe"]) for _ in range(self.r.randrange(0, 4))]
        at = self.r.randrange(len(kinds) + 1)
        if flagged:
            kinds.insert(at, "code")
        counter = limit is not None
        if counter:
            kinds.append("int")
        inits = [self.pick(scope, k) for k in kinds]
        if flagged and self.r.random() < 0.95:
            inits[at] = self.const(0)
        if counter:
            inits[-1] = self.const(0)
        types = tuple(TYPES[k] for k in kinds)
        hints = tuple(self.hint() for _ in kinds)
        cond = self.cond_block(types, hints, at if flagged else None, limit, scope)
        first = () if element is None else (element,)
        body = Block((*first, *types), (*(self.hint() for _ in first), *hints))
        inner = Scope(scope)
        params = list(body.params)
        if first:
            inner.add("int", params.pop(0))
        for p, k in zip(params, kinds, strict=True):
            if k != "code" or self.r.random() < 0.2:
                inner.add(k, p)
        if counter:
            self.counted(body, inner, kinds, depth, params[-1])
        else:
            self.fill(body, inner, kinds, depth + 1)
        form = "while" if element is None else "for"
        node = self.b.emit("while", [*items, *inits], {"form": form}, blocks=[cond, body], result_types=types)
        for v, h, k in zip(node.results, hints, kinds, strict=True):
            v.hint = h
            scope.add(k, v)
        if flagged and self.r.random() < 0.7:
            code = node.results[at]
            test = self.b.value("eq", [code, self.const(self.r.randrange(3))])
            scope.values["bool"].append(test)

    def counted(self, body, scope, kinds, depth, counter):
        """The body of a `while`: the counter goes up each turn, at the start."""
        with self.b.inside(body):
            up = self.b.value("add", [counter, self.const(1)])
        made = self.fill(body, scope, kinds[:-1], depth + 1)
        made.yields.append(up)

    def cond_block(self, types, hints, at, limit, scope):
        cond = Block(types, hints)
        with self.b.inside(cond):
            if at is not None:
                go = self.b.value("eq", [cond.params[at], self.const(0)])
                if limit is not None:
                    inner, other = Block(), Block()
                    with self.b.inside(inner):
                        inner.yields = [self.limit(cond, limit, scope)]
                    with self.b.inside(other):
                        other.yields = [self.const(False)]
                    go = self.b.value("cond", [go], blocks=[inner, other], result_types=(BOOL,))
            elif limit is not None:
                go = self.limit(cond, limit, scope)
            elif self.r.random() < 0.2:
                self.b.emit("list.append", [self.log, self.const(77)])
                go = self.b.value("lt", [self.b.value("len", [self.log]), self.const(8)])
            else:
                go = self.const(True)
            cond.yields = [go]
        return cond

    def limit(self, cond, limit, scope):
        if self.r.random() < 0.2:
            self.b.emit("list.append", [self.log, cond.params[-1]])
        return self.b.value("lt", [cond.params[-1], self.const(limit)])

    def make_try(self, scope, depth):
        kinds = [self.r.choice(["int", "list", "bool", "code", "maybe"]) for _ in range(self.r.randrange(0, 3))]
        has_else, has_finally = self.r.random() < 0.3, self.r.random() < 0.3
        blocks = [self.fill(Block(), Scope(scope), [] if has_else else kinds, depth + 1)]
        handlers = []
        for _ in range(self.r.randrange(0 if has_finally and not has_else else 1, 3)):
            names = self.r.choice([("ValueError",), ("ZeroDivisionError", "KeyError"), ("IndexError",), ("Exception",)])
            handlers.append(names)
            block = Block((Record(names[0]),), (self.r.choice(["e", "a", "x", None]),))
            inner = Scope(scope)
            inner.in_handler = True
            if self.r.random() < 0.5:
                with self.b.inside(block):
                    self.b.value("str", [block.params[0]])
            blocks.append(self.fill(block, inner, kinds, depth + 1))
        if has_else:
            blocks.append(self.fill(Block(), Scope(scope), kinds, depth + 1))
        if has_finally:
            quiet = Scope(scope)
            blocks.append(self.fill(Block(), quiet, [], depth + 1))
        attrs = {"handlers": tuple(handlers), "has_else": has_else, "has_finally": has_finally}
        node = self.b.emit("try", [], attrs, blocks=blocks, result_types=tuple(TYPES[k] for k in kinds))
        self.results(scope, node, kinds)


def random_program(seed: int, size: int = 30) -> Program:
    return Maker(seed, size).make()


__all__ = ["Value", "random_program"]
