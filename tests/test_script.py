"""`script`: decorators, methods, classes and instances, from the user's source to what they hold."""

from __future__ import annotations

import functools
import gc
import inspect
import traceback
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import scriptc
from scriptc import CompiledFunction, CompiledModule, nn

F8 = npt.NDArray[np.float64]
LATE: float


@scriptc.script
def plain(x: F8, k: int = 2) -> F8:
    """Multiply."""
    return x * k


@scriptc.script(types={"word": str})
def shout(word, times=1):
    return word.upper() * times


@scriptc.script(example=(1, [2.0]))
def count(n, xs):
    return n + len(xs)


@scriptc.script
def needs_later(x: float) -> float:
    return later(x) * LATE


@scriptc.script
def fact(n: int) -> int:
    return 1 if n <= 1 else n * fact(n - 1)


def later(x: float) -> float:
    return x + 1


LATE = 2.0


def divide(a: int, b: int) -> int:
    return a // b


@dataclass
class Point:
    x: float
    y: float


class Scaler:
    def __init__(self, k: float):
        self.k = k

    @scriptc.script
    def scale(self, x: float, more: float = 0.0) -> float:
        return x * self.k + more

    @property
    def twice(self) -> float:
        return self.k * 2

    def plain(self, x: float) -> float:
        return x * self.k


class Slotted:
    __slots__ = ("k",)

    def __init__(self, k: float):
        self.k = k

    @scriptc.script
    def scale(self, x: float) -> float:
        return x * self.k


