"""What lint sees without running anything: the user's modules, their imports, and what they compile."""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from scriptc.diagnostics import Diagnostic
from scriptc.lint.files import python_files, relevant
from scriptc.lint.finder import Finder
from scriptc.lint.run import lint_files

HEAD = "import numpy as np\nfrom scriptc import nn, script\n"


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def write(files: dict[str, str]) -> None:
    for name, text in files.items():
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def findings(text: str, **others: str) -> list[Diagnostic]:
    """What lint finds in `m.py`; `others` are other files, by dotted name with `__` for the dots."""
    write({"m.py": HEAD + text, **{name.replace("__", "/") + ".py": other for name, other in others.items()}})
    return lint_files(["m.py"]).diagnostics


def codes(text: str, **others: str) -> list[str]:
    return [d.code for d in findings(text, **others)]


# -- nothing of the user's runs -----------------------------------------------------------------------------------------
RUN = """
def ran(*args, **kwargs):
    open("ran", "w").close()
    return args[0] if args else 1
"""
USER_CODE = {
    "top level": "ran()\nx = ran(1)\nfor i in range(3):\n    ran()\nwhile ran():\n    break\nwith ran():\n    pass\n",
    "condition": "if ran():\n    A = 1\nelif not ran() or ran() > 2:\n    A = 2\nassert ran()\n",
    "comprehension": "xs = [ran(i) for i in range(3) if ran()]\nd = {ran(1): ran(2)}\n",
    "decorator": "@ran\ndef g(x: int) -> int:\n    return x\n@ran()\nclass C:\n    pass\n",
    "default": "def g(x: int = ran(1), *, y: int = ran(2)) -> int:\n    return x\n@script\ndef h(x: int) -> int:\n    return g(x)\n",
    "annotation": """def g(x: ran(int), *args: ran(int)) -> ran(int):
    return x
y: ran(int) = 1
@script
def h(x: int) -> int:
    return g(x)
""",
    "local annotation": "@script\ndef h(x: int) -> int:\n    y: ran(int) = x\n    z: 'ran(int)' = y\n    w: list[ran(int)] = [z]\n    return w[0]\n",
    "lambda": "xs = sorted([2, 1], key=lambda v: ran(v))\nys = list(map(ran, [1]))\nz = max([1], key=ran)\n",
    "metaclass": """class M(type):
    def __new__(m, *a):
        ran()
        return type.__new__(m, *a)
    def __getitem__(c, i):
        return ran(i)
class C(metaclass=M):
    pass
class D(C):
    pass
x = C[1]
""",
    "init_subclass": "class A:\n    def __init_subclass__(cls):\n        ran()\nclass B(A):\n    pass\n",
    "class_getitem": "class A:\n    def __class_getitem__(cls, i):\n        return ran(i)\nx = A[1]\n",
    "set_name": "class A:\n    def __set_name__(self, o, n):\n        ran()\nclass B:\n    a = A()\n",
    "descriptor": "class A:\n    def __get__(self, o, c=None):\n        return ran(1)\nclass B:\n    a = A()\nx = B.a\n"
    "@script\ndef f(n: int) -> int:\n    return B.a + n\n",
    "class body": "class A:\n    ran()\n    x = ran(1)\n    if ran():\n        y = 1\n    for i in range(ran(2)):\n        pass\n",
    "new": "class A:\n    def __new__(cls):\n        ran()\n        return object.__new__(cls)\na = A()\n",
    "init": """class A:
    def __init__(self):
        ran()
        self.x = ran(1)
        self.y = self.z()
    def z(self):
        return ran(1)
a = A()
""",
    "property": """class A:
    @property
    def x(self) -> int:
        return ran(1)
a = A()
b = a.x
@script
def f(n: int) -> int:
    return a.x + n
""",
    "property setter": """class A:
    def __init__(self):
        self.x = 1
        self.__class__ = ran()
    @property
    def x(self) -> int:
        return ran(1)
    @x.setter
    def x(self, v):
        ran()
a = A()
a.x = 2
del a.x
@script
def f(n: int) -> int:
    return a.x + n
""",
    "attributes": """class A:
    def __getattr__(self, n):
        return ran(1)
    def __setattr__(self, n, v):
        ran()
a = A()
a.x = 1
b = a.y
""",
    "operators": """class A:
    def __add__(self, o): return ran(1)
    __radd__ = __mul__ = __or__ = __neg__ = __lt__ = __eq__ = __contains__ = __add__
    def __bool__(self): return bool(ran())
    def __len__(self): return ran(2)
    def __hash__(self): return ran(3)
    def __iter__(self):
        ran()
        return iter([])
    def __getitem__(self, i): return ran(1)
    def __call__(self, *a): return ran(1)
    def __str__(self): return str(ran())
    __repr__ = __str__
    def __index__(self): return ran(1)
    def __array__(self): return ran(1)
a = A()
b = [a + 1, 1 + a, -a, a < 1, a == 1, 1 == a, 1 in a, a in [1], a | None, a or 1, not a, 1 if a else 2]
c = {a: 1}
d = {a}
e = [*a]
f = len(a), bool(a), str(a), list(a), sorted([a, a]), a[0], a(1), [1, 2][a], np.zeros(a), np.array(a)
g = [x for x in a]
h = {1: 2}[a]
i = f'{a}'
j = nn.Linear(a, a)
if a:
    pass
k = {x: 1 for x in [a]}
l = max(a, a)
m = sum([a])
@a
def n(): pass
@a
class N: pass
class O(a): pass
@script
def p(x: int) -> bool:
    return a == x
""",
    "enum": """import enum
class E(enum.Enum):
    def __init__(self, v):
        ran()
    def _generate_next_value_(*a):
        return ran(1)
    A = 1
    B = enum.auto()
class F(enum.Enum):
    A = 1
    @classmethod
    def _missing_(cls, v):
        return ran(cls.A)
x = F(3)
class H:
    def __hash__(self): return ran(1)
    def __eq__(self, o): return ran(1)
class G(enum.Enum):
    A = H()
    B = H()
""",
    "dataclass": "import dataclasses\n@dataclasses.dataclass\nclass D:\n    x: int = ran(1)\n    y: list = dataclasses.field(default_factory=ran)\n"
    "    def __post_init__(self):\n        ran()\nd = D()\n@script\ndef f(n: int) -> int:\n    return d.x + n\n",
    "module": """class N(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = ran(1)
        self.l = nn.Linear(ran(1), 2)
    def forward(self, x: np.ndarray):
        return self.l(x)
n = N()
y = n(1)
s = script(N())
""",
    "script call": "s = script(ran)\nt = script(ran, example=(ran(1),))\nu = s(1)\n",
    "other file": "import other\nfrom other import x\n",
    "module getattr": "import other2\nfrom other2 import y\nx = other2.z\n@script\ndef f(n: int) -> int:\n    return other2.z + n\n",
    "named as Python's": "import calendar\nimport colorsys\nx = colorsys.x\n",
}


