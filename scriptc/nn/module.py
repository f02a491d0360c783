"""`Module`: the base of models and layers written in NumPy.

A module is an ordinary object. Its arrays, numbers, strings, submodules and lists or dicts of submodules are plain
attributes, found by looking at `vars(module)`; nothing is registered when an attribute is set, so a subclass need not
call `super().__init__()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from scriptc.runtime.state import arrays_in


def Parameter(data: npt.ArrayLike, dtype: npt.DTypeLike = np.float32) -> np.ndarray:
    """A new array to assign as a trainable attribute.

    Raises TypeError for a dtype that is not floating or complex: such an array is a buffer.
    """
    if not np.issubdtype(np.dtype(dtype), np.inexact):
        raise TypeError(f"a parameter is floating or complex, not {np.dtype(dtype)}; assign the array itself to keep it as a buffer")
    return np.array(data, dtype=dtype)


class Module:
    """Base class of models. Subclasses define `forward`; calling the module calls it.

    Arrays assigned as attributes are its state: floating and complex ones are parameters, others are buffers, as is
    what `register_buffer` names. State is named by attribute path: `encoder.layers.0.weight`.
    """

    training: bool = True
    _buffer_names: tuple[str, ...] = ()
    _transient_names: tuple[str, ...] = ()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.forward(*args, **kwargs)

    forward: Any
    """What calling the module does; each subclass defines it with its own parameters."""

    def register_buffer(self, name: str, value: np.ndarray | None, persistent: bool = True) -> None:
        """Assign `value` as attribute `name` and keep it out of the parameters, and out of `state_dict` unless `persistent`.

        Raises ValueError if `name` is no attribute name.
        """
        _check_name(name)
        setattr(self, name, value)
        self._buffer_names = (*(n for n in self._buffer_names if n != name), name)
        self._transient_names = (*(n for n in self._transient_names if n != name), *(() if persistent else (name,)))

    def register_parameter(self, name: str, value: np.ndarray | None) -> None:
        """Assign `value` as attribute `name`. TypeError unless it is None or a floating or complex array."""
        _check_name(name)
        if value is not None and not (isinstance(value, np.ndarray) and np.issubdtype(value.dtype, np.inexact)):
            raise TypeError(f"parameter {name!r} is a floating or complex array, not {value!r}")
        setattr(self, name, value)

    def add_module(self, name: str, module: Module | None) -> None:
        """Assign `module` as attribute `name`."""
        _check_name(name)
        setattr(self, name, module)

    def named_arrays(self) -> Iterator[tuple[str, np.ndarray, str]]:
        """This module's own arrays, in list and dict attributes too: the name, the array, the attribute it belongs to."""
        for attribute, value in vars(self).items():
            for name, array in arrays_in(attribute, value):
                yield name, array, attribute

    def named_children(self) -> Iterator[tuple[str, Module]]:
        """Direct submodules with their names; those in a list or dict attribute are `attribute.key`."""
        for name, value in vars(self).items():
            yield from _modules_in(name, value)

    def children(self) -> Iterator[Module]:
        return (child for _, child in self.named_children())

    def named_modules(self, prefix: str = "") -> Iterator[tuple[str, Module]]:
        """This module (named `prefix`) and all below it, each object once."""
        seen: set[int] = set()
        for name, module in _walk(self, prefix):
            if id(module) not in seen:
                seen.add(id(module))
                yield name, module

    def modules(self) -> Iterator[Module]:
        return (module for _, module in self.named_modules())

    def apply(self, fn: Callable[[Module], object]) -> Self:
        """Call `fn` with each submodule, children first, and with this module last."""
        for child in self.children():
            child.apply(fn)
        fn(self)
        return self

    def named_parameters(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, np.ndarray]]:
        """Floating and complex arrays that are no buffers, each array once (tied weights under their first name)."""
        return _once((name, array) for name, array, kind in _state(self, prefix, recurse) if kind == "parameter")

    def parameters(self, recurse: bool = True) -> Iterator[np.ndarray]:
        return (array for _, array in self.named_parameters(recurse=recurse))

    def named_buffers(self, prefix: str = "", recurse: bool = True) -> Iterator[tuple[str, np.ndarray]]:
        """The other arrays, each once."""
        return _once((name, array) for name, array, kind in _state(self, prefix, recurse) if kind != "parameter")

    def buffers(self, recurse: bool = True) -> Iterator[np.ndarray]:
        return (array for _, array in self.named_buffers(recurse=recurse))

    def get_submodule(self, target: str) -> Module:
        """The submodule of that name, itself for "". AttributeError if there is none."""
        for name, module in _walk(self, ""):
            if name == target:
                return module
        raise AttributeError(f"{type(self).__name__} has no submodule {target!r}")

    def get_parameter(self, target: str) -> np.ndarray:
        """The parameter of that name. AttributeError if there is none."""
        return _find(self, target, "parameter")

    def get_buffer(self, target: str) -> np.ndarray:
        """The buffer of that name. AttributeError if there is none."""
        return _find(self, target, "buffer", "transient")

    def state_dict(self, prefix: str = "") -> dict[str, np.ndarray]:
        """Every parameter and persistent buffer by name: the arrays themselves, not copies. Tied ones appear under each name."""
        return {prefix + name: array for name, array, kind in _state(self, "", True) if kind != "transient"}

    def load_state_dict(self, state: Mapping[str, npt.ArrayLike], strict: bool = True) -> None:
        """Copy `state` into the arrays of this module, in place.

        Raises ValueError that lists every missing and unexpected name (unless `strict` is False) and every array whose
        shape or dtype does not fit; nothing is changed then.
        """
        own = self.state_dict()
        problems = _name_problems(own, state) if strict else []
        new = {name: np.asarray(value) for name, value in state.items() if name in own}
        for name, value in new.items():
            problems += _fit_problems(name, own[name], value)
        if problems:
            raise ValueError(f"state does not fit {type(self).__name__}:\n  " + "\n  ".join(problems))
        for name, value in new.items():
            np.copyto(own[name], value, casting="same_kind")

    def to(self, dtype: npt.DTypeLike) -> Self:
        """Replace every floating array of this module and all below by one of the floating `dtype`; tied ones stay tied.

        Raises TypeError if `dtype` is not floating.
        """
        if not np.issubdtype(np.dtype(dtype), np.floating):
            raise TypeError(f"a module is converted to a floating dtype, not to {np.dtype(dtype)}")
        new: dict[int, np.ndarray] = {}
        old = [array for _, array, _ in _state(self, "", True)]  # kept alive: `new` goes by identity
        for module in self.modules():
            _replace_in(module, lambda a: new.setdefault(id(a), a.astype(dtype)) if np.issubdtype(a.dtype, np.floating) else a)
        del old
        return self

    def float(self) -> Self:
        """`to(np.float32)`."""
        return self.to(np.float32)

    def double(self) -> Self:
        """`to(np.float64)`."""
        return self.to(np.float64)

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and in every submodule."""
        for module in self.modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        return self.train(False)

    def __repr__(self) -> str:
        lines = [f"({name}): {child!r}".replace("\n", "\n  ") for name, child in self.named_children()]
        inner = "".join(f"\n  {line}" for line in lines)
        return f"{type(self).__name__}({self.extra_repr()}{inner}{chr(10) if inner else ''})"

    def extra_repr(self) -> str:
        """What `repr` shows between the parentheses, besides the submodules."""
        return ""


def _modules_in(name: str, value: Any) -> Iterator[tuple[str, Module]]:
    if isinstance(value, Module):
        yield name, value
    elif isinstance(value, list | tuple):
        for i, item in enumerate(value):
            yield from _modules_in(f"{name}.{i}", item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _modules_in(f"{name}.{key}", item)


def _walk(module: Module, prefix: str, above: tuple[Module, ...] = ()) -> Iterator[tuple[str, Module]]:
    """The module and all below it. One that holds a module it is in, such as its parent, does not lead up again."""
    yield prefix, module
    path = (*above, module)
    for name, child in module.named_children():
        if not any(child is m for m in path):
            yield from _walk(child, f"{prefix}.{name}" if prefix else name, path)


def _state(root: Module, prefix: str, recurse: bool) -> Iterator[tuple[str, np.ndarray, str]]:
    """Every array with its name and its kind: parameter, buffer or transient. An array may come under several names."""
    for path, module in _walk(root, prefix) if recurse else ((prefix, root),):
        for name, array, attribute in module.named_arrays():
            yield f"{path}.{name}" if path else name, array, _kind(module, attribute, array)


def _kind(module: Module, attribute: str, array: np.ndarray) -> str:
    if attribute in module._transient_names:
        return "transient"
    if attribute in module._buffer_names or not np.issubdtype(array.dtype, np.inexact):
        return "buffer"
    return "parameter"


def _find(root: Module, target: str, *kinds: str) -> np.ndarray:
    for name, array, kind in _state(root, "", True):
        if name == target and kind in kinds:
            return array
    raise AttributeError(f"{type(root).__name__} has no {kinds[0]} {target!r}")


def _replace_in(module: Module, fn: Callable[[np.ndarray], np.ndarray]) -> None:
    """Put `fn` of each of a module's own arrays in its place."""
    for name, value in vars(module).items():
        setattr(module, name, _replaced(value, fn))
    if isinstance(module, list | dict):
        for key, item in enumerate(module) if isinstance(module, list) else list(module.items()):
            module[key] = _replaced(item, fn)


def _replaced(value: Any, fn: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, np.ndarray):
        return fn(value)
    if type(value) is tuple:
        return tuple(_replaced(item, fn) for item in value)
    if type(value) is list:
        value[:] = [_replaced(item, fn) for item in value]
    elif type(value) is dict:
        value.update({key: _replaced(item, fn) for key, item in value.items()})
    return value


def _check_name(name: str) -> None:
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not an attribute name")


def _once(named: Iterator[tuple[str, np.ndarray]]) -> Iterator[tuple[str, np.ndarray]]:
    seen: set[int] = set()
    for name, array in named:
        if id(array) not in seen:
            seen.add(id(array))
            yield name, array


def _name_problems(own: Mapping[str, Any], state: Mapping[str, Any]) -> list[str]:
    missing = [f"missing: {name}" for name in own if name not in state]
    return missing + [f"unexpected: {name}" for name in state if name not in own]


def _fit_problems(name: str, old: np.ndarray, new: np.ndarray) -> list[str]:
    if old.shape != new.shape:
        return [f"{name}: shape {new.shape}, expected {old.shape}"]
    if not np.can_cast(new.dtype, old.dtype, casting="same_kind"):
        return [f"{name}: dtype {new.dtype} does not convert to {old.dtype}"]
    return []
