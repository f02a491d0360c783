"""Random statements and whole programs, over the expressions of `generate`."""

from __future__ import annotations

from collections.abc import Callable

from generate import (
    ACC,
    ARR,
    BOOL,
    DICT,
    FLOAT,
    FLOATS,
    INT,
    INTS,
    OPT,
    PAIR,
    PARAMS,
    PRELUDE,
    PT,
    RESULTS,
    SCALARS,
    SET,
    STR,
    STRS,
    Generator,
    Scope,
)

Lines = list[str]


def indent(lines: Lines) -> Lines:
    return ["    " + s for s in lines]


class Statements(Generator):
    """Statements as lists of lines; `program` puts a whole module together."""

    def block(self, s: Scope, depth: int, size: int | None = None) -> Lines:
        """One to four statements; ends early after a jump."""
        out: Lines = []
        for _ in range(size or self.r.randint(1, 4)):
            lines = self.statement(s, depth)
            out += lines
            if lines and lines[-1].split()[0] in ("break", "continue", "return", "raise"):
                break
        return out or ["pass"]

    def statement(self, s: Scope, depth: int) -> Lines:
        simple: list[Callable[[Scope], Lines]] = [
            self.assign, self.assign, self.assign, self.augment, self.list_update, self.list_update, self.dict_update, self.arr_update,
            self.alias, self.print_, self.unpack, self.acc_update, self.pt_update,
        ]  # fmt: skip
        if self.chance(0.12):
            return self.jump(s)
        if depth <= 0 or self.chance(0.5):
            return self.r.choice(simple)(s)
        compound = (self.if_, self.if_, self.for_, self.for_, self.while_, self.try_, self.inner_function, self.match_, self.with_, self.narrow)
        return self.r.choice(compound)(s, depth - 1)

    # --- simple statements -----------------------------------------------------------------------------------------

    def target(self, s: Scope, kind: str) -> str:
        """A variable of type `kind` that may be assigned: an old one or a new one."""
        free = [n for n in s.of(kind) if n not in s.locked]
        return self.r.choice(free) if free and self.chance(0.6) else self.name()

    def assign(self, s: Scope) -> Lines:
        kind = self.r.choice([*SCALARS, INT, INTS, FLOATS, STRS, DICT, SET, ARR, OPT, PAIR, ACC, PT])
        value, name = self.expr(s, kind, 3), self.target(s, kind)
        annotation = f": {kind}" if name not in s.names or kind == OPT and value == "None" else ""
        if name in s.names or not annotation:
            annotation = ""
        s.names[name] = kind
        needs = kind in (OPT, DICT, SET, INTS, FLOATS, STRS) or self.chance(0.15)
        return [f"{name}{annotation if needs else ''} = {value}"]

    def unpack(self, s: Scope) -> Lines:
        a, b = self.target(s, INT), self.target(s, INT)
        if a == b:
            return self.assign(s)
        pick = self.r.randint(0, 3)
        two = f"({self.expr(s, INTS)} * 2 + [1, 2])[:2]"
        values = {0: f"{self.expr(s, INT)}, {self.expr(s, INT)}", 1: f"divmod({self.expr(s, INT)}, 7)", 2: two, 3: ""}[pick]
        if pick == 3:
            rest = self.target(s, INTS)
            lines = [f"{a}, *{rest} = {self.expr(s, INTS)} or [5]"]
            s.names.update({a: INT, rest: INTS})
            return lines
        s.names.update({a: INT, b: INT})
        return [f"{a}, {b} = {values}"]

    def augment(self, s: Scope) -> Lines:
        kind = self.r.choice([INT, FLOAT, STR, INTS, ARR, SET])
        free = [n for n in s.of(kind) if n not in s.locked]
        if not free:
            return self.assign(s)
        name = self.r.choice(free)
        if kind == INT:
            op = self.r.choice(["+=", "-=", "//=", "%=", "^=", "&=", "|=", ">>="])
            return [f"{name} {op} {self.r.choice([self.expr(s, INT), '3']) if op != '>>=' else '2'}"]
        if kind == FLOAT:
            return [f"{name} {self.r.choice(['+=', '-=', '*=', '/=', '%='])} {self.expr(s, FLOAT)}"]
        if kind == STR:
            return [f"{name} += {self.expr(s, STR)}[:3]", f"{name} = {name}[-20:]"]
        if kind == INTS:
            return [f"{name} += {self.expr(s, INTS)}[:3]", f"del {name}[8:]"]
        if kind == SET:
            return [f"{name} {self.r.choice(['|=', '&=', '-=', '^='])} {self.expr(s, SET)}"]
        return [f"{name} {self.r.choice(['+=', '-=', '*='])} {self.r.choice([self.expr(s, FLOAT), '2', name])}"]

    def list_update(self, s: Scope) -> Lines:
        names = s.of(INTS)
        if not names:
            return self.assign(s)
        x, v = self.r.choice(names), self.expr(s, INT)
        return [
            self.r.choice([
                f"{x}.append({v})", f"{x}.insert({self.r.randint(-2, 3)}, {v})", f"{x}[{self.index(s, 1)}] = {v}",
                f"{x}[{self.r.choice(['1:2', ':1', '-1:', ':', '::2'])}] = {self.expr(s, INTS)}[:4]", f"{x}.sort()",
                f"{x}.reverse()",
                f"{x}.pop()", f"if {v} in {x}: {x}.remove({v})", f"del {x}[{self.r.choice(['0', '-1', '1:', '::2'])}]",
                f"{x}.extend({self.expr(s, INTS)}[:2])",
                f"{x}[{self.index(s, 1)}] += {v}", f"{x}.append({x}.pop())", f"{x}.sort(key=lambda q: -q % 5, reverse=True)",
                f"{x}.append(len({x}))",
            ]),
            f"del {x}[8:]",
        ]  # fmt: skip

    def dict_update(self, s: Scope) -> Lines:
        names = s.of(DICT)
        if not names:
            return self.assign(s)
        d, k, v = self.r.choice(names), self.expr(s, STR), self.expr(s, INT)
        return [
            self.r.choice([
                f"{d}[{k}] = {v}", f"{d}[{k}] += {v}", f"{d}.pop({k}, None)", f"{d}.update({self.expr(s, DICT)})",
                f"{d}.setdefault({k}, {v})", f"{d}[{k}] = {d}.get({k}, 0) + 1", f"{d}.popitem()",
            ])
        ]  # fmt: skip

    def arr_update(self, s: Scope) -> Lines:
        names = s.of(ARR)
        if not names:
            return self.assign(s)
        a, x = self.r.choice(names), self.expr(s, FLOAT)
        return [
            self.r.choice([
                f"{a}[{self.index(s, 1)}] = {x}", f"{a}[{self.slice()}] = {x}", f"{a}[{self.index(s, 1)}] += {x}", f"{a}[1:] = {a}[:-1]",
                f"{a}[{a} > {x}] = {x}", f"{a}[::-1] += {a}", f"{a}[...] = {x}", f"{a}[:1] *= 2",
            ])
        ]  # fmt: skip

    def alias(self, s: Scope) -> Lines:
        kinds = [k for k in (INTS, DICT, ARR, SET, ACC, PT) if s.of(k)]
        if not kinds:
            return self.assign(s)
        kind = self.r.choice(kinds)
        value = self.r.choice(s.of(kind))
        if kind == ARR and self.chance(0.4):
            value += f"[{self.slice()}]"
        name = self.target(s, kind)
        s.names[name] = kind
        return [f"{name} = {value}"]

    def pt_update(self, s: Scope) -> Lines:
        names = s.of(PT)
        if not names:
            return self.assign(s)
        x, i, f = self.r.choice(names), self.expr(s, INT), self.expr(s, FLOAT)
        return [self.r.choice([f"{x}.x = {i}", f"{x}.x += {i}", f"{x}.y -= {f}", f"{x}.x, {x}.y = {i}, {f}"])]

    def acc_update(self, s: Scope) -> Lines:
        names = s.of(ACC)
        if not names:
            return self.assign(s)
        x = self.r.choice(names)
        return [self.r.choice([f"{x}.add({self.expr(s, INT)})", f"{x}.n = {self.expr(s, INT)}", f"{x}.log = {self.expr(s, INTS)}[:4]"])]

    def print_(self, s: Scope) -> Lines:
        kinds = self.r.sample([INT, FLOAT, STR, BOOL, INTS, DICT, ARR, OPT, PAIR, PT], self.r.randint(1, 2))
        return [f"print({', '.join(self.expr(s, k) for k in kinds)}{self.r.choice(['', ', sep=repr(1)', ', end=chr(10)'])})"]

    def jump(self, s: Scope) -> Lines:
        if s.in_finally:
            return self.print_(s)
        if s.loop and self.chance(0.6):
            return [self.r.choice(["break", "continue"])]
        if self.chance(0.35):
            kind = self.r.choice(["ValueError", "KeyError", "IndexError", "ZeroDivisionError"])
            return [f"raise {kind}({self.expr(s, self.r.choice([INT, STR]))})"]
        return [self.return_(s)]

    def return_(self, s: Scope) -> str:
        parts = [self.expr(s, k) for k in s.result]
        return f"return {parts[0] if len(parts) == 1 else '(' + ', '.join(parts) + ')'}"

    # --- compound statements ---------------------------------------------------------------------------------------

    def if_(self, s: Scope, depth: int) -> Lines:
        walrus = self.chance(0.1)
        if walrus:
            name = self.name("w")
            out = [f"if ({name} := {self.expr(s, INT)}) > {self.expr(s, INT)}:"]
            s.names[name] = INT
        else:
            out = [f"if {self.expr(s, self.r.choice([BOOL, BOOL, BOOL, INT, STR, INTS]))}:"]
        out += indent(self.block(s.inner(), depth))
        if self.chance(0.3):
            out += [f"elif {self.expr(s, BOOL)}:", *indent(self.block(s.inner(), depth))]
        if self.chance(0.5):
            out += ["else:", *indent(self.block(s.inner(), depth))]
        return out

    def loop_else(self, s: Scope, depth: int) -> Lines:
        return ["else:", *indent(self.block(s.inner(), depth))] if self.chance(0.25) else []

    def for_(self, s: Scope, depth: int) -> Lines:
        if s.in_loop >= 2:
            return self.if_(s, depth)
        head, names = self.for_head(s)
        body = s.inner(loop=True, in_loop=s.in_loop + 1)
        body.names.update(names)
        return [head, *indent(self.block(body, depth)), *self.loop_else(s, depth)]

    def for_head(self, s: Scope) -> tuple[str, dict[str, str]]:
        i, x = self.name("i"), self.name("x")
        return self.r.choice([
            (f"for {i} in range({self.expr(s, INT)} % 5):", {i: INT}),
            (f"for {i} in range({self.r.randint(0, 4)}, {self.r.randint(-1, 5)}, {self.r.choice([1, 2, -1])}):", {i: INT}),
            (f"for {x} in {self.expr(s, INTS)}[:5]:", {x: INT}),
            (f"for {x} in {self.expr(s, STR)}[:4]:", {x: STR}),
            (f"for {x} in {self.expr(s, STRS)}[:4]:", {x: STR}),
            (f"for {i}, {x} in enumerate({self.expr(s, INTS)}[:4]):", {i: INT, x: INT}),
            (f"for {x}, {i} in list({self.expr(s, DICT)}.items())[:4]:", {x: STR, i: INT}),
            (f"for {x}, {i} in {self.expr(s, DICT)}.items():", {x: STR, i: INT}),
            (f"for {i}, {x} in zip({self.expr(s, INTS)}[:4], {self.expr(s, FLOATS)}):", {i: INT, x: FLOAT}),
            (f"for {x} in [float(q) for q in {self.expr(s, ARR)}[:4]]:", {x: FLOAT}),
            (f"for {x} in countdown({self.expr(s, INT)} % 5):", {x: INT}),
            (f"for {x} in (q - 1 for q in {self.expr(s, INTS)}[:4] if q):", {x: INT}),
            (f"for {x} in sorted({self.expr(s, SET)})[:4]:", {x: INT}),
            (f"for {x} in reversed({self.expr(s, FLOATS)}[:4]):", {x: FLOAT}),
        ])  # fmt: skip

    def while_(self, s: Scope, depth: int) -> Lines:
        if s.in_loop >= 2:
            return self.if_(s, depth)
        k = self.name("k")
        s.names[k] = INT
        body = s.inner(loop=True, in_loop=s.in_loop + 1, locked=s.locked | {k})
        out = [f"{k} = 0", f"while {k} < {self.r.randint(0, 5)} and {self.expr(s, BOOL)}:", f"    {k} += 1"]
        return out + indent(self.block(body, depth)) + self.loop_else(s, depth)

    def try_(self, s: Scope, depth: int) -> Lines:
        out = ["try:", *indent(self.block(s.inner(in_try=True), depth))]
        jumps = any(line.split()[0] in ("return", "break", "continue") for line in out)
        handlers = self.r.sample(["IndexError", "(KeyError, ValueError)", "ZeroDivisionError", "Exception"], self.r.randint(0, 2))
        for kind in sorted(handlers, key=lambda h: h == "Exception"):
            inner = s.inner(in_try=True)
            e = self.name("e")
            say = self.r.choice([[f"print(repr({e}))"], [f"print({e})"], [f"print(type({e}).__name__)"], []])
            out += [f"except {kind} as {e}:", *indent(say)]
            out += indent(self.block(inner, depth))
            if self.chance(0.15):
                out += ["    raise"] if not out[-1].strip().startswith(("return", "raise", "break", "continue")) else []
        if handlers and not jumps and self.chance(0.3):
            out += ["else:", *indent(self.block(s.inner(in_try=True), depth))]
        if not handlers or self.chance(0.4):
            out += ["finally:", *indent(self.block(s.inner(in_finally=True, in_try=True, loop=False), min(depth, 1)))]
        return out

    def inner_function(self, s: Scope, depth: int) -> Lines:
        if s.in_try:  # a function that is made in a `try` is refused
            return self.if_(s, depth)
        name, arg = self.name("g"), self.name("p")
        kept = [n for n in s.of(INT) if n not in s.locked]
        scope = Scope({**{n: t for n, t in s.names.items() if n not in s.locked}, arg: INT}, (INT,), locked=frozenset(s.names))
        body: Lines = []
        if kept and self.chance(0.5):
            changed = self.r.choice(kept)
            body += [f"nonlocal {changed}", f"{changed} = ({changed} + {arg}) % 1000003"]
        body += self.block(scope, min(depth, 1), 2)
        if not body[-1].startswith(("return", "raise")):
            body.append(self.return_(scope))
        result = self.name()
        call = f"{result} = {name}({self.expr(s, INT)}) + {name}({self.expr(s, INT)})"
        s.names[result] = INT
        return [f"def {name}({arg}: int) -> int:", *indent(body), call]

    def match_(self, s: Scope, depth: int) -> Lines:
        x, rest = self.name("m"), self.name("r")
        kind = self.r.choice([INT, STR, INTS, PAIR, OPT])
        cases = {
            INT: [("0", {}), ("1 | 2", {}), (f"{x} if {x} > 5", {x: INT})],
            STR: [("''", {}), ("'a' | 'b'", {}), (f"{x}", {x: STR})],
            INTS: [("[]", {}), (f"[{x}]", {x: INT}), (f"[{x}, *{rest}]", {x: INT, rest: INTS})],
            PAIR: [("(1, _)", {}), (f"({x}, {rest})", {x: INT, rest: FLOAT})],
            OPT: [("None", {}), (f"int({x})", {x: INT})],
        }[kind]
        out = [f"match {self.expr(s, kind)}:"]
        for pattern, names in cases:
            inner = s.inner()
            inner.names.update(names)
            out += indent([f"case {pattern}:", *indent(self.block(inner, depth, 2))])
        return out

    def with_(self, s: Scope, depth: int) -> Lines:
        name = self.name("c")
        inner = s.inner()
        inner.names[name] = ACC
        return [f"with Acc({self.expr(s, INT)}) as {name}:", *indent(self.block(inner, depth))]

    def narrow(self, s: Scope, depth: int) -> Lines:
        names = [n for n in s.of(OPT) if n not in s.locked]
        if not names:
            return self.assign(s)
        name = self.r.choice(names)
        inner, other = s.inner(), s.inner()
        inner.names[name] = INT
        inner.locked = other.locked = s.locked | {name}
        del other.names[name]
        return [f"if {name} is not None:", *indent(self.block(inner, depth)), "else:", *indent(self.block(other, depth))]

    # --- programs --------------------------------------------------------------------------------------------------

    def helper(self) -> Lines:
        params = tuple(self.r.choice(PARAMS) for _ in range(self.r.randint(1, 3)))
        result = self.r.choice(RESULTS)
        name = self.name("h")
        names = {self.name("a"): p for p in params}
        lines = self.function(name, names, (result,), 2)
        self.helpers.append((name, params, result))
        return lines

    def function(self, name: str, params: dict[str, str], result: tuple[str, ...], depth: int) -> Lines:
        scope = Scope(dict(params), result)
        body = self.block(scope, depth, self.r.randint(2, 7))
        if not body[-1].startswith(("return", "raise")):
            body.append(self.return_(scope))
        returns = result[0] if len(result) == 1 else f"tuple[{', '.join(result)}]"
        return [f"def {name}({', '.join(f'{n}: {t}' for n, t in params.items())}) -> {returns}:", *indent(body), ""]

    def program(self) -> tuple[str, list[str]]:
        """The module text and the argument texts of four calls of `f`."""
        lines: Lines = []
        for _ in range(self.r.randint(0, 2)):
            lines += self.helper()
        params = {self.name("a"): self.r.choice(PARAMS) for _ in range(self.r.randint(2, 5))}
        result = tuple(self.r.choice(RESULTS) for _ in range(self.r.randint(1, 3)))
        lines += self.function("f", params, result, 3)
        calls = [f"({', '.join(self.argument(p) for p in params.values())},)" for _ in range(4)]
        return PRELUDE + "\n".join(lines), [c.replace(",)", ")") for c in calls]

    def argument(self, kind: str) -> str:
        return self.literal(kind).replace("float('inf')", "inf").replace("float('nan')", "nan")
