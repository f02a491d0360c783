"""Random helpers, generators, classes, modules, and whole programs."""

from __future__ import annotations

from generate import Scope
from kinds import ANNOTATIONS, ARRAYS
from prelude import complete
from statements import Lines, Statements, indent, jumps

PARAMS = (
    "int", "int", "float", "str", "bool", "ints", "ints", "floats", "strs", "grid", "pairs", "opts", "iset", "dsi", "dis", "dsl", "dtf",
    "tif", "tis", "tsl", "oint", "oint", "ostr", "oints", "F1", "F1", "F1", "F2", "f1", "I1", "I2", "B1", "U1", "Pt", "Cut", "Color",
)  # fmt: skip
RESULTS = (
    "int", "float", "str", "bool", "ints", "floats", "strs", "grid", "dsi", "F1", "F1", "F2", "f1", "I1", "B1", "oint", "tif", "Pt", "tis", "iset",
    "opts",
)  # fmt: skip
FIELDS = ("int", "int", "float", "str", "bool", "ints", "dsi", "oint", "F1", "F2", "strs", "tif")
SLOTS = ("int", "int", "float", "bool", "F1", "F1", "F2", "I1", "str", "ints", "oint")
TYPED = {kind: f"npt.NDArray[np.{dtype}{'_' if dtype == 'bool' else ''}]" for kind, dtype in ARRAYS.items()}


