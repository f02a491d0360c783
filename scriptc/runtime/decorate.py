"""`script`: compile a function, a method, a module class or any object with `forward` or `__call__`."""

from __future__ import annotations

import functools
import os
import sys
import weakref
from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import Any, ParamSpec, TypeVar, overload

from scriptc.diagnostics.errors import ScriptError
from scriptc.runtime.build import build, compiling
from scriptc.runtime.compiled import Compiled, CompiledFunction, CompiledModule, LazyFunction, signature, wrap
from scriptc.runtime.link import Linked, main_entry
from scriptc.runtime.live import Live
from scriptc.runtime.options import Options, make_options
from scriptc.runtime.refusals import class_attribute, refuse_misread, refuse_others

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C", bound=type)

UNKNOWN_NAME = "SC109"


@overload
def script(  # type: ignore[overload-overlap]
    obj: C, *, types: Mapping[str, Any] | None = None, example: Any = None, name: str | None = None) -> C: ...
@overload
def script(
    obj: Callable[P, R], *, types: Mapping[str, Any] | None = None, example: Any = None, name: str | None = None
) -> CompiledFunction[P, R]: ...
@overload
def script(
    obj: None = None, *, types: Mapping[str, Any] | None = None, example: Any = None, name: str | None = None
) -> Callable[[Callable[P, R]], CompiledFunction[P, R]]: ...
def script(obj: Any = None, *, types: Mapping[str, Any] | None = None, example: Any = None, name: str | None = None) -> Any:
    """Compile `obj`, or decorate with it: `@script` or `@script(types={...})`.

    obj      a function, a bound method, a class (its instances compile when first called), or an object with `forward`
             or `__call__`
    types    types by parameter name, for code without annotations: `{"word": str}`
    example  a tuple of positional arguments (or a dict by name) whose types are taken
    name     the program's name, by default the object's own

    Raises `ScriptError` with everything that cannot be compiled. With SCRIPTC_DISABLE=1 in the environment, gives `obj`
    back unchanged, so that a debugger steps through the user's own code.
    """
    options = make_options(types, example, name)
    if obj is None:
        return functools.partial(script, types=types, example=example, name=name)
    if os.environ.get("SCRIPTC_DISABLE", "") not in ("", "0") or isinstance(obj, Compiled | Scripted):
        return obj
    if isinstance(obj, type):
        return _script_class(obj, options)
    if isinstance(obj, FunctionType):
        return _script_method(obj, options) if _in_class_body(obj) else _script_function(obj, options)
    if isinstance(obj, MethodType) and isinstance(obj.__func__, FunctionType):
        return wrap(build(obj, options), obj, module=False)
    refuse_others(obj)
    refuse_misread(obj)
    return wrap(build(obj, options), obj, module=True)


def _script_function(fn: FunctionType, options: Options) -> CompiledFunction[..., Any]:
    try:
        return CompiledFunction(build(fn, options), fn)
    except ScriptError as e:
        if set(e.codes) != {UNKNOWN_NAME} or not _being_decorated(fn):
            raise
    return LazyFunction(lambda: build(fn, options), fn)


def _in_class_body(fn: FunctionType) -> bool:
    """Is this the decorator of a method, with the class still being made?"""
    owner = fn.__qualname__.rpartition(".")[0]
    if not owner or owner.endswith("<locals>"):
        return False
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_name == owner.rpartition(".")[2] and frame.f_locals.get("__qualname__") == owner:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _being_decorated(fn: FunctionType) -> bool:
    """Does the code that defines `fn` still run, with the name not yet bound? Names it lacks may come further down."""
    frame = sys._getframe(1)
    while frame is not None:
        defines = any(const is fn.__code__ for const in frame.f_code.co_consts)
        if frame.f_globals is fn.__globals__ and defines:
            return frame.f_locals.get(fn.__name__) is not fn
        frame = frame.f_back  # type: ignore[assignment]
    return False


