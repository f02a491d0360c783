"""A tiny reference interpreter of the graph: what the targets' code is compared with. Slow and plain on purpose."""

from __future__ import annotations

import builtins
import copy
import functools
import itertools
import math
import operator
import random
import re
import warnings

import numpy as np

from scriptc.ir.core import Block, Graph, Node, Program, Value


class Unbound:
    def __repr__(self):
        return "<unbound>"


UNBOUND = Unbound()
NAMES = {
    "np": np, "math": math, "operator": operator, "random": random, "functools": functools, "itertools": itertools, "warnings": warnings,
    "copy": copy,
}  # fmt: skip


class OutOfFuel(BaseException):
    pass


@functools.cache
def op_function(emit: str, count: int, kw: tuple[str, ...]):
    """The op's template as a function of its operands."""
    named = {int(n) for n in re.findall(r"\$(\d+)", emit)}
    rest = [i for i in range(count) if i not in named]
    plain = count - len(kw)
    args = ", ".join(f"o{i}" if i < plain else f"{kw[i - plain]}=o{i}" for i in rest)
    text = re.sub(r"\$(\d+)", r"o\1", emit).replace("$*", args).replace("rt.", "")
    params = ", ".join(f"o{i}" for i in range(count))
    if re.match(r"del |.*[^=!<>]=[^=]", text) and "(" not in text.split("=")[0]:
        space: dict = {}
        exec(f"def f({params}):\n    {text}", dict(NAMES), space)
        return space["f"]
    return eval(f"lambda {params}: {text}", dict(NAMES))


class Interpreter:
    """Runs the graphs of a program. `state` holds the slots."""

    def __init__(self, program: Program, fuel: int = 100_000):
        self.program, self.fuel = program, fuel
        self.state = {name: slot.value for name, slot in program.state.items()}

    def call(self, name: str, *args):
        graph = self.program.graphs[name]
        if graph.generator:
            return self.generate(graph, args)
        run = self.graph(graph, args)
        try:
            next(run)
        except StopIteration as done:
            return done.value
        raise AssertionError("a yield outside a generator")

    def generate(self, graph: Graph, args):
        yield from self.graph(graph, args)

    def graph(self, graph: Graph, args):
        results = yield from self.block(graph.block, dict(zip(graph.block.params, args, strict=True)), ())
        if not results:
            return None
        return results[0] if len(results) == 1 else tuple(results)

    def block(self, block: Block, env: dict[Value, object], args):
        env = dict(env)
        for p, a in zip(block.params, args):
            env[p] = a
        for node in block.nodes:
            self.fuel -= 1
            if self.fuel < 0:
                raise OutOfFuel
            results = yield from self.node(node, env)
            for r, v in zip(node.results, results, strict=True):
                env[r] = v
        return [env[v] for v in block.yields]

    def node(self, node: Node, env):
        name = node.op.name.replace(".", "_")
        method = getattr(self, "do_" + name, None)
        args = [env[v] for v in node.operands]
        if method is not None:
            result = method(node, args, env)
            if hasattr(result, "send"):
                result = yield from result
            return result
        result = op_function(node.op.emit, len(args), tuple(node.attrs.get("kw", ())))(*args)
        return [result] if node.results else []

    def do_const(self, node, args, env):
        return [node.attrs["value"]]

    def do_constant(self, node, args, env):
        return [self.program.constants[node.attrs["name"]].value]

    def do_undef(self, node, args, env):
        return [UNBOUND]

    do_unreachable = do_undef

    def do_narrow(self, node, args, env):
        return args

    def do_tuple(self, node, args, env):
        return [tuple(args)]

    def do_set(self, node, args, env):
        return [set(args)]

    def do_dict(self, node, args, env):
        return [dict(zip(args[::2], args[1::2]))]

    def do_format(self, node, args, env):
        convert = {None: lambda v: v, "s": str, "r": repr, "a": ascii}[node.attrs.get("conversion")]
        return [format(convert(args[0]), *args[1:])]

    def do_concat_str(self, node, args, env):
        return ["".join(args)]

    def do_state_get(self, node, args, env):
        return [self.state[node.attrs["name"]]]

    def do_state_set(self, node, args, env):
        self.state[node.attrs["name"]] = args[0]
        return []

    def do_cond(self, node, args, env):
        return (yield from self.block(node.blocks[0 if args[0] else 1], env, ()))

    def do_while(self, node, args, env):
        cond, body = node.blocks
        items = iter(args.pop(0)) if node.attrs["form"] == "for" else None
        while True:
            (go,) = yield from self.block(cond, env, args)
            if not go:
                return args
            element = ()
            if items is not None:
                try:
                    element = (next(items),)
                except StopIteration:
                    return args
            args = yield from self.block(body, env, (*element, *args))

    def do_try(self, node, args, env):
        blocks = list(node.blocks)
        final = blocks.pop() if node.attrs.get("has_finally") else None
        orelse = blocks.pop() if node.attrs.get("has_else") else None
        try:
            try:
                results = yield from self.block(blocks[0], env, ())
            except Exception as e:
                for names, handler in zip(node.attrs["handlers"], blocks[1:], strict=True):
                    if not names or isinstance(e, tuple(getattr(builtins, n) for n in names)):
                        return (yield from self.block(handler, env, (e,)[: len(handler.params)]))
                raise
            else:
                if orelse is not None:
                    results = yield from self.block(orelse, env, ())
                return results
        finally:
            if final is not None:
                yield from self.block(final, env, ())

    def do_call(self, node, args, env):
        result = self.call(node.attrs["graph"], *args)
        return list(result) if len(node.results) > 1 else [result] if node.results else []

    def do_function(self, node, args, env):
        return [functools.partial(self.call, node.attrs["graph"], *args)]

    def do_call_function(self, node, args, env):
        return [args[0](*args[1:])]

    def do_yield(self, node, args, env):
        yield args[0]
        return []

    def do_raise(self, node, args, env):
        if len(args) > 1:
            raise args[0] from args[1]
        raise args[0]

    def do_reraise(self, node, args, env):
        raise

    def do_exception(self, node, args, env):
        return [getattr(builtins, node.attrs["cls"])(*args)]

    def do_cell_new(self, node, args, env):
        return [list(args)]

    def do_cell_get(self, node, args, env):
        return [args[0][0]]

    def do_cell_set(self, node, args, env):
        args[0][:] = [args[1]]
        return []

    def do_unpack(self, node, args, env):
        before, after = node.attrs["before"], node.attrs["after"]
        items = list(args[0])
        if len(items) < before + after or (len(items) > before + after and not node.attrs["star"]):
            raise ValueError("unpack")
        middle = [items[before : len(items) - after]] if node.attrs["star"] else []
        return [*items[:before], *middle, *(items[len(items) - after :] if after else [])]