class Programs(Statements):
    """Whole modules, of the statements of `Statements`."""

    def function(self, name: str, params: dict[str, str], scope: Scope, depth: int, size: int) -> Lines:
        """A function whose parameters have the annotations given, with a random body."""
        body = self.block(scope, depth, size)
        if not jumps(body):
            body.append(self.return_(scope))
        returns = "" if scope.item else f" -> {self.annotation(scope.result)}"
        return [f"def {name}({', '.join(f'{n}{a}' for n, a in params.items())}){returns}:", *indent(body), ""]

    def annotation(self, kinds: tuple[str, ...]) -> str:
        parts = [ANNOTATIONS[k] for k in kinds]
        return parts[0] if len(parts) == 1 else f"tuple[{', '.join(parts)}]"

    def helper(self) -> Lines:
        kinds = [self.r.choice((*PARAMS, "Acc", "Base", "Bag")) for _ in range(self.r.randint(1, 3))]
        result, name = self.r.choice(RESULTS), self.name("h")
        names = {self.name("a"): k for k in kinds}
        params = {n: f": {ANNOTATIONS.get(k, k)}" for n, k in names.items()}
        call = [f"${k}" for k in kinds]
        if self.chance(0.25):
            extra = self.name("a")
            names[extra], params[extra] = "int", ": int = 4"
            call.append(self.r.choice(["$int", f"{extra}=$int"]))
        elif self.chance(0.15):
            rest = self.name("a")
            names[rest], params["*" + rest] = "tii*", ": int"
            call += ["$int"] * self.r.randrange(3)
        scope = Scope({n: k for n, k in names.items() if k != "tii*"}, (result,))
        if rest := [n for n, k in names.items() if k == "tii*"]:
            scope.calls["int"] = [f"len({rest[0]})", f"sum({rest[0]})"]
        lines = self.function(name, params, scope, 2, self.r.randint(1, 4))
        forms = [f"{name}({', '.join(call)})"]
        if len(call) > len(kinds):
            forms.append(f"{name}({', '.join(call[: len(kinds)])})")
        self.extra.setdefault(result, []).extend(forms)
        return lines

    def generator(self) -> Lines:
        kinds = [self.r.choice(PARAMS) for _ in range(self.r.randint(1, 2))]
        name, names = self.name("gen"), {self.name("a"): k for k in kinds}
        scope = Scope(dict(names), ("int",), item="int")
        lines = self.function(name, {n: f": {ANNOTATIONS.get(k, k)}" for n, k in names.items()}, scope, 2, self.r.randint(1, 4))
        lines[-1:] = [f"    yield {self.expr(scope, 'int')}", ""] if not jumps([lines[-2].strip()]) or lines[-2].strip() == "return" else [""]
        if not any("yield" in line for line in lines):
            lines.insert(1, f"    yield {self.expr(Scope(dict(names)), 'int')}")
        call = f"{name}({', '.join(f'${k}' for k in kinds)})"
        self.extra.setdefault("ints", []).append(f"list({call})[:8]")
        self.extra.setdefault("int", []).extend([f"sum({call})", f"max({call}, default=$int)", f"next({call}, $int)"])
        self.heads.append(call)
        return lines

    def class_(self) -> Lines:
        """A class with fields and methods, or a dataclass; sometimes with a subclass."""
        name = self.name("K")
        fields = {self.name("b"): self.r.choice(FIELDS) for _ in range(self.r.randint(1, 3))}
        plain = self.chance(0.6)
        if plain:
            lines = [f"class {name}:", f"    def __init__(self, {', '.join(f'{n}: {ANNOTATIONS.get(k, k)}' for n, k in fields.items())}) -> None:"]
            lines += [f"        self.{n} = {n}" for n in fields]
        else:
            self.dataclasses.append(name)
            lines = ["@dataclass", f"class {name}:", *(f"    {n}: {ANNOTATIONS.get(k, k)}" for n, k in fields.items())]
        methods = []
        forms: list[tuple[str, str]] = [(k, f"${name}.{n}") for n, k in fields.items()]
        for _ in range(self.r.randint(1, 2)):
            method, arg, result = self.name("m"), self.name("a"), self.r.choice(("int", "float", "str", "ints", "F1"))
            lines += ["", *indent(self.method(method, arg, result, fields))]
            methods.append((method, arg, result))
            forms.append((result, f"${name}.{method}($int)"))
        if self.chance(0.3):
            prop, result = self.name("p"), self.r.choice(("int", "float", "bool"))
            scope = Scope({f"self.{n}": k for n, k in fields.items()}, (result,))
            lines += ["", "    @property", f"    def {prop}(self) -> {result}:", f"        {self.return_(scope)}"]
            forms.append((result, f"${name}.{prop}"))
        made = f"{name}({', '.join(f'${k}' for k in fields.values())})"
        extra = [made]
        lines.append("")
        if plain and self.chance(0.5):
            sub = self.name("K")
            lines += [f"class {sub}({name}):", *indent(self.override(*methods[0], fields)), ""]
            extra += [made.replace(name, sub, 1), f"({made.replace(name, sub, 1)} if $bool else {made})"]
        self.extra[name] = extra
        self.literals[name] = [f"{name}({', '.join(self.literal(k) for k in fields.values())})"]
        for kind, form in forms:
            self.extra.setdefault(kind, []).append(form)
        return lines

    def method(self, name: str, arg: str, result: str, fields: dict[str, str]) -> Lines:
        scope = Scope({arg: "int", **{f"self.{n}": k for n, k in fields.items()}}, (result,))
        return self.function(name, {"self": "", arg: ": int"}, scope, 1, self.r.randint(1, 3))[:-1]

    def override(self, name: str, arg: str, result: str, fields: dict[str, str]) -> Lines:
        scope = Scope({arg: "int", **{f"self.{n}": k for n, k in fields.items()}}, (result,))
        scope.calls[result] = [f"super().{name}($int)"]
        return self.function(name, {"self": "", arg: ": int"}, scope, 1, self.r.randint(1, 2))[:-1]

    def module(self, params: dict[str, str], result: tuple[str, ...]) -> Lines:
        """A Module whose `forward` changes its own state; `make` gives a fresh one."""
        slots = {self.name("s"): self.r.choice(SLOTS) for _ in range(self.r.randint(1, 3))}
        lines = ["class Net(nn.Module):", "    def __init__(self) -> None:"]
        lines += [f"        self.{n}: {ANNOTATIONS.get(k, k)} = {self.literal(k)}" for n, k in slots.items()]
        linear = self.chance(0.3)
        if linear:
            lines.append(f"        self.lin = nn.Linear(3, 3, rng={self.r.randrange(4)})")
        scope = Scope({**params, **{f"self.{n}": k for n, k in slots.items()}}, result)
        if linear:
            scope.calls["f1"] = ["self.lin($f1)"]
            scope.calls["F1"] = ["self.lin($F1).astype(np.float64)"]
        annotated = {"self": "", **{n: f": {ANNOTATIONS.get(k, k)}" for n, k in params.items()}}
        lines += ["", *indent(self.function("forward", annotated, scope, 3, self.r.randint(2, 4)))]
        return [*lines, "def make():", "    return Net()", ""]

    def program(self) -> tuple[str, list[str]]:
        """The module text and the argument texts of some calls of `f`."""
        lines: Lines = []
        for part, chance in ((self.helper, 0.4), (self.class_, 0.2), (self.generator, 0.15), (self.helper, 0.15)):
            if self.chance(chance):
                lines += [*part(), ""]
        params = {self.name("a"): self.r.choice((*PARAMS, *self.dataclasses)) for _ in range(self.r.randint(1, 4))}
        result = tuple(self.r.choice(RESULTS) for _ in range(self.r.choice((1, 1, 2, 3))))
        if self.chance(0.15):
            lines += self.module(params, result)
        else:
            texts = {n: f": {TYPED[k] if k in TYPED and self.chance(0.25) else ANNOTATIONS.get(k, k)}" for n, k in params.items()}
            lines += self.function("f", texts, Scope(dict(params), result), 3, self.r.randint(2, 4))
        calls = [self.call(list(params.values())) for _ in range(3)]
        return complete("\n".join(lines), " ".join(calls)), calls

    def call(self, kinds: list[str]) -> str:
        """Arguments as text; two of the same kind are sometimes the same object, or share memory."""
        out: list[str] = []
        named: dict[str, str] = {}
        for kind in kinds:
            if kind in named and self.chance(0.3):
                out.append(named[kind] + (self.r.choice(["", "[::-1]", "[1:]"]) if kind in ARRAYS else ""))
                continue
            text = self.literal(kind).replace("float('inf')", "inf").replace("float('nan')", "nan")
            named[kind] = f"z{len(out)}"
            out.append(f"(z{len(out)} := {text})" if kinds.count(kind) > 1 else text)
        return f"({', '.join(out)})"
