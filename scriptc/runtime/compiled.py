"""What the user holds: `CompiledFunction` and `CompiledModule`. A loaded file gives the same surface."""

from __future__ import annotations

import functools
import inspect
import operator
import os
from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar, overload

import numpy as np

from scriptc.ir.core import Entry, Program
from scriptc.runtime import state
from scriptc.runtime.link import Linked, main_entry

if TYPE_CHECKING:
    import numpy.typing as npt

P = ParamSpec("P")
Q = ParamSpec("Q")
R = TypeVar("R", covariant=True)


class Tie(Protocol):
    """What ties a compiled object to the one it was made of, which the user goes on using."""

    def take(self) -> None:
        """What the user has assigned to the object holds for the compiled one."""

    def give(self) -> None:
        """What was assigned to the compiled one holds for the object."""


class Compiled(Generic[P, R]):
    """A compiled object: call it as the original. Other entry points are attributes.

    Arguments are checked against the declared types at each call: TypeError for a wrong kind or dtype, ValueError for a
    wrong rank or size, both naming the argument. What the model's own code raises passes through unchanged.
    """

    __scriptc__ = True
    __wrapped__: Any
    _linked: Linked | None = None
    _tie: Tie | None = None

    def __init__(self, linked: Linked | None, original: Any = None) -> None:
        if original is not None:
            self._wrap(original)
        if linked is not None:
            self._attach(linked)

    def _wrap(self, original: Any) -> None:
        """Look like the original: its name, doc, signature (`functools.wraps`)."""
        source = original if hasattr(original, "__qualname__") else type(original)
        functools.update_wrapper(self, source, updated=())
        self.__wrapped__ = original

    def _attach(self, linked: Linked) -> None:
        self._linked = linked
        main = main_entry(linked.program)
        self.__dict__["_call"] = linked.calls[main]
        if "__wrapped__" not in self.__dict__:
            self._describe(linked.program, main)

    def _describe(self, program: Program, main: str) -> None:
        """A loaded object's name, doc and signature come from the file."""
        graph = program.graphs[program.entries[main].graph]
        self.__qualname__ = graph.qualname or program.name
        self.__name__ = self.__qualname__.rpartition(".")[2]
        self.__doc__ = program.entries[main].doc
        self.__signature__ = signature(program.entries[main])

    if TYPE_CHECKING:

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
    else:
        # What is called is `_call` itself, without a frame and a copy of the arguments in between.
        __call__ = property(operator.attrgetter("_call"))

    def _call(self, *args: Any, **kwargs: Any) -> Any:
        """The checked entry; replaced when the code is there, so that until then the first call makes it."""
        self._force()
        return self._call(*args, **kwargs)

    def _force(self) -> Linked:
        if self._tie is not None:
            self._tie.take()
        if self._linked is None:
            raise RuntimeError("nothing was compiled")
        return self._linked

    @property
    def program(self) -> Program:
        """The typed graphs, with the state as it is now."""
        linked = self._force()
        state.refresh(linked)
        return linked.program

    @property
    def graph(self) -> str:
        """The program as text, without its arrays and source text. `scriptc.ir.print_program` gives all of it."""
        from scriptc.ir import print_program

        return str(print_program(self.program, data=False))

    @property
    def code(self) -> str:
        """The generated Python."""
        return self._force().code

    @property
    def classes(self) -> dict[str, type]:
        """The classes of the program by their own names, to make arguments of; full names where two are the same."""
        found = self._force().classes
        names = [full.rpartition(".")[2] for full in found]
        return {(n if names.count(n) == 1 else full): cls for n, (full, cls) in zip(names, found.items(), strict=True)}

    def save(self, path: str | os.PathLike[str], source: bool = True) -> None:
        """Write one file that `scriptc.load` runs without the source. `source=False` leaves the user's text out of it."""
        from scriptc import archive

        archive.save(self.program, path, source=source)

    def state_dict(self) -> dict[str, np.ndarray]:
        """Every parameter and buffer by name: the arrays themselves, not copies. Tied weights appear under each name."""
        return state.state_dict(self._force())

    def load_state_dict(self, values: Mapping[str, npt.ArrayLike], strict: bool = True) -> None:
        """Copy `values` into the arrays, in place. ValueError lists every name, shape or dtype that does not fit; nothing changes then."""
        state.load_state_dict(self._force(), values, strict)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        linked = self._force()
        if name in linked.calls:
            return linked.calls[name]
        if name in linked.program.state:
            return linked.get(name)
        raise AttributeError(f"{type(self).__name__} {linked.program.name!r} has no attribute or entry point {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        """Assign to the module's own state. AttributeError for what was fixed when compiling: it would change nothing."""
        if name.startswith("_"):
            object.__setattr__(self, name, value)
        else:
            state.assign(self._force(), name, value)
            if self._tie is not None:
                self._tie.give()

    def __dir__(self) -> list[str]:
        more = (*self._linked.calls, *self._linked.program.state) if self._linked else ()
        return sorted({*super().__dir__(), *(name for name in more if name.isidentifier())})

    def __repr__(self) -> str:
        name = getattr(self, "__qualname__", None) or (self._linked.program.name if self._linked else "?")
        return f"<{type(self).__name__} {name}>"

    def __reduce__(self) -> Any:
        raise TypeError(f"a {type(self).__name__} cannot be pickled: use `save` and `scriptc.load`")

    def __copy__(self) -> Self:
        raise TypeError(f"a {type(self).__name__} cannot be copied: compile the object again, or save and load it")

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.__copy__()


class CompiledFunction(Compiled[P, R]):
    """A compiled function or bound method."""

    @overload
    def __get__(self, obj: None, owner: type) -> Self: ...
    @overload
    def __get__(self: CompiledFunction[Concatenate[Any, Q], R], obj: object, owner: type | None = None) -> CompiledFunction[Q, R]: ...
    def __get__(self, obj: Any, owner: type | None = None) -> Any:
        """As an attribute of a class, a compiled function gets the instance as its first argument, as any function does."""
        return MethodType(self, obj) if obj is not None and isinstance(self.__dict__.get("__wrapped__"), FunctionType) else self


class CompiledModule(Compiled[P, R]):
    """A compiled object with state."""

    def train(self, mode: bool = True) -> Self:
        """Set the training mode of the module and all its parts."""
        state.set_training(self._force(), mode)
        if self._tie is not None:
            self._tie.give()
        return self

    def eval(self) -> Self:
        """Leave training mode."""
        return self.train(False)


class LazyFunction(CompiledFunction[P, R]):
    """A function that is compiled at its first use: a name it needs did not exist yet when it was decorated."""

    def __init__(self, make: Callable[[], Linked], original: Any) -> None:
        super().__init__(None, original)
        self._make = make

    def _force(self) -> Linked:
        if self._linked is None:
            self._attach(self._make())
        assert self._linked is not None
        return self._linked


def signature(entry: Entry) -> inspect.Signature:
    """The signature the callers of `entry` see; annotations are the types' texts."""
    return inspect.Signature([
        inspect.Parameter(
            p.name,
            inspect._ParameterKind[p.kind],
            default=inspect.Parameter.empty if p.default is None else p.default.value,
            annotation=str(p.type),
        )
        for p in entry.params
    ])  # fmt: skip


def wrap(linked: Linked, original: Any = None, *, module: bool | None = None) -> CompiledFunction[..., Any] | CompiledModule[..., Any]:
    """`linked` as what the user holds: a module if it has state, other entries, or is said to be one."""
    if module is None:
        module = bool(linked.program.state) or main_entry(linked.program) == "forward"
    return CompiledModule(linked, original) if module else CompiledFunction(linked, original)
