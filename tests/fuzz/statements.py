"""Random statements, over the expressions of `generate`."""

from __future__ import annotations

from collections.abc import Callable

from generate import Generator, NoVariable, Scope, lines_of
from kinds import ANNOTATIONS, ARRAYS, DICTS, LISTS, OPTIONALS, SCALARS, SETS, TUPLES
from updates import HEADS, UPDATES

Lines = list[str]
JUMPS = ("break", "continue", "return", "raise")
CONTAINERS = (*LISTS, *SETS, *DICTS, *OPTIONALS)
VALUES = (
    *SCALARS, *SCALARS, *LISTS, *SETS, *DICTS, *TUPLES, *OPTIONALS, *ARRAYS, "F1", "F1", "F2", "ints", "ints", "F0", "I0",
    "Acc", "Pt", "Cut", "Base", "Bag", "Color",
)  # fmt: skip
RISKS = ("print($dsi[$str])", "print($ints[$index])", "print(7 // ($int % 2))", "assert $test", "print($dis[$int])", "print(int($str))")
"""What may raise, for the beginning of a `try`."""
CAUGHT = ("Oops", "IndexError", "ZeroDivisionError", "(KeyError, ValueError)", "LookupError", "Exception")
"""Special before general."""
MUTABLE = (*LISTS, *SETS, *DICTS, *ARRAYS, "Acc", "Pt", "Base", "Bag")
UPDATE_FORMS = {kind: lines_of(text) for kind, text in UPDATES.items()}
HEAD_FORMS = [(head, kinds) for head, _, kinds in (line.rpartition("|") for line in HEADS.splitlines() if line)]


def indent(lines: Lines) -> Lines:
    return ["    " + s for s in lines]


def jumps(lines: Lines) -> bool:
    """Does the block never go on to what follows?"""
    return bool(lines) and not lines[-1].startswith(" ") and lines[-1].split(maxsplit=1)[0] in JUMPS