class Layer(nn.Module):
    """A layer."""

    def __init__(self, n: int):
        self.weight = np.arange(n, dtype=np.float32)

    def forward(self, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return self.weight * x

    @scriptc.export
    def total(self, k: int) -> float:
        return float(self.weight.sum()) * k

    @scriptc.ignore
    def debug(self) -> None:
        import pdb  # noqa: T100

        pdb.set_trace()  # noqa: T100


@scriptc.script
class Scripted(Layer):
    def forward(self, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return self.weight + x


class SubScripted(Scripted):
    def forward(self, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return self.weight - x


@scriptc.script
class OnlyForward:
    def forward(self, x: float) -> float:
        return x + 1


class Callable_:
    def __init__(self) -> None:
        self.k = 3

    def __call__(self, x: int) -> int:
        return x * self.k


def test_function_keeps_its_looks() -> None:
    assert isinstance(plain, CompiledFunction)
    assert plain.__name__ == "plain"
    assert plain.__qualname__ == "plain"
    assert plain.__module__ == __name__
    assert plain.__doc__ == "Multiply."
    assert str(inspect.signature(plain)) == str(inspect.signature(plain.__wrapped__))
    assert plain(np.ones(2)).tolist() == [2.0, 2.0]
    assert plain(np.ones(2), k=3).tolist() == [3.0, 3.0]
    assert "mul" in plain.graph
    assert "* k" in plain.code
    with pytest.raises(TypeError, match=r"plain\(\) argument 'x': expected float64\[\.\.\.\], got float32\[2\]"):
        plain(np.ones(2, "f4"))


def test_types_and_example() -> None:
    assert shout("a") == "A"
    assert shout("a", 2) == "AA"
    assert count(1, [1.0, 2.0]) == 3
    with pytest.raises(TypeError, match="argument 'xs'"):
        count(1, [1])


def test_a_name_defined_further_down() -> None:
    assert needs_later(1.0) == 4.0
    assert needs_later.__name__ == "needs_later"
    assert fact(20) == 2432902008176640000


def test_a_name_never_defined() -> None:
    @scriptc.script
    def broken(x: float) -> float:
        return nothing_of_that_name(x)  # type: ignore[name-defined]  # noqa: F821

    for _ in range(2):
        with pytest.raises(scriptc.ScriptError) as e:
            broken(1.0)
        assert e.value.codes == ("SC109",)

    def later_broken(x: float) -> float:
        return nothing_of_that_name(x)  # type: ignore[name-defined]  # noqa: F821

    with pytest.raises(scriptc.ScriptError):
        scriptc.script(later_broken)


def test_other_findings_are_not_put_off() -> None:
    with pytest.raises(scriptc.ScriptError) as e:

        @scriptc.script
        def broken(x: float) -> float:
            return x + "a"  # type: ignore[operator]

    assert e.value.codes == ("SC202",)
    assert 'return x + "a"' in str(e.value)
    assert f"{Path(__file__).name}:" in str(e.value)


def test_inner_functions_and_lambdas() -> None:
    k = 3

    def inner(x: int) -> int:
        return x * k

    assert scriptc.script(inner)(2) == 6
    assert scriptc.script(lambda x: x + k, types={"x": int})(2) == 5


def test_methods() -> None:
    a, b = Scaler(2.0), Scaler(3.0)
    assert a.scale(1.0) == 2.0
    assert b.scale(1.0, more=1.0) == 4.0
    assert a.scale is a.scale
    assert a.scale is not b.scale
    assert Scaler.scale(a, 1.0) == 2.0
    assert isinstance(a.scale, CompiledFunction)
    assert vars(a) == {"k": 2.0}
    with pytest.raises(TypeError, match=r"Scaler\.scale\(\) takes from 2 to 3 positional arguments but 4 were given"):
        a.scale(1.0, 2.0, 3.0)
    assert Slotted(2.0).scale(3.0) == 6.0


class Kinds:
    def __init__(self, k: float):
        self.k = k

    @staticmethod
    @scriptc.script
    def static(x: float) -> float:
        return x * 2

    @classmethod
    @scriptc.script
    def klass(cls, x: float) -> float:
        return x * 3

    @property
    @scriptc.script
    def area(self) -> float:
        return self.k * self.k

    @scriptc.script
    def __private(self, x: float) -> float:
        return self.k + x

    def public(self, x: float) -> float:
        return self.__private(x)


def test_kinds_of_methods() -> None:
    a = Kinds(3.0)
    assert a.static(2.0) == Kinds.static(2.0) == 4.0
    assert a.klass(2.0) == Kinds.klass(2.0) == 6.0
    assert a.area == 9.0
    assert a.public(1.0) == 4.0
    assert Kinds._Kinds__private(a, 1.0) == 4.0  # type: ignore[attr-defined]


def test_compiled_methods_die_with_their_object() -> None:
    a = Scaler(2.0)
    a.scale(1.0)
    ref = weakref.ref(a)
    del a
    gc.collect()
    assert ref() is None
    for k in range(50):
        assert Scaler(float(k)).scale(1.0) == float(k)


class Counter(nn.Module):
    def __init__(self) -> None:
        self.count = 0
        self.step = 1
        self.seen: list[int] = []
        self.parts = [Scaler(2.0)]

    @scriptc.script
    def tick(self, x: float) -> float:
        self.count += self.step
        self.seen.append(self.count)
        if self.count > 100:
            raise ValueError("too far")
        return self.parts[0].k * x if self.training else -x


class HandsOn:
    def __call__(self, *args, **kwargs):
        return self.forward(*args, **kwargs)


class Twice(HandsOn):
    def forward(self, x: F8, n: int = 2) -> F8:
        return x * n


class Counted:
    """A call does more than `forward`."""

    def __init__(self) -> None:
        self.calls, self.inner = 0, Twice()

    def __call__(self, x: F8, k: int = 3) -> tuple[F8, int]:
        self.calls += 1
        return self.forward(self.inner(x) * k), self.calls

    def forward(self, x: F8) -> F8:
        return x + 1


class Fewer:
    """Its call takes less than its `forward`."""

    def __call__(self, x: F8) -> F8:
        return self.forward(x)

    def forward(self, x: F8, n: int = 2) -> F8:
        return x + n


def test_a_call_runs_what_calling_the_object_runs(tmp_path: Path) -> None:
    x = np.ones(2)
    for cls, args in ((Twice, (x, 5)), (Counted, (x,)), (Counted, (x, 4)), (Fewer, (x,))):
        scripted = scriptc.script(type(cls.__name__, (cls,), {"__module__": __name__}))
        compiled = scriptc.script(cls())
        compiled.save(tmp_path / "a")
        for module in (compiled, scriptc.load(tmp_path / "a"), scripted()):
            assert repr(module(*args)) == repr(cls()(*args))
    with pytest.raises(TypeError, match=r"takes 2 positional arguments but 3 were given"):
        scriptc.load(tmp_path / "a")(x, 3)


def test_a_scripted_method_and_its_object_see_each_other() -> None:
    c = Counter()
    for turn in range(3):
        assert c.tick(1.0) == 2.0
        assert c.count == turn + 1
    assert c.seen == [1, 2, 3]
    c.count = 10
    c.eval()
    assert c.tick(1.0) == -1.0
    assert (c.count, c.tick.count, c.seen[-1]) == (11, 11, 11)
    c.train()
    c.step = 5  # known when compiling: compiled again
    assert c.tick(1.0) == 2.0
    assert c.count == 16
    c.parts[0].k = 3.0
    assert c.tick(1.0) == 3.0
    c.parts = [Scaler(7.0)]
    assert c.tick(1.0) == 7.0
    c.parts[0] = Scaler(8.0)
    assert c.tick(1.0) == 8.0
    c.count = 100
    with pytest.raises(ValueError, match="too far"):
        c.tick(1.0)
    assert c.count == 105


def test_a_file_has_what_was_assigned_to_the_object(tmp_path: Path) -> None:
    class Scale:
        def __init__(self) -> None:
            self.by, self.shift, self.extra = 1.0, np.ones(2), {"a": np.zeros(1)}

        def __call__(self, x: F8) -> F8:
            self.by = self.by * 2
            return x * self.by + self.shift + self.extra["a"]

    @scriptc.script
    class Scripted(Scale):
        pass

    model = Scripted()
    model(np.ones(2))

    def saved() -> Any:
        scriptc.save(model, tmp_path / "a")
        return scriptc.load(tmp_path / "a")

    def same(other: Any) -> bool:
        return np.array_equal(model(np.ones(2)), other(np.ones(2)))

    model.by = 5.0
    assert same(saved())
    model.shift = np.full(2, 7.0)
    assert same(saved())
    model.extra["a"] = np.full(1, 9.0)
    assert same(saved())
    model.extra = {"a": np.full(1, -1.0)}
    assert same(saved())


class Late(nn.Module):
    """An attribute that is no array yet."""

    def __init__(self) -> None:
        self.weight, self.mean = np.ones(2), None

    def forward(self, x: F8) -> F8:
        if self.mean is None:
            self.mean = np.zeros(2)
        self.mean += x
        return self.weight * self.mean


def test_an_array_made_later_is_in_the_state(tmp_path: Path) -> None:
    model = Late()
    compiled = scriptc.script(Late())
    compiled.save(tmp_path / "a")
    for module in (compiled, scriptc.load(tmp_path / "a")):
        assert list(module.state_dict()) == list(Late().state_dict()) == ["weight"]
        module(np.ones(2))
    model(np.ones(2))
    for module in (compiled, scriptc.load(tmp_path / "a")):
        module(np.ones(2))
        assert set(module.state_dict()) == set(model.state_dict()) == {"weight", "mean"}


def test_scripted_methods_are_not_compiled_again_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from scriptc.runtime import decorate

    made = []
    real = decorate.build
    monkeypatch.setattr(decorate, "build", lambda *a: made.append(a) or real(*a))
    c = Counter()
    for _ in range(5):
        c.tick(1.0)
        c.count += 3
    assert len(made) == 1


def test_bound_method_of_any_object() -> None:
    f = scriptc.script(Scaler(4.0).plain)
    assert isinstance(f, CompiledFunction)
    assert f(2.0) == 8.0
    assert f.__name__ == "plain"


def test_module_instance(tmp_path: Path) -> None:
    layer = Layer(3)
    net = scriptc.script(layer)
    assert isinstance(net, CompiledModule)
    x = np.ones(3, "f4")
    assert net(x).tolist() == [0, 1, 2]
    assert net.forward(x).tolist() == [0, 1, 2]
    assert net.total(2) == 6.0
    assert net.__doc__ == "A layer."
    assert net.__wrapped__ is layer
    assert list(net.state_dict()) == ["weight"]
    assert set(net.program.entries) == {"forward", "total"}
    with pytest.raises(AttributeError):
        net.debug()
    scriptc.save(net, tmp_path / "net.scriptc")
    loaded = scriptc.load(tmp_path / "net.scriptc")
    assert loaded(x).tolist() == [0, 1, 2]
    assert loaded.total(k=2) == 6.0
    assert scriptc.script(net) is net


class Mode(nn.Module):
    def __init__(self) -> None:
        self.part = Part()

    def forward(self, x: float) -> float:
        return self.part(x) if self.training else x


class Part(nn.Module):
    def forward(self, x: float) -> float:
        return -x if self.training else x * 100


def test_train_and_eval(tmp_path: Path) -> None:
    net = scriptc.script(Mode())
    assert isinstance(net, CompiledModule)
    net.save(tmp_path / "net.scriptc")
    loaded = scriptc.load(tmp_path / "net.scriptc")
    assert isinstance(loaded, CompiledModule)
    for m in (net, loaded):
        assert m(1.0) == -1.0
        assert m.eval()(1.0) == 1.0
        assert m.train()(1.0) == -1.0
        assert m.training is True
    assert scriptc.script(Mode().eval())(1.0) == 1.0


def test_saving_compiles(tmp_path: Path) -> None:
    scriptc.save(Layer(3), tmp_path / "net.scriptc", source=False)
    assert scriptc.load(tmp_path / "net.scriptc")(np.ones(3, "f4")).tolist() == [0, 1, 2]
    assert b"self.weight * x" not in (tmp_path / "net.scriptc").read_bytes()


def test_scripted_class(tmp_path: Path) -> None:
    net = Scripted(3)
    assert isinstance(net, Scripted)
    assert isinstance(net, nn.Module)
    assert Scripted.__name__ == "Scripted"
    x = np.ones(3, "f4")
    assert net(x).tolist() == [1, 2, 3]
    assert net(x).tolist() == [1, 2, 3]
    with pytest.raises(TypeError, match="argument 'x'"):
        net(np.ones(3))
    assert set(vars(net)) == {"weight"}
    assert SubScripted(3)(x).tolist() == [-1, 0, 1]
    assert OnlyForward()(1.0) == 2.0
    scriptc.save(net, tmp_path / "net.scriptc")
    assert scriptc.load(tmp_path / "net.scriptc")(x).tolist() == [1, 2, 3]
    assert scriptc.script(Callable_())(2) == 6


def test_disable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SCRIPTC_DISABLE", "1")
    assert scriptc.script(divide) is divide
    assert scriptc.script(types={"a": int})(divide) is divide
    assert scriptc.script(Layer) is Layer
    layer = Layer(2)
    assert scriptc.script(layer) is layer
    with pytest.raises(TypeError, match="SCRIPTC_DISABLE"):
        scriptc.save(layer, tmp_path / "x")
    monkeypatch.setenv("SCRIPTC_DISABLE", "0")
    assert scriptc.script(divide) is not divide


@pytest.mark.parametrize("obj", [3, "text", object(), [1], staticmethod(divide), classmethod(divide), object])
def test_what_cannot_be_scripted(obj: Any) -> None:
    with pytest.raises(TypeError):
        scriptc.script(obj)


@pytest.mark.parametrize("obj", [len, np.sin, int.bit_length, (1).bit_length])
def test_things_without_source(obj: Any) -> None:
    with pytest.raises(scriptc.ScriptError) as e:
        scriptc.script(obj)
    assert e.value.codes == ("SC108",)


def test_traceback_shows_the_users_line(tmp_path: Path) -> None:
    f = scriptc.script(divide)
    f.save(tmp_path / "f.scriptc")
    for g in (f, scriptc.load(tmp_path / "f.scriptc")):
        with pytest.raises(ZeroDivisionError) as e:
            g(1, 0)
        last = traceback.extract_tb(e.value.__traceback__)[-1]
        assert Path(last.filename).name == Path(__file__).name
        assert last.line == "return a // b"
        assert last.name == "divide"
        assert last.lineno == divide.__code__.co_firstlineno + 1


def test_saving_and_loading_gives_equal_files(tmp_path: Path) -> None:
    scriptc.script(divide).save(tmp_path / "a")
    scriptc.load(tmp_path / "a").save(tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_classes_of_a_loaded_file(tmp_path: Path) -> None:
    f = scriptc.script(distance)
    assert f(Point(3.0, 4.0)) == 25.0
    assert f.classes["Point"] is Point
    f.save(tmp_path / "f.scriptc")
    g = scriptc.load(tmp_path / "f.scriptc")
    assert g(g.classes["Point"](3.0, 4.0)) == 25.0
    with pytest.raises(TypeError, match="another class of that name"):
        g(Point(3.0, 4.0))


def distance(p: Point) -> float:
    return p.x * p.x + p.y * p.y


class Holder:
    twice = scriptc.script(divide)
    free = staticmethod(scriptc.script(divide))
    bound = scriptc.script(Scaler(2.0).plain)


def test_compiled_functions_as_class_attributes_bind_as_functions_do() -> None:
    assert Holder.free(7, 2) == 3
    assert Holder().free(7, 2) == 3
    assert Holder.twice(7, 2) == 3
    assert Holder().bound(2.0) == 4.0
    with pytest.raises(TypeError, match="argument 'a': expected int, got"):
        Holder().twice(2)


class ScriptedForward(nn.Module):
    def __init__(self) -> None:
        self.inner = Scripted(3)

    @scriptc.script
    def forward(self, x: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        return self.inner(x) * 2


def test_scripted_parts_of_a_module(tmp_path: Path) -> None:
    net, x = ScriptedForward(), np.ones(3, "f4")
    assert net(x).tolist() == [2, 4, 6]
    compiled = scriptc.script(net)
    assert isinstance(compiled, CompiledModule)
    assert compiled(x).tolist() == [2, 4, 6]
    compiled.save(tmp_path / "net.scriptc")
    assert scriptc.load(tmp_path / "net.scriptc")(x).tolist() == [2, 4, 6]


def test_types_are_kept_for_type_checkers(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api")
    text = """
import scriptc

@scriptc.script
def f(x: float, k: int = 2) -> float:
    return x * k

@scriptc.script(types={"a": int})
def g(a: int) -> str:
    return str(a)

class A:
    @scriptc.script
    def m(self, x: float) -> float:
        return x

@scriptc.script
class B:
    def forward(self, x: int) -> int:
        return x

reveal_type(f(1.0, k=3))
reveal_type(g(1))
reveal_type(A().m(1.0))
reveal_type(B().forward(2))
f("a")
A().m("a")
"""
    path, root = tmp_path / "typed_case.py", Path(__file__).parent.parent
    path.write_text(text)
    out, _, _ = mypy.run(["--strict", "--config-file=", f"--cache-dir={root / '.mypy_cache'}", "--follow-imports=silent", str(path)])
    kinds = [line.split('"')[1].removeprefix("builtins.") for line in out.splitlines() if "Revealed" in line]
    assert kinds == ["float", "str", "float", "int"], out
    assert out.count('has incompatible type "str"; expected "float"') == 2, out


def doubled(f: Any) -> Any:
    @functools.wraps(f)
    def run(self: Any, x: float) -> float:
        return 2 * f(self, x)

    return run


class Wrapped(nn.Module):
    @doubled
    def forward(self, x: float) -> float:
        return x


class OwnCall(nn.Module):
    def __call__(self, x: float) -> float:
        return self.forward(x) + 100

    def forward(self, x: float) -> float:
        return x


class Outer(nn.Module):
    def __init__(self, part: Any) -> None:
        self.part = part

    def forward(self, x: float) -> float:
        return self.part(x)


def test_what_a_call_runs_is_what_is_compiled() -> None:
    """Right or refused: `forward` alone is not what calling these runs."""
    patched = Part()
    patched.forward = lambda x: x * 50
    for obj in (Wrapped(), OwnCall(), patched, Outer(Wrapped()), Outer(OwnCall()), Outer(patched)):
        try:
            got = scriptc.script(obj)(1.0)
        except scriptc.ScriptError:
            continue
        assert got == obj(1.0), obj
    assert scriptc.script(OwnCall().__call__)(1.0) == 101.0


@pytest.mark.parametrize(
    ("more", "want"),
    [
        ({"types": {"zz": int}}, r"types= names 'zz', which divide\(\) does not take"),
        ({"types": int}, "types= is a dict"),
        ({"types": {1: int}}, "types= is a dict"),
        ({"example": 3}, r"`example=\(x,\)`, not int"),
        ({"example": np.ones(2)}, "not ndarray"),
        ({"example": (1, 2, 3)}, "has 3 items"),
        ({"example": {"zz": 3}}, "example= names 'zz'"),
        ({"example": {"b": 3}}, "leaves out 'a'"),
        ({"name": 3}, "name= is a str"),
    ],
)
def test_bad_options(more: dict[str, Any], want: str) -> None:
    with pytest.raises(TypeError, match=want):
        scriptc.script(divide, **more)


def test_options() -> None:
    def f(a, b=2.0, *, c="x"):
        return f"{a} {b} {c}"

    assert scriptc.script(f, example={"a": 1})(3) == "3 2.0 x"
    assert scriptc.script(f, example={"a": 1, "b": 3.0})(3, 1.0) == "3 1.0 x"
    assert scriptc.script(f, example=[1, 4.0])(3, 5.0, c="y") == "3 5.0 y"
    assert scriptc.script(f, types={"a": int}, name="mine").program.name == "mine"


def test_partial_is_refused_with_advice() -> None:
    with pytest.raises(scriptc.ScriptError, match="write a small function"):
        scriptc.script(functools.partial(divide, 3))