class PerInstance:
    """Compiled forms of objects, one an object, kept as long as the object lives; objects need no hash."""

    def __init__(self) -> None:
        self._made: dict[int, tuple[Any, Compiled[..., Any]]] = {}

    def get(self, obj: Any, make: Callable[[], Compiled[..., Any]]) -> Compiled[..., Any]:
        found = self._made.get(id(obj))
        if found is not None:
            return found[1]
        compiled = make()
        try:
            keep: Any = weakref.ref(obj, functools.partial(self._forget, id(obj)))
        except TypeError:
            keep = obj
        self._made[id(obj)] = keep, compiled
        return compiled

    def _forget(self, key: int, _: Any) -> None:
        self._made.pop(key, None)


class Scripted:
    """What stands in a class for a function that is compiled for each instance when it is first used there.

    `@staticmethod`, `@classmethod` and `@property` may stand above it: a call tells by its first argument what it is.
    """

    __scriptc__ = True
    __wrapped__: Any

    def __init__(self, fn: Any, make: Callable[[Any], Compiled[..., Any]], plain: Callable[[], Compiled[..., Any]]) -> None:
        functools.update_wrapper(self, fn)
        self._name = fn.__name__
        self._make, self._made = make, PerInstance()
        self._plain = functools.cache(plain)

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def compiled(self, obj: Any) -> Compiled[..., Any]:
        """The compiled form for the instance `obj`."""
        return self._made.get(obj, lambda: self._make(obj))

    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        if obj is None:
            return self
        if compiling():  # the compiler looks at the object: it is after the user's function, not the compiled one
            return MethodType(self.__wrapped__, obj)
        return self.compiled(obj)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        if args and self._binds(args[0]):
            return self.compiled(args[0])(*args[1:], **kwargs)
        return self._plain()(*args, **kwargs)

    def _binds(self, first: Any) -> bool:
        """Is `first` the instance (or class) of a method, and not the first argument of a static one?"""
        holder = class_attribute(first if isinstance(first, type) else type(first), self._name)
        if isinstance(holder, property):
            return self in (holder.fget, holder.fset, holder.fdel)
        if isinstance(holder, classmethod):
            return holder.__func__ is self and isinstance(first, type)
        return holder is self

    def __repr__(self) -> str:
        return f"<scripted {getattr(self, '__qualname__', '?')}>"


def _script_method(fn: FunctionType, options: Options) -> Scripted:
    """A method decorated in a class body."""

    def make(obj: Any) -> Compiled[..., Any]:
        return _live(CompiledFunction(None, fn), obj, lambda obj: build(MethodType(fn, obj), options))

    return Scripted(fn, make, lambda: CompiledFunction(build(fn, options), fn))


def _script_class(cls: type, options: Options) -> type:
    """Give `cls` a `__call__` that compiles each instance when it is first called. It stays the same class."""
    original = class_attribute(cls, "__call__")
    if original is None:
        if not hasattr(cls, "forward"):
            raise TypeError(f"the class {cls.__qualname__} has neither `forward` nor `__call__`")
        original = _call_forward
    fn = original.__wrapped__ if isinstance(original, Scripted) else original

    def make(obj: Any) -> Compiled[..., Any]:
        refuse_misread(obj)
        return _live(CompiledModule(None, cls), obj, lambda obj: build(obj, options))

    call = Scripted(fn, make, lambda: CompiledFunction(build(fn, options), fn))
    type.__setattr__(cls, "__call__", call)
    call.__set_name__(cls, "__call__")
    return cls


def _live(compiled: Compiled[..., Any], obj: Any, make: Callable[[Any], Linked]) -> Compiled[..., Any]:
    """`compiled` tied to `obj`. It must not keep the object alive, or nothing would ever let go of either."""
    Live(obj, make, compiled)
    linked = compiled._force()
    compiled.__signature__ = signature(linked.program.entries[main_entry(linked.program)])  # without `self`
    return compiled


def _call_forward(self: Any, *args: Any, **kwargs: Any) -> Any:
    return self.forward(*args, **kwargs)


def as_compiled(obj: Any) -> Compiled[..., Any]:
    """`obj` compiled: itself, the form its scripted class made of it, or made now."""
    if isinstance(obj, Compiled):
        return obj
    call = None if isinstance(obj, type) else class_attribute(type(obj), "__call__")
    compiled = call.compiled(obj) if isinstance(call, Scripted) else script(obj)
    if not isinstance(compiled, Compiled):
        raise TypeError(f"{type(obj).__qualname__} is not a compiled object (is SCRIPTC_DISABLE set?)")
    return compiled
