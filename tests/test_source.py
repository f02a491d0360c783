"""`scriptc.source`: the text of live objects, at its true place."""

from __future__ import annotations

import dis
import functools
import gc
import importlib.util
import linecache
import random
import sys
import textwrap
import weakref
import zipfile
from pathlib import Path
from types import ModuleType

import gast
import numpy as np
import pytest

from scriptc.source import SourceChanged, SourceUnavailable, Span, capture, percent
from scriptc.source.parse import parse_file
from scriptc.source.text import display_name

COUNT = iter(range(10**6))


def load(tmp_path: Path, text: str, name: str | None = None) -> ModuleType:
    name = name or f"source_case_{next(COUNT)}"
    path = tmp_path / f"{name}.py"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return load_path(path, name)


def load_path(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def text_of(obj: object) -> str:
    captured = capture(obj)
    return captured.text(captured.tree)


def test_function_place_is_true(tmp_path: Path) -> None:
    m = load(tmp_path, "x = 1\n\nclass A:\n    class B:\n        def f(self, y):\n            é = 'ü' + y\n            return é\n")
    c = capture(m.A.B.f)
    assert isinstance(c.tree, gast.FunctionDef)
    assert c.qualname == "A.B.f"
    assert c.span(c.tree) == Span(c.file.key, 5, 8, 7, 21)  # `é` is two bytes
    assert c.text(c.tree.body[0]) == "é = 'ü' + y"
    assert c.text(c.tree.body[0].value.left) == "'ü'"
    assert c.file.name == f"{m.__name__}.py"
    assert c.file.path == m.__file__


def test_span_of_nodes_without_place(tmp_path: Path) -> None:
    m = load(tmp_path, "def f(a, b=2):\n    return [i for i in a if i]\n")
    c = capture(m.f)
    assert c.text(c.tree.args) == "a, b=2"
    assert c.text(c.tree.body[0].value.generators[0]) == "i in a if i"


def test_capture_does_not_share_trees(tmp_path: Path) -> None:
    m = load(tmp_path, "def f(a):\n    return a\n")
    assert capture(m.f).tree is not capture(m.f).tree
    assert capture(m.f).file is capture(m.f).file


KINDS = """
    import functools
    class A:
        def method(self): return 1
        @staticmethod
        def static(): return 2
        @classmethod
        def klass(cls): return 3
        @property
        def prop(self): return 4
        async def later(self): return 5
        @functools.lru_cache
        def cached(self): return 6
        def __mangled(self): return self.__x
"""


@pytest.mark.parametrize(
    ("get", "want"),
    [
        (lambda a: a.method, "def method(self): return 1"),
        (lambda a: a().method, "def method(self): return 1"),
        (lambda a: a.static, "def static(): return 2"),
        (lambda a: vars(a)["static"], "def static(): return 2"),
        (lambda a: a.klass, "def klass(cls): return 3"),
        (lambda a: vars(a)["klass"], "def klass(cls): return 3"),
        (lambda a: a.prop.fget, "def prop(self): return 4"),
        (lambda a: a.later, "async def later(self): return 5"),
        (lambda a: a.cached, "def cached(self): return 6"),
        (lambda a: a._A__mangled, "def __mangled(self): return self.__x"),
    ],
)
def test_kinds_of_methods(tmp_path: Path, get: object, want: str) -> None:
    m = load(tmp_path, KINDS)
    assert text_of(get(m.A)) == want


def test_lambdas_on_one_line(tmp_path: Path) -> None:
    m = load(tmp_path, "fs = [lambda x: x, lambda x: (lambda y: x + y), lambda x: x, lambda: 1, lambda: 1, lambda *a, k=lambda: 2: k]\n")
    columns = [6, 19, 48, 61, 72, 83]
    assert [capture(f).tree.col_offset for f in m.fs] in (columns, columns[:4] + [61, 83])  # Python 3.12 keeps no column of `lambda: 1`
    assert text_of(m.fs[1](1)) == "lambda y: x + y"
    assert text_of(m.fs[5]()) == "lambda: 2"


def test_constant_lambdas_on_one_line(tmp_path: Path) -> None:
    m = load(tmp_path, "fs = [lambda: 1, lambda: 2, lambda: True, lambda x: 1, lambda: 1]\n")
    assert [text_of(f) for f in m.fs] == ["lambda: 1", "lambda: 2", "lambda: True", "lambda x: 1", "lambda: 1"]


def test_lambda_over_lines(tmp_path: Path) -> None:
    m = load(tmp_path, "f = (lambda x:\n     (x +\n  1)); g = lambda x: x\n")
    assert text_of(m.f) == "lambda x:\n     (x +\n  1)"
    assert text_of(m.g) == "lambda x: x"


def test_lambdas_without_columns_are_refused(tmp_path: Path) -> None:
    m = load(tmp_path, "fs = [lambda x: x, lambda x: x + 1]\n")
    code = m.fs[0].__code__
    blind = code.replace(co_linetable=b"\xf0\x03\x00\x01")  # one entry, no columns
    if any(None not in p and p[2:] != (0, 0) for p in blind.co_positions()):
        pytest.skip("this Python lays the table out differently")
    m.fs[0].__code__ = blind
    with pytest.raises(SourceUnavailable):
        capture(m.fs[0])


def test_same_name_many_times(tmp_path: Path) -> None:
    m = load(tmp_path, "if True:\n    def f(): return 1\nelse:\n    def f(): return 2\na = f\ndef f(): return 3\n")
    assert text_of(m.a) == "def f(): return 1"
    assert text_of(m.f) == "def f(): return 3"


def test_nested_functions_and_closures(tmp_path: Path) -> None:
    m = load(tmp_path, "def make(k):\n    def inner(x):\n        return x + k\n    return inner\n")
    assert text_of(m.make(1)).startswith("def inner(x):")
    assert capture(m.make(1)).qualname == "make.<locals>.inner"


def test_decorated_function_starts_at_def(tmp_path: Path) -> None:
    m = load(tmp_path, "def d(k):\n    return lambda f: f\n@d(\n    1)\n@d(2)\ndef g(x):\n    return x\n")
    c = capture(m.g)
    assert c.text(c.tree) == "def g(x):\n    return x"
    assert [c.text(d) for d in c.tree.decorator_list] == ["d(\n    1)", "d(2)"]


def test_wrapper_function_is_taken_as_it_is(tmp_path: Path) -> None:
    m = load(
        tmp_path,
        "import functools\ndef d(f):\n    @functools.wraps(f)\n    def w(*a):\n        return 2 * f(*a)\n    return w\n@d\ndef g(x):\n    return x\n",
    )
    assert text_of(m.g) == "def w(*a):\n        return 2 * f(*a)"


def test_object_with_wrapped_is_followed() -> None:
    def plain(x: int) -> int:
        return x

    assert capture(functools.lru_cache(plain)).function is plain


def test_class_and_dataclass(tmp_path: Path) -> None:
    m = load(
        tmp_path,
        """
        import dataclasses, enum, typing
        @dataclasses.dataclass
        class P:
            x: int
            def norm(self): return self.x
        class Bare: pass
        class Color(enum.Enum):
            RED = 1
        class T(typing.NamedTuple):
            a: int
        def make():
            class Local:
                def f(self): return 1
            return Local
        """,
    )
    assert text_of(m.P).startswith("class P:\n    x: int")
    assert capture(m.P).tree.decorator_list
    assert text_of(m.Bare) == "class Bare: pass"
    assert text_of(m.Color).endswith("RED = 1")
    assert text_of(m.T).startswith("class T(")
    assert text_of(m.make()).startswith("class Local:")


def test_class_defined_twice(tmp_path: Path) -> None:
    m = load(tmp_path, "class A:\n    def f(self): return 1\nB = A\nclass A:\n    def f(self): return 2\n")
    assert text_of(m.B).endswith("return 1")
    assert text_of(m.A).endswith("return 2")


def test_ambiguous_class_is_refused(tmp_path: Path) -> None:
    m = load(tmp_path, "class A:\n    x = 1\nclass A:\n    x = 2\n")
    if sys.version_info >= (3, 13):
        assert text_of(m.A).endswith("x = 2")
    else:
        with pytest.raises(SourceUnavailable, match="more than once"):
            capture(m.A)


@pytest.mark.parametrize("obj", [len, np.sin, int, object(), dict.get, np.ndarray, "text", 3, functools.partial(print), str.join, Exception])
def test_built_in_things_have_no_source(obj: object) -> None:
    with pytest.raises(SourceUnavailable) as e:
        capture(obj)
    assert e.value.message


def test_exec_without_text() -> None:
    scope: dict[str, object] = {}
    exec("def f(): return 1", scope)
    with pytest.raises(SourceUnavailable, match="not kept"):
        capture(scope["f"])


def test_prompt() -> None:
    scope: dict[str, object] = {}
    exec(compile("def f(): return 1", "<stdin>", "exec"), scope)
    with pytest.raises(SourceUnavailable, match="prompt"):
        capture(scope["f"])


@pytest.mark.parametrize("name", ["<cell-1>", "/tmp/ipykernel_12/345.py", "<ipython-input-3-abc>"])
def test_linecache_text(name: str) -> None:
    text = "def f(x):\n    return x + 1\n\nclass A:\n    def g(self): return 2"
    linecache.cache[name] = (len(text), None, [s + "\n" for s in text.split("\n")], name)
    scope: dict[str, object] = {"__name__": "__main__"}
    exec(compile(text, name, "exec"), scope)
    c = capture(scope["f"])
    assert c.text(c.tree) == "def f(x):\n    return x + 1"
    assert not c.file.name.startswith("/")
    assert text_of(scope["A"]).startswith("class A")


def test_changed_file_is_noticed(tmp_path: Path) -> None:
    m = load(tmp_path, "def f(x):\n    return x + 1\n")
    assert m.__file__
    for new in ("def f(x):\n    return x + 2\n", "\ndef f(x):\n    return x + 1\n", "def f(x):\n    return  x + 1\n", "", "def f(x: \n"):
        Path(m.__file__).write_text(new)
        with pytest.raises(SourceUnavailable) as e:
            capture(m.f)
        assert e.value.help
    Path(m.__file__).write_text("def f(x):\n    return x + 1\n\ny = 1\n")
    assert text_of(m.f)  # what changed is elsewhere


def test_constants_of_the_changed_file(tmp_path: Path) -> None:
    for old, new in [("0.0", "-0.0"), ("1", "True"), ("(1,)", "(1.0,)"), ("[lambda: 1]", "[lambda: 2]"), ("x in {1, 2}", "x in {1, 3}")]:
        m = load(tmp_path, f"def f(x=0):\n    return {old}\n")
        assert text_of(m.f)
        assert m.__file__
        Path(m.__file__).write_text(f"def f(x=0):\n    return {new}\n")
        with pytest.raises(SourceChanged):
            capture(m.f)


def test_text_that_linecache_remembers(tmp_path: Path) -> None:
    m = load(tmp_path, "def f(x):\n    return x + 1\n")
    assert m.__file__
    linecache.getlines(m.__file__)
    Path(m.__file__).write_text("# new\ndef f(x):\n    return x + 2\n")
    assert text_of(m.f).endswith("x + 1")


def test_deleted_file(tmp_path: Path) -> None:
    m = load(tmp_path, "def f(x):\n    return x + 1\n")
    assert m.__file__
    Path(m.__file__).unlink()
    with pytest.raises(SourceUnavailable, match="cannot be read"):
        capture(m.f)


def test_functions_with_asserts_under_pytest() -> None:
    def checked(x: int) -> int:
        assert x > 0, "positive"
        return x

    assert text_of(checked).startswith("def checked")


def test_encodings_and_line_ends(tmp_path: Path) -> None:
    for name, data in {
        "latin": "# -*- coding: latin-1 -*-\ndef f():\n    return 'é'\n".encode("latin-1"),
        "bom": b"\xef\xbb\xbfdef f():\n    return 1\n",
        "crlf": b"def g(): return 0\r\ndef f():\r\n    return 1\r\n",
        "formfeed": b"x = 1\n\x0cdef f():\n    return '\x0c\x1c\xe2\x80\xa8'\n",
    }.items():
        path = tmp_path / f"{name}_{next(COUNT)}.py"
        path.write_bytes(data)
        m = load_path(path, path.stem)
        c = capture(m.f)
        assert c.text(c.tree).startswith("def f():\n    return")
        assert "\r" not in c.text(c.tree)


def test_future_annotations_and_flags(tmp_path: Path) -> None:
    m = load(tmp_path, "from __future__ import annotations\ndef f(x: Undefined) -> Other:\n    return x\n")
    assert text_of(m.f).startswith("def f(x: Undefined)")


def test_zip_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "lib.zip"
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr("zipped_module.py", "def f(x):\n    return x\n")
    monkeypatch.syspath_prepend(str(archive))
    import zipped_module  # type: ignore[import-not-found]

    c = capture(zipped_module.f)
    assert c.text(c.tree) == "def f(x):\n    return x"
    assert c.file.name == "zipped_module.py"


def test_two_files_of_one_name_have_two_keys(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    n = next(COUNT)
    files = [capture(load(tmp_path / d, "def f(): return 1\n", f"twin_{n}").f).file for d in "ab"]
    assert files[0].name == files[1].name
    assert files[0].key != files[1].key


@pytest.mark.parametrize(
    ("path", "module", "want"),
    [
        ("/x/site-packages/g2p_en/g2p.py", "g2p_en.g2p", "g2p_en/g2p.py"),
        ("/x/pkg/__init__.py", "pkg", "pkg/__init__.py"),
        ("/x/a/b/__init__.py", "a.b", "a/b/__init__.py"),
        ("/x/run.py", "__main__", "run.py"),
        ("/x/other.py", "unrelated.name", "other.py"),
        ("/x/m.py", None, "m.py"),
        ("<cell>", "__main__", "<cell>"),
    ],
)
def test_display_name(path: str, module: str | None, want: str) -> None:
    assert display_name(path, module) == want


def test_generic_syntax(tmp_path: Path) -> None:
    if sys.version_info < (3, 12):
        pytest.skip("newer syntax")
    m = load(tmp_path, "def f[T](x: T) -> T:\n    return x\nclass A[T]:\n    def g(self): return 1\n")
    assert text_of(m.f).startswith("def f[T]")
    assert text_of(m.A.g).startswith("def g")


def test_the_tree_of_a_text_that_was_replaced_is_let_go(tmp_path: Path) -> None:
    """An editor sends a file again at every key; only its last text is kept, and of many files no more than two million characters."""
    path = str(tmp_path / "m.py")
    first = parse_file(path, "x = 1\n", "m")
    assert parse_file(path, "x = 1\n", "m") is first
    gone = weakref.ref(first)
    del first
    parse_file(path, "x = 2\n", "m")
    gc.collect()
    assert gone() is None
    big = weakref.ref(parse_file(str(tmp_path / "a.py"), "x = 1\n" * 200_000, "a"))
    gc.collect()
    assert big() is not None
    parse_file(str(tmp_path / "b.py"), "x = 2\n" * 200_000, "b")
    gc.collect()
    assert big() is None


def test_code_made_by_exec_beside_the_text_of_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """From 3.13 on, `python -c` leaves its own text under the name that `exec` gives to all."""
    text = "x = 1\n\n\ndef double(x): return x + x\n"
    monkeypatch.setitem(linecache.cache, "<string>", (len(text), None, text.splitlines(True), "<string>"))
    space: dict[str, object] = {}
    exec("def double(x): return x * 2", space)
    with pytest.raises(SourceUnavailable, match="made by `exec` or `eval`"):
        capture(space["double"])


# -- '%' with a literal format ------------------------------------------------------------------------------------------
def test_which_formats_cpython_takes_for_f_strings() -> None:
    """Asked of this CPython's own compiler: does the code still hold the `%`?"""
    parts = ["%s", "%r", "%a", "%5s", "%-3r", "%.2s", "%05.1s", "%d", "%", "%%", "x", "é{}", "%(a)s", "%100s", "%.s", "%+ #s"]
    rng, taken = random.Random(1), 0
    for _ in range(4000):
        count = rng.randint(1, 3)
        text = "".join(rng.choices(parts, k=count + rng.randint(0, 2)))
        code = compile(f"{text!r} % ({''.join(f'a{i}, ' for i in range(count))})", "", "eval")
        kept = any(i.argrepr == "%" or i.opname == "BINARY_MODULO" for i in dis.get_instructions(code))
        found = percent.pieces(text, count)
        assert (found is None) == kept, text
        if found is not None:
            taken += 1
            values = rng.sample([1, "two", None, 2.5, "é"], count)
            rest = iter(values)
            made = "".join(p if isinstance(p, str) else format({"s": str, "r": repr, "a": ascii}[p[0]](next(rest)), p[1]) for p in found)
            assert made == text % tuple(values)
    assert taken > 500