@pytest.mark.parametrize("name", USER_CODE)
def test_nothing_of_the_users_runs(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    others = {"other": RUN + "ran()\nx = ran(1)\n", "other2": RUN + "def __getattr__(name):\n    return ran(1)\n", "colorsys": RUN + "x = ran()\n"}
    monkeypatch.syspath_prepend(str(tmp_path))
    found = codes(RUN + USER_CODE[name], **others)
    assert not Path("ran").exists()
    assert "SC900" not in found


# -- other files --------------------------------------------------------------------------------------------------------
HELPER = "def half(x: float) -> float:\n    return x / 2\n\ndef bad(x: float) -> float:\n    return x + 'a'\n\nSIZE = 3\n"
USES = "@script\ndef f(x: float) -> float:\n    return {}half(x) + {}bad(x)\n"
IMPORTS = {
    "from": ("from pkg.a import half, bad\n", ""),
    "from as": ("from pkg.a import half, bad as b\nbad = b\n", ""),
    "submodule": ("from pkg import a\n", "a."),
    "submodule as": ("from pkg import a as q\n", "q."),
    "dotted": ("import pkg.a\n", "pkg.a."),
    "dotted as": ("import pkg.a as q\n", "q."),
    "star": ("from pkg.a import *\n", ""),
    "re-exported": ("from pkg.again import half, bad\n", ""),
    "of the package": ("from pkg import half, bad\n", ""),
    "module of the package": ("import pkg\n", "pkg.a."),
    "src": ("from lib.a import half, bad\n", ""),
    "namespace": ("import space.a\n", "space.a."),
    "namespace from": ("from space import a\n", "a."),
    "namespace member": ("from space.a import half, bad\n", ""),
    "conditional": ("import sys\nif sys.version_info >= (3, 8):\n    from pkg.a import half, bad\nelse:\n    from nothing import half, bad\n", ""),
    "tried": ("try:\n    from pkg.a import half, bad\nexcept ImportError:\n    half = bad = None\n", ""),
    "tried second": ("try:\n    from nothing_there import half, bad\nexcept ImportError:\n    from pkg.a import half, bad\n", ""),
}


@pytest.fixture
def package() -> None:
    write({
        "pkg/__init__.py": "from .a import half, bad\n", "pkg/a.py": HELPER, "pkg/again.py": "from .a import *\nfrom . import a as other\n",
        "src/lib/__init__.py": "", "src/lib/a.py": HELPER, "space/a.py": HELPER,
    })  # fmt: skip


@pytest.mark.parametrize("name", IMPORTS)
def test_what_is_imported_is_seen(name: str, package: None) -> None:
    imports, prefix = IMPORTS[name]
    found = findings(imports + USES.format(prefix, prefix))
    assert [(d.code, d.place[:2]) for d in found] == [("SC202", (found[0].place[0], 5))]
    assert "a.py" in found[0].place[0]
    assert found[0].calls  # where the user's code calls it


@pytest.mark.parametrize("imports", ["from .a import half, bad", """from . import a
half, bad = a.half, a.bad""", "from ..pkg.a import half, bad", "from pkg.a import half, bad"])
def test_relative_imports(imports: str, package: None) -> None:
    write({"__init__.py": "", "pkg/user.py": HEAD + imports + "\n" + USES.format("", "")})
    assert [d.code for d in lint_files(["pkg/user.py"]).diagnostics] == ["SC202"]


def test_what_is_not_there_is_not_spoken_of() -> None:
    text = "import torch\nimport missing.part\nfrom missing import thing\nfrom gone import *\n"
    assert codes(text + "@script\ndef f(x: int) -> int:\n    return torch.relu(x) + missing.part.g(thing(x)) + anything(x)\n") == []


def test_imports_for_annotations_only(package: None) -> None:
    write({"pkg/kinds.py": "class Point:\n    def __init__(self, x: float) -> None:\n        self.x = x\n"})
    text = """from __future__ import annotations
from typing import TYPE_CHECKING
from scriptc import script
if TYPE_CHECKING:
    from pkg.kinds import Point
"""
    write({"m.py": text + "@script\ndef f(p: Point) -> float:\n    return p.x + p.y\n"})
    assert ["y" in d.message for d in lint_files(["m.py"]).diagnostics] == [True]


def test_modules_that_import_each_other() -> None:
    write({
        "one.py": HEAD + "import two\n@script\ndef f(x: int) -> int:\n    return two.g(x) + (x + None)\n",
        "two.py": HEAD + "import one\n@script\ndef g(x: int) -> int:\n    return x + None\n",
    })  # fmt: skip
    found = lint_files(["one.py", "two.py"])
    assert sorted(found.by_path) == ["one.py", "two.py"]
    assert [d.place[1] for d in found.by_path["two.py"]] == [6]  # once, though both files reach it


def test_texts_that_are_not_saved_stand_before_what_is_on_disk() -> None:
    write({"m.py": HEAD + "from n import g\n@script\ndef f(x: int) -> int:\n    return g(x)\n", "n.py": "def g(x: int) -> int:\n    return x\n"})
    assert lint_files(["m.py"]).diagnostics == []
    unsaved = {"m.py": HEAD + "@script\ndef f(x: int) -> int:\n    return x + 'a'\n"}
    assert [(d.code, d.place[1]) for d in lint_files(["m.py"], unsaved).diagnostics] == [("SC202", 5)]
    assert [d.code for d in lint_files(["new.py"], {"new.py": unsaved["m.py"]}).diagnostics] == ["SC202"]


PLACES = {
    "app.py": ["helper", "random", "both", "both.a", "pkg", "pkg.deep.a", "types", "space.a", "space.sub.a", "nowhere"],
    "pkg/m.py": ["helper", "random", "both", "pkg", "pkg.deep", "types", ".", ".a", ".deep.a", ".types", ".nowhere"],
    "pkg/deep/m.py": ["helper", "pkg.a", "types", ".", ".a", "..", "..a", "..deep"],
    "space/m.py": ["random", "types", "a", "sub.a", "nowhere"],
}


@pytest.mark.parametrize("origin", PLACES)
def test_imports_mean_the_files_that_they_mean_in_python(origin: str, tmp_path: Path) -> None:
    """Asked from the file, run as a script where it is one, else imported as a part of its package."""
    files = ["app.py", "helper.py", "random.py", "both.py", "both/__init__.py", "both/a.py", "pkg/__init__.py", "pkg/m.py", "pkg/types.py"]
    files += ["pkg/a.py", "pkg/deep/__init__.py", "pkg/deep/m.py", "pkg/deep/a.py", "space/a.py", "space/m.py", "space/sub/a.py"]
    write(dict.fromkeys(files, ""))
    for asked in PLACES[origin]:
        dotted = asked.lstrip(".")
        found = Finder(["."]).find(dotted, origin, len(asked) - len(dotted))
        assert found == _imported_by_python(tmp_path, origin, asked), asked


def _imported_by_python(root: Path, origin: str, asked: str) -> str | None:
    text = f"import importlib\ntry:\n    print(importlib.import_module({asked!r}, __package__).__file__)\nexcept ImportError:\n    print()\n"
    path = root / origin
    path.write_text(text)
    command = [sys.executable, "-m", Finder().name(origin)] if origin.startswith("pkg") else [sys.executable, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root, env={"PYTHONDONTWRITEBYTECODE": "1"})
    path.write_text("")
    found = done.stdout.strip()
    return found if found.startswith(str(root)) else None


def test_files_of_a_project_are_found_from_outside_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write({"p/pyproject.toml": "", "p/src/lib.py": "", "p/tests/deep/t.py": "", "p/conf.py": "", "elsewhere/x.py": ""})
    monkeypatch.chdir("elsewhere")
    find = Finder(["."]).find
    assert find("lib", "../p/tests/deep/t.py") == str(tmp_path / "p/src/lib.py")
    assert find("conf", "../p/tests/deep/t.py") == str(tmp_path / "p/conf.py")
    assert find("lib", "x.py") is None


def test_unsaved_texts_of_files_that_are_imported() -> None:
    write({"m.py": HEAD + "from b import new\n@script\ndef f(x: int) -> int:\n    return new(x)\n", "b.py": "def old(x):\n    return x\n"})
    assert lint_files(["m.py"], {"b.py": "K = 3\n\ndef new(x):\n    return x + K\n"}).diagnostics == []
    wrong = lint_files(["m.py"], {"b.py": "def new(x):\n    return x + 'a'\n"})
    assert [(d.code, d.place[1]) for d in wrong.diagnostics] == [("SC202", 2)]
    assert [file.text for file in wrong.files.values() if file.path == "b.py"] == ["def new(x):\n    return x + 'a'\n"]
    assert [d.code for d in lint_files(["m.py"], {"c.py": ""}).diagnostics] == []
    write({"m.py": HEAD + "from c import new\n@script\ndef f(x: int) -> int:\n    return new(x)\n"})
    assert [d.code for d in lint_files(["m.py"], {"c.py": "def new(x):\n    return x + 'a'\n"}).diagnostics] == ["SC202"]  # nowhere on disk yet


def test_unsaved_texts_that_make_the_same_code_as_what_is_on_disk() -> None:
    write({"m.py": HEAD + "@script\ndef f(x: int, k=2) -> int:\n    return x + k\n"})
    assert [d.code for d in lint_files(["m.py"]).diagnostics] == ["SC252"]
    assert lint_files(["m.py"], {"m.py": HEAD + "@script\ndef f(x: int, k: int = 2) -> int:\n    return x + k\n"}).diagnostics == []


def test_which_files_are_looked_at(package: None) -> None:
    write({"m.py": HEAD, "plain.py": "x = 1\n", ".hidden/a.py": "", "build/a.py": "", "env/pyvenv.cfg": "", "env/a.py": ""})
    kept = ["m.py", "pkg/__init__.py", "pkg/a.py", "pkg/again.py", "plain.py", "space/a.py", "src/lib/__init__.py", "src/lib/a.py"]
    assert sorted(python_files(["."])) == kept
    assert python_files(["build/a.py", "m.py", "m.py", "./m.py", str(Path("m.py").absolute())], ["pkg"]) == ["build/a.py", "m.py"]
    texts = {
        "a.py": b"import scriptc", "b.py": b"from .a import x", "c.py": b"import b", "d.py": b"import e", "typoscriptc.py": b"",
        "far/e.py": b"from . import (  # which\n    f,\n)", "far/f.py": b"from far.a import x", "far/a.py": b"", "g.py": b"import far.e \\\n   , c",
    }  # fmt: skip
    assert relevant(texts, Finder(["."], texts)) == {"a.py", "b.py", "c.py", "g.py"}
    with pytest.raises(FileNotFoundError):
        python_files(["nowhere"])


def test_names_bound_in_odd_places_are_there() -> None:
    text = """with open("a") as a:
    pass
try:
    b = 1
except OSError as e:
    def c(): pass
for d in unknown():
    import os as g
if unknown():
    if unknown():
        class h: pass
    (i := 1)
def setup():
    global j
    j = 1
@script
def f(x: int) -> int:
    print(a, b, c, d, g, h, i, j)
    return x
"""
    assert [d.code for d in findings(text) if d.is_error] == []


# -- objects ------------------------------------------------------------------------------------------------------------
NET = """class Net(nn.Module):
    def __init__(self, size: int, hidden: int = 8, bias=None):
        super().__init__()
        self.first = nn.Linear(size, hidden)
        self.layers = nn.ModuleList([nn.Linear(hidden, hidden) for _ in range(2)])
        self.scale = np.ones((size,), dtype=np.float32)
        self.size = size
        if bias is not None:
            self.bias = bias

    def forward(self, x: np.ndarray[tuple[int, int], np.dtype[np.float32]]):
        y = self.first(x * self.scale)
        for layer in self.layers:
            y = layer(y)
        return y + self.{}
"""


def test_modules_of_unknown_sizes() -> None:
    assert codes(NET.format("size")) == []
    found = findings(NET.format("siez"))
    assert len(found) == 1
    assert "siez" in found[0].message
    assert "size" in (found[0].help or "") + found[0].message


def test_classes_inside_classes() -> None:
    inner = "    class In:\n        a: int = 1\n        b = 'x'\n        def g(self, x: int = 2) -> int:\n            return x\n"
    text = """class Out:
    z: float = 0.5
    def f(self, y: str = 'y') -> str:
        return y
""" + inner + """    w = 3
    def h(self, v: bool = True) -> bool:
        return v
"""
    uses = """@script
def use() -> tuple[float, str, int, bool, int, str, int]:
    o, i = Out(), Out.In()
    return o.z, o.f(), o.w, o.h(), i.a, i.b, i.g()
"""
    assert codes(text + uses) == []


# -- what is no Python --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["""return 1
""", """def f():
    nonlocal x
""", """def f(x):
    global x
""", """yield 1
""", """break
""", """def f(a, a): pass
"""])
def test_what_only_compiling_finds(text: str) -> None:
    write({"m.py": "import scriptc\n" + text})
    assert [d.code for d in lint_files(["m.py"]).diagnostics] == ["SC100"]


# -- what newcomers run into --------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "code", "fix"),
    [
        ("@script\ndef f(x: int) -> int:\n    if x > 0:\n        y = 1\n    return y\n", "SC402", "y"),
        ("@script\ndef f(x: int) -> int:\n    n = 0\n    for v in [1, 'a', 2.5]:\n        n += v\n    return n\n", "SC202", "one type"),
        ("import logging\n@script\ndef f(x: int) -> int:\n    logging.info('x is %d', x)\n    return x\n", "SC110", ""),
        ("import logging\nlog = logging.getLogger(__name__)\n@script\ndef f(x: int) -> int:\n    log.info(x)\n    return x\n", "SC110", ""),
        ("import re\nP = re.compile('a+')\n@script\ndef f(x: str) -> bool:\n    return P.match(x) is not None\n", "SC204", ""),
        ("import os\n@script\ndef f(x: str) -> str:\n    return os.path.join(x, 'a')\n", "SC110", ""),
    ],
)
def test_newcomers_mistakes_name_the_fix(text: str, code: str, fix: str) -> None:
    found = [d for d in findings(text) if d.is_error]
    assert len(found) == 1
    assert found[0].code.startswith(code)
    assert found[0].place[0] == "m.py"
    assert found[0].help
    assert fix in found[0].help


# -- odd but good code --------------------------------------------------------------------------------------------------
def test_long_chains_and_deep_nesting() -> None:
    chain = "if A == 0:\n    X = 0\n" + "".join(f"elif A == {i}:\n    X = {i}\n" for i in range(1, 800))
    inner = "    if n == 0:\n        return 0\n" + "".join(f"    elif n == {i}:\n        return {i}\n" for i in range(1, 150))
    deep = "".join(" " * i + f"if n > {i}:\n" for i in range(4, 24)) + " " * 24 + "n = 1\n"
    sums = "    return " + " + ".join(["n"] * 300) + "\n"
    assert codes("A = 1\n" + chain + "@script\ndef f(n: int) -> int:\n" + inner + deep + sums) == []


ODD = [
    "@script\ndef f(d: dict[str,]) -> bool:\n    return True\n",
    "@script\ndef f(d: list[()]) -> bool:\n    return True\n",
    "class A:\n    def __init__():\n        pass\n@script\ndef f() -> int:\n    return 1\nscript(A)\nscript(A())\n",
    "class A:\n    def __init__(self):\n        self.__class__ = undefined\n        self.__dict__ = {}\nscript(A())\n",
    "import threading\nclass A(threading.Thread):\n    def __init__(self):\n        self.daemon = True\n"
    "    def forward(self):\n        return 1\nscript(A())\n",
    "from other import *\nscript()\nscript(script)\nscript(*[1])\nscript(f)\n",
    "class A:\n    class A:\n        class A(A):\n            pass\nscript(A)\nclass B(B): pass\n",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_files_are_no_fault_of_ours(text: str) -> None:
    assert "SC900" not in codes(text, other="__all__ = 1 + undefined\n")


def test_mutated_files_are_no_fault_of_ours() -> None:
    """Tokens of working code deleted, doubled and exchanged: findings or none, and never a crash."""
    draw = random.Random(4)
    good = [HEAD + t for t in (NET.format("size"), RUN + USER_CODE["property"], RUN + USER_CODE["dataclass"], RUN + USER_CODE["operators"], *ODD)]
    for _ in range(300):
        tokens = re.findall(r"\w+|\s+|.", draw.choice(good))
        for _ in range(draw.choice([1, 1, 3])):
            i, j = draw.randrange(len(tokens)), draw.randrange(len(tokens))
            tokens[i] = draw.choice(["", tokens[j], tokens[i] * 2, "None", "x", "self", "[]", "*", "yield ", "lambda: ", "nn", "del "])
        text = "".join(tokens)
        assert [d.code for d in lint_files(["m.py"], {"m.py": text}).diagnostics if d.code == "SC900"] == [], text
    assert not Path("ran").exists()


# -- attributes that methods assign which are not compiled ----------------------------------------------------------------
FITTED = """
class Ridge:
    def __init__(self, k: float):
        self.k, self.w, self.b, self.fitted, self.seen = k, None, 0, False, 0

    def fit(self, x, y):
        self.w = np.linalg.solve(x.T @ x + self.k, x.T @ y)
        self.b = float(y.mean())
        self.fitted = True
        self.log()

    def log(self):
        self.seen += 1

    def reset(self):
        self.seen, self.fitted = 0, False

    @script
    def predict(self, x: np.ndarray) -> np.ndarray:
        if not self.fitted:
            raise ValueError("not fitted")
        return x @ self.w + self.b
"""


def test_what_another_method_assigns_is_not_known() -> None:
    assert codes(FITTED) == []
    assert codes(FITTED.replace("x @ self.w", "'text' @ x + self.w")) == ["SC202"]  # what comes after the test is looked at


NONE_FIRST = """
class A:
    def __init__(self):
        self.w = None

    def change(self, x):
        self.w = NEW

    @script
    def predict(self, x: np.ndarray) -> np.ndarray:
        CALLED
        return x @ self.w
"""


@pytest.mark.parametrize(("new", "called", "expected"), [("x.T", "pass", []), ("x.T", "self.change(x)", ["SC205"]), ("None", "pass", ["SC205"])])
def test_what_compiled_code_assigns_itself_is_known(new: str, called: str, expected: list[str]) -> None:
    """And setting it back to what it was changes nothing."""
    called = f"if x.sum() > 1:\n            {called}"
    assert codes(NONE_FIRST.replace("NEW", new).replace("CALLED", called)) == expected


def test_a_base_class_and_slots_too() -> None:
    base = "class Base:\n    def __init__(self):\n        self.w = None\n    def load(self, path):\n        self.w = np.load(path)\n"
    assert codes(base + "class A(Base):\n    @script\n    def f(self, x: np.ndarray):\n        return x @ self.w\n") == []
    slots = "class A:\n    __slots__ = ('w',)\n    def __init__(self):\n        self.w = None\n    def load(self, w):\n        self.w = w\n"
    assert codes(slots + "    @script\n    def f(self, x: np.ndarray):\n        return x @ self.w\n") == []