class Statements(Generator):
    """Statements as lists of lines."""

    def block(self, s: Scope, depth: int, size: int | None = None) -> Lines:
        """Some statements; ends early after a jump."""
        out: Lines = []
        for _ in range(size or self.r.choice((1, 1, 2, 2))):
            try:
                out += self.statement(s, depth)
            except NoVariable:
                out += self.assign(s)
            if jumps(out):
                break
        return out or ["pass"]

    def statement(self, s: Scope, depth: int) -> Lines:
        if self.chance(0.09):
            return self.jump(s)
        if depth <= 0 or self.chance(0.5):
            return self.pick(self.SIMPLE)(self, s)
        return self.pick(self.COMPOUND)(self, s, depth - 1)

    def pick(self, table: dict[Callable[..., Lines], int]) -> Callable[..., Lines]:
        return self.r.choices(list(table), list(table.values()))[0]

    # --- simple statements -----------------------------------------------------------------------------------------

    def target(self, s: Scope, kind: str) -> str:
        """A variable of `kind` that may be assigned: an old one or a new one."""
        free = [n for n in s.of(kind) if n not in s.locked]
        if free and self.chance(0.6):
            return self.r.choice(free)
        other = [n for n in s.own if n not in s.locked and "." not in n]
        return self.r.choice(other) if other and not s.in_loop and not s.in_try and self.chance(0.05) else self.name()

    def assign(self, s: Scope) -> Lines:
        kind = self.r.choice(VALUES if not s.names or self.chance(0.6) else [k for k in s.names.values() if k in ANNOTATIONS] or VALUES)
        value, name = self.expr(s, kind, self.r.choice((2, 2, 3))), self.target(s, kind)
        new = name not in s.names
        s.bind(name, kind)
        if new and kind in ANNOTATIONS and (kind in CONTAINERS or self.chance(0.15)):
            return [f"{name}: {ANNOTATIONS[kind]} = {value}"]
        if new and kind in SCALARS and self.chance(0.06):
            second = self.name()
            s.bind(second, kind)
            return [f"{name} = {second} = {value}"]
        return [f"{name} = {value}"]

    def unpack(self, s: Scope) -> Lines:
        a, b = self.target(s, "int"), self.target(s, "int")
        if a == b:
            return self.assign(s)
        form = self.r.choice(["$int, $int", "divmod($int, 7)", "($ints * 2 + [1, 2])[:2]", "$tii", "$I1[:2]", "*", "()"])
        if form == "*":
            rest = self.target(s, "ints")
            value = self.fill(s, "$ints or [5]", 2)
            s.bind(a, "int"), s.bind(rest, "ints")
            return [f"{self.r.choice([f'{a}, *{rest}', f'*{rest}, {a}'])} = {value}"]
        if form == "()":
            word = self.target(s, "str")
            value = self.fill(s, "$int, $tis", 2)
            s.bind(a, "int"), s.bind(b, "int"), s.bind(word, "str")
            return [f"{a}, ({b}, {word}) = {value}"]
        kind = "I0" if form == "$I1[:2]" else "int"
        if kind == "I0":
            a, b = self.name(), self.name()
        value = self.fill(s, form, 2)
        s.bind(a, kind), s.bind(b, kind)
        return [f"{a}, {b} = {value}"]

    def swap(self, s: Scope) -> Lines:
        kind = self.r.choice([*s.names.values()] or ["int"])
        free = [n for n in s.of(kind) if n not in s.locked]
        if len(free) < 2:
            return self.assign(s)
        a, b = self.r.sample(free, 2)
        return [f"{a}, {b} = {b}, {a}"]

    def update(self, s: Scope) -> Lines:
        kinds = [k for k in s.names.values() if k in UPDATES]
        if not kinds:
            return self.assign(s)
        kind = self.r.choice(kinds)
        if not [n for n in s.of(kind) if n not in s.locked]:
            return self.assign(s)
        line = self.fill(s.inner(names={n: k for n, k in s.names.items() if k != kind or n not in s.locked}), self.r.choice(UPDATE_FORMS[kind]), 2)
        return [line, *self.cut(s, line, kind)]

    def cut(self, s: Scope, line: str, kind: str) -> Lines:
        if kind not in LISTS:
            return []
        return [f"del {n}[8:]" for n in s.of(kind) if n in line][:2]

    def alias(self, s: Scope) -> Lines:
        kinds = [k for k in s.names.values() if k in MUTABLE]
        if not kinds:
            return self.assign(s)
        kind = self.r.choice(kinds)
        value = self.r.choice(s.of(kind))
        if kind in ("F1", "F2", "I1", "f1") and self.chance(0.5):
            value += f"[{self.form(s, 'slice', 1)}]"
        elif kind == "F2" and self.chance(0.7):
            kind, value = self.r.choice([("F1", f"{value}[{self.form(s, 'index', 0)}]"), ("F2", f"{value}.T"), ("F1", f"{value}.reshape(-1)")])
        elif kind == "grid" and self.chance(0.5):
            kind, value = "ints", f"({value} or [[3]])[0]"
        elif kind in (*LISTS, *SETS, *DICTS, *ARRAYS) and self.chance(0.3):
            value += ".copy()"
        name = self.target(s, kind)
        s.bind(name, kind)
        return [f"{name} = {value}"]

    def print_(self, s: Scope) -> Lines:
        kinds = self.r.choices([k for k in s.names.values() if k not in ("iset", "sset")] or ["int"], k=self.r.randint(1, 2))
        values = ", ".join(self.expr(s, k, 1) if k in ANNOTATIONS and k not in ("Acc", "Base", "Bag") else repr(k) for k in kinds)
        return [f"print({values}{self.r.choice(['', '', ', sep=repr(1)', ', end=chr(10)', ', flush=True'])})"]

    def delete(self, s: Scope) -> Lines:
        names = [n for n in s.own if n not in s.locked and n.startswith("v")]
        if not names or s.in_try or s.in_loop or s.in_finally:
            return self.print_(s)
        name = self.r.choice(sorted(names))
        del s.names[name]
        s.own.discard(name)
        return [f"del {name}"]

    def check(self, s: Scope) -> Lines:
        optional = [n for k in OPTIONALS for n in s.of(k) if n not in s.locked]
        if optional and self.chance(0.4) and not s.in_loop and not s.in_try:
            name = self.r.choice(optional)
            s.names[name] = OPTIONALS[s.names[name]]
            return [f"if {name} is None:", f"    {self.return_(s.inner(names={n: k for n, k in s.names.items() if n != name}))}"]
        return [f"assert {self.fill(s, self.r.choice(['$test', '$test, $str', '$test, $int']), 2)}"]

    def jump(self, s: Scope) -> Lines:
        if s.in_finally:
            return self.print_(s)
        if s.loop and self.chance(0.65):
            return [self.r.choice(["break", "continue"])]
        if self.chance(0.3):
            kind = self.r.choice(["ValueError", "KeyError", "IndexError", "ZeroDivisionError", "RuntimeError", "Oops"])
            return [f"raise {kind}({self.expr(s, 'int' if kind == 'Oops' else self.r.choice(['int', 'str']))})"]
        return [self.return_(s)]

    def return_(self, s: Scope) -> str:
        if s.item is not None:
            return "return"
        parts = [self.expr(s, k) for k in s.result]
        return f"return {parts[0] if len(parts) == 1 else '(' + ', '.join(parts) + ')'}"

    # --- compound statements ---------------------------------------------------------------------------------------

    def if_(self, s: Scope, depth: int) -> Lines:
        if self.chance(0.1):
            name = self.name("w")
            out = [f"if ({name} := {self.expr(s, 'int')}) > {self.expr(s, 'int')}:"]
            s.bind(name, "int")
        else:
            out = [f"if {self.expr(s, 'test')}:"]
        out += indent(self.block(s.inner(), depth))
        for _ in range(self.r.choice((0, 0, 0, 1, 1, 2))):
            out += [f"elif {self.expr(s, 'test')}:", *indent(self.block(s.inner(), depth))]
        if self.chance(0.5):
            out += ["else:", *indent(self.block(s.inner(), depth))]
        return out

    def loop_else(self, s: Scope, depth: int) -> Lines:
        return ["else:", *indent(self.block(s.inner(), depth))] if self.chance(0.25) else []

    def for_(self, s: Scope, depth: int) -> Lines:
        if s.in_loop >= 2:
            return self.if_(s, depth)
        head, targets, names = self.for_head(s)
        body = s.inner(loop=True, in_loop=s.in_loop + 1)
        for name, kind in names.items():
            body.bind(name, kind)
        first = self.update(body) if self.chance(0.5) else []
        return [f"for {targets} in {head}:", *indent([*first, *self.block(body, depth)]), *self.loop_else(s, depth)]

    def for_head(self, s: Scope) -> tuple[str, str, dict[str, str]]:
        form, kinds = self.r.choice(HEAD_FORMS)
        if self.heads and self.chance(0.3):
            form, kinds = self.r.choice(self.heads), "int"
        names: dict[str, str] = {}

        def bind(kind: str) -> str:
            name = self.name("x")
            names[name] = kind
            return name

        targets = "".join(bind(part) if part.isalnum() else {",": ", "}.get(part, part) for part in _split(kinds))
        return self.fill(s, form, 2), targets, names

    def while_(self, s: Scope, depth: int) -> Lines:
        if s.in_loop >= 2:
            return self.if_(s, depth)
        k = self.name("k")
        s.bind(k, "int")
        s.own.discard(k)
        body = s.inner(loop=True, in_loop=s.in_loop + 1, locked=s.locked | {k})
        fuel = f"{k} < {self.r.randint(0, 5)}"
        test = self.r.choice([f"{fuel} and {self.expr(s, 'bool')}", f"({self.expr(s, 'bool')}) and {fuel}", fuel, "True"])
        out = [f"{k} = 0", f"while {test}:", f"    {k} += 1"]
        if test == "True":
            way_out = "break" if s.in_finally or self.chance(0.6) else self.return_(s)
            out += [f"    if {k} > {self.r.randint(0, 4)}:", f"        {way_out}"]
        first = self.update(body) if self.chance(0.5) else []
        return out + indent([*first, *self.block(body, depth)]) + ([] if test == "True" else self.loop_else(s, depth))

    def drain(self, s: Scope, depth: int) -> Lines:
        """Fill a list, or empty it, as long as it asks for it."""
        names = [n for n in s.of("ints") if n not in s.locked]
        if not names or s.in_loop >= 2:
            return self.for_(s, depth)
        xs, x = self.r.choice(names), self.name("x")
        inner = s.inner(loop=True, in_loop=s.in_loop + 1)
        inner.names = {n: k for n, k in inner.names.items() if k != "ints"}  # nothing else may fill or empty it
        if self.chance(0.5):
            return [f"while len({xs}) < {self.r.randint(1, 6)}:", f"    {xs}.append({self.expr(s, 'int')})", *indent(self.block(inner, 0))]
        inner.bind(x, "int")
        return [f"while {xs}:", f"    {x} = {xs}.pop({self.r.choice(['', '0'])})", *indent(self.block(inner, 0))]

    def try_(self, s: Scope, depth: int) -> Lines:
        body = self.block(s.inner(in_try=True), depth)
        if self.chance(0.5):
            body.insert(0, self.fill(s, self.r.choice(RISKS), 1))
        out = ["try:", *indent(body)]
        handlers = sorted(self.r.sample(CAUGHT, self.r.randint(0, 2)), key=CAUGHT.index)
        for kind in handlers:
            e = self.name("e")
            say = self.r.choice([f"print(repr({e}))", f"print({e})", f"print(type({e}).__name__)", f"print({e}.code)" if kind == "Oops" else "pass"])
            inner = self.block(s.inner(in_try=True), depth)
            if self.chance(0.15) and not jumps(inner):
                inner.append(self.r.choice(["raise", f"raise RuntimeError('again') from {e}", f"raise KeyError({self.expr(s, 'str')})"]))
            out += [f"except {kind} as {e}:", *indent([say, *inner])]
        if handlers and not any(line.split()[0] in ("return", "break", "continue") for line in body) and self.chance(0.3):
            out += ["else:", *indent(self.block(s.inner(in_try=True), depth))]
        if not handlers or self.chance(0.4):
            out += ["finally:", *indent(self.block(s.inner(in_finally=True, in_try=True, loop=False), min(depth, 1)))]
        return out

    def inner_function(self, s: Scope, depth: int) -> Lines:
        if s.in_try or s.item is not None:  # a function that is made in a `try` is refused
            return self.if_(s, depth)
        name, arg = self.name("g"), self.name("p")
        result = self.r.choice(["int", "int", "float", "str", "ints"])
        kept = [n for n in s.of("int") if n not in s.locked and "." not in n]
        scope = Scope({**{n: t for n, t in s.names.items() if n not in s.locked}, arg: "int"}, (result,), locked=frozenset(s.names))
        body: Lines = []
        if kept and self.chance(0.5):
            changed = self.r.choice(kept)
            body += [f"nonlocal {changed}", f"{changed} = ({changed} + {arg}) % 1000003"]
        default = self.chance(0.3)
        body += self.block(scope, min(depth, 1), 2)
        if not jumps(body):
            body.append(self.return_(scope))
        value = self.name()
        first = f"{name}({self.expr(s, 'int')})"
        call = f"{value} = {first} + {name}({'' if default else self.expr(s, 'int')})"
        s.bind(value, result)
        return [f"def {name}({arg}: int{' = 3' if default else ''}) -> {ANNOTATIONS[result]}:", *indent(body), call]

    def lambda_(self, s: Scope, depth: int) -> Lines:
        if s.in_try or s.in_loop or s.item is not None:
            return self.if_(s, depth)
        name, arg, kind = self.name("g"), self.name("q"), self.r.choice(["int", "float", "str"])
        scope = s.inner(names={**{n: k for n, k in s.names.items() if n not in s.locked}, arg: "int"})
        body = self.expr(scope, kind, 2)
        if ":=" in body:
            return self.if_(s, depth)
        s.calls.setdefault(kind, []).append(f"{name}($int)")
        return [f"{name} = lambda {arg}: {body}"]

    def match_(self, s: Scope, depth: int) -> Lines:
        x, rest = self.name("m"), self.name("r")
        kind = self.r.choice(["int", "str", "ints", "tif", "oint", "Pt", "Cut", "Color", "tis", "dsi"])
        cases: dict[str, list[tuple[str, dict[str, str]]]] = {
            "int": [("0", {}), ("1 | 2", {}), (f"{x} if {x} > 5", {x: "int"}), ("_", {})],
            "str": [("''", {}), ("'a' | 'b'", {}), (f"{x}", {x: "str"})],
            "ints": [("[]", {}), (f"[{x}]", {x: "int"}), (f"[{x}, *{rest}]", {x: "int", rest: "ints"})],
            "tif": [("(1, _)", {}), (f"({x}, {rest})", {x: "int", rest: "float"})],
            "tis": [("(0, 'a')", {}), (f"({x}, ('a' | 'b') as {rest})", {x: "int", rest: "str"}), ("_", {})],
            "oint": [("None", {}), (f"int({x})", {x: "int"})],
            "Pt": [("Pt(x=0)", {}), (f"Pt({x}, {rest}) if {rest} > 0", {x: "int", rest: "float"}), ("_", {})],
            "Cut": [("Cut(0, _)", {}), (f"Cut(lo={x}, hi=9)", {x: "int"})],
            "Color": [("Color.RED", {}), ("Color.GREEN | Color.BLUE", {})],
            "dsi": [(f"{{'a': {x}}}", {x: "int"}), ("{'b': 0}", {})],
        }
        out = [f"match {self.expr(s, kind)}:"]
        for pattern, names in cases[kind]:
            inner = s.inner()
            inner.names.update(names)
            out += indent([f"case {pattern}:", *indent(self.block(inner, depth, 1 + self.r.randrange(2)))])
        return out

    def with_(self, s: Scope, depth: int) -> Lines:
        name = self.name("c")
        inner = s.inner(in_try=True)
        if self.chance(0.25):
            return [f"with contextlib.suppress({self.r.choice(['IndexError', 'ValueError', 'LookupError'])}):", *indent(self.block(inner, depth))]
        inner.names[name] = "Acc"
        second = f", Acc({self.expr(s, 'int')})" if self.chance(0.2) else ""
        return [f"with Acc({self.expr(s, 'int')}) as {name}{second}:", *indent(self.block(inner, depth))]

    def narrow(self, s: Scope, depth: int) -> Lines:
        names = [n for k in OPTIONALS for n in s.of(k) if n not in s.locked]
        if not names:
            return self.assign(s)
        name = self.r.choice(names)
        inner, other = s.inner(), s.inner()
        inner.names[name] = OPTIONALS[s.names[name]]
        inner.locked = other.locked = s.locked | {name}
        del other.names[name]
        more = f" and {self.expr(s.inner(names=inner.names, locked=inner.locked), 'bool', 1)}" if self.chance(0.3) else ""
        yes, no = indent(self.block(inner, depth)), indent(self.block(other, depth))
        if not more and self.chance(0.3):
            return [f"if {name} is None:", *no, "else:", *yes]
        return [f"if {name} is not None{more}:", *yes, *(["else:", *no] if not more else [])]

    def repeated(self, s: Scope, depth: int) -> Lines:
        """One expression twice with something between: what is merged or moved wrongly shows."""
        kind = self.r.choice(["int", "float", "str", "ints", "F1", "F1", "F2", "bool", "F0", "I1"])
        value, (a, b) = self.expr(s, kind, 3), (self.name(), self.name())
        between = self.block(s.inner(), 0, 1)
        out = [f"{a} = {value}", *(between if not jumps(between) else []), f"{b} = {value}"]
        s.bind(a, kind), s.bind(b, kind)
        return out

    def leave_early(self, s: Scope) -> Lines:
        if not s.loop:
            return self.update(s)
        ways = ["continue", "continue", "break", *([] if s.in_finally else [self.return_(s)])]
        return [f"if {self.expr(s, 'test')}:", *indent([*self.update(s), self.r.choice(ways)])]

    def yield_(self, s: Scope) -> Lines:
        if s.item is None or s.in_try:
            return self.update(s)
        return [f"yield from {self.expr(s, 'ints')}" if self.chance(0.15) else f"yield {self.expr(s, s.item)}"]

    SIMPLE = {
        assign: 30, update: 40, alias: 10, print_: 8, unpack: 6, check: 5, swap: 3, delete: 2, yield_: 10, leave_early: 6,
    }  # fmt: skip
    COMPOUND = {
        if_: 20, for_: 24, while_: 12, try_: 10, inner_function: 7, lambda_: 4, match_: 8, with_: 5, narrow: 10, repeated: 6, drain: 5,
    }  # fmt: skip


def _split(kinds: str) -> list[str]:
    """`int,(int,str)` in its parts."""
    out, word = [], ""
    for c in kinds:
        if c.isalnum():
            word += c
        else:
            out += [word, c]
            word = ""
    return [p for p in [*out, word] if p]
