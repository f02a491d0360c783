"""Plain data as JSON, bit for bit.

None, booleans, texts and integers below 2**53 stand for themselves; everything else is a list that begins with a tag:

| tag | holds |
| --- | --- |
| `i` | an integer, in hexadecimal |
| `f`, `c` | a float, a complex number, as `float.hex` writes them |
| `l`, `t`, `s`, `z`, `d` | the items of a list, tuple, set, frozenset; keys and values of a dict in turn |
| `q` | the `maxlen` of a deque, its items |
| `D` | what makes the missing values of a defaultdict (or `Counter`), then keys and values in turn |
| `r`, `:` | start, stop, step of a range, of a slice |
| `e` | an enum's member: its class, its name |
| `b`, `n`, `y` | bytes in hexadecimal; a NumPy scalar: dtype, bytes; a dtype |
| `a` | an array: the number of its tensor, then flags: `F` column-major, `r` read-only, a dtype that safetensors has not |
| `v` | an array that lies in another: tensor, offset, shape, strides, in elements; flags |
| `g` | a generator of random numbers: its kind, its state (`ir/generators.py`) |
| `R` | a list, dict, set, array or generator met before: its number in the order they are met |
| `...`, `T` | Ellipsis; a type, by its number in the table (attributes only) |
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import numpy as np

from scriptc.archive.errors import LoadError
from scriptc.ir import collected
from scriptc.ir.data import DTYPES, EnumRef, array_bytes, enum_ref, float_of_text, float_text, is_enum, is_shareable, set_order
from scriptc.ir.generators import generator_kind, make, state_of
from scriptc.types import Type

SMALL = 1 << 53
MAX_DEPTH = 80


class DataWriter:
    """Encodes data; `array` gives the row of an array, `type` the number of a type."""

    def __init__(self, array: Callable[[Any], list[Any]], type: Callable[[Type], int]) -> None:
        self.array, self.type = array, type
        self.met: dict[int, int] = {}
        self.engines: dict[int, int] = {}

    def write(self, v: Any) -> Any:
        """`v` as JSON; raises TypeError for what is no plain data."""
        kind = type(v)
        if v is None or kind is bool or kind is str:
            return v
        if kind is int:
            return v if -SMALL < v < SMALL else ["i", hex(v)]
        if is_enum(v):
            ref = enum_ref(v)
            return ["e", ref.cls, ref.member]
        if is_shareable(v):
            if id(v) in self.met:
                return ["R", self.met[id(v)]]
            self.met[id(v)] = len(self.met)
        writer = _WRITERS.get(kind)
        return self._rare(v) if writer is None else writer(self, v)

    def items(self, tag: str, items: Any) -> list[Any]:
        return [tag, *map(self.write, items)]

    def dict(self, v: dict[Any, Any]) -> list[Any]:
        factory = collected.factory_of(v)
        if factory is None and type(v) is not dict:
            raise TypeError("a defaultdict that calls a function of its own cannot be saved")
        row: list[Any] = ["d"] if factory is None else ["D", factory]
        for key, value in v.items():
            row += (self.write(key), self.write(value))
        return row

    def _rare(self, v: Any) -> Any:
        if isinstance(v, np.generic):
            return ["n", v.dtype.name, array_bytes(v).hex()]
        if isinstance(v, np.dtype):
            return ["y", v.name]
        if isinstance(v, Type):
            return ["T", self.type(v)]
        kind = generator_kind(v)
        if kind is not None:
            return self._generator(v, kind)
        raise TypeError(f"a value of type `{type(v).__name__}` cannot be saved")

    def _generator(self, v: Any, kind: str) -> Any:
        engine = getattr(v, "bit_generator", v)
        if self.engines.setdefault(id(engine), id(v)) != id(v):
            raise TypeError("two generators that draw from one bit generator cannot be saved")
        return ["g", kind, self.write(state_of(v))]


_WRITERS: dict[type, Callable[[DataWriter, Any], Any]] = {
    float: lambda w, v: ["f", float_text(v)],
    complex: lambda w, v: ["c", float_text(v.real), float_text(v.imag)],
    list: lambda w, v: w.items("l", v),
    tuple: lambda w, v: w.items("t", v),
    set: lambda w, v: w.items("s", set_order(v)),
    frozenset: lambda w, v: w.items("z", set_order(v)),
    dict: DataWriter.dict,
    collections.defaultdict: DataWriter.dict,
    collections.Counter: DataWriter.dict,
    collections.deque: lambda w, v: w.items("q", (v.maxlen, *v)),
    range: lambda w, v: w.items("r", (v.start, v.stop, v.step)),
    slice: lambda w, v: w.items(":", (v.start, v.stop, v.step)),
    bytes: lambda w, v: ["b", v.hex()],
    np.ndarray: lambda w, v: w.array(v),
    type(...): lambda w, v: ["..."],
}


class DataReader:
    """Decodes data; `array` makes the array of an `a` or `v` row, `types` are those of the table.

    Raises `LoadError` for whatever `DataWriter` does not write.
    """

    def __init__(self, array: Callable[[list[Any]], Any], types: list[Type]) -> None:
        self.array, self.types = array, types
        self.met: list[Any] = []

    def read(self, x: Any, depth: int = 0) -> Any:
        kind = type(x)
        if x is None or kind is str or kind is bool:
            return x
        if kind is int:
            return x if -SMALL < x < SMALL else self.fail("a large integer as a number")
        if kind is not list or not x or type(x[0]) is not str or x[0] not in _READERS:
            return self.fail("data of no known kind")
        if depth > MAX_DEPTH:
            return self.fail("data nested too deep")
        try:
            return _READERS[x[0]](self, x[1:], depth + 1)
        except (ValueError, TypeError, IndexError, OverflowError) as e:
            return self.fail(f"malformed data under tag {x[0]!r} ({e})")

    def fail(self, problem: str) -> Any:
        raise LoadError("SL107", f"holds {problem}", place="data")

    def items(self, row: list[Any], depth: int) -> list[Any]:
        return [self.read(x, depth) for x in row]

    def shared(self, row: list[Any], depth: int, make: Callable[[list[Any]], Any], size: int) -> Any:
        """A mutable container; it gets its number before what is in it."""
        number = len(self.met)
        self.met.append(_UNFINISHED)
        made = self.met[number] = make(self.items(row, depth))
        return made if len(made) == size else self.fail("a key or an item of a set twice")

    def read_list(self, row: list[Any], depth: int) -> Any:
        return self.shared(row, depth, list, len(row))

    def read_set(self, row: list[Any], depth: int) -> Any:
        return self.shared(row, depth, set, len(row))

    def read_frozenset(self, row: list[Any], depth: int) -> Any:
        made = frozenset(self.items(row, depth))
        return made if len(made) == len(row) else self.fail("an item of a set twice")

    def read_dict(self, row: list[Any], depth: int) -> Any:
        if len(row) % 2:
            return self.fail("a dict with a key too many")
        return self.shared(row, depth, lambda kv: dict(zip(kv[::2], kv[1::2], strict=True)), len(row) // 2)

    def read_collected(self, row: list[Any], depth: int) -> Any:
        if len(row) % 2 != 1:
            return self.fail("a defaultdict with a key too many")
        factory, *rest = row
        return self.shared(rest, depth, lambda kv: collected.make(_text(factory), dict(zip(kv[::2], kv[1::2], strict=True))), len(rest) // 2)

    def read_deque(self, row: list[Any], depth: int) -> Any:
        longest, *items = row
        if longest is not None and (type(longest) is not int or longest < len(items)):
            return self.fail("a deque longer than it may be")
        return self.shared(items, depth, lambda xs: collections.deque(xs, longest), len(items))

    def read_array(self, row: list[Any]) -> Any:
        made = self.array(row)
        self.met.append(made)
        return made

    def read_generator(self, row: list[Any], depth: int) -> Any:
        kind, state = row
        number = len(self.met)
        self.met.append(_UNFINISHED)
        made = self.met[number] = make(_text(kind), self.read(state, depth))
        return made

    def read_again(self, row: list[Any]) -> Any:
        (number,) = row
        if type(number) is not int or not 0 <= number < len(self.met) or self.met[number] is _UNFINISHED:
            return self.fail("a reference to data that was not met")
        return self.met[number]

    def read_int(self, row: list[Any]) -> Any:
        (text,) = row
        v = int(_text(text), 16)
        return v if hex(v) == text and not -SMALL < v < SMALL else self.fail("a malformed integer")

    def read_scalar(self, row: list[Any]) -> Any:
        name, text = row
        if name not in DTYPES:
            return self.fail("a scalar of an unknown dtype")
        raw = _unhex(text)
        if name == "bool" and raw not in (b"\0", b"\1"):
            return self.fail("a byte that is no boolean")
        dtype = np.dtype(name).newbyteorder("<")
        if len(raw) != dtype.itemsize:
            return self.fail("a scalar of the wrong size")
        return np.frombuffer(raw, dtype)[0]

    def read_dtype(self, row: list[Any]) -> Any:
        (name,) = row
        return np.dtype(name) if name in DTYPES else self.fail("an unknown dtype")

    def read_type(self, row: list[Any]) -> Any:
        (number,) = row
        return self.types[number] if type(number) is int and number >= 0 else self.fail("a malformed type")

    def read_enum(self, row: list[Any]) -> Any:
        cls, member = row
        return EnumRef(cls, member) if type(cls) is str and type(member) is str else self.fail("a malformed member of an enum")

    def read_range(self, row: list[Any], depth: int) -> Any:
        start, stop, step = self.items(row, depth)
        return range(start, stop, step) if {type(start), type(stop), type(step)} == {int} else self.fail("a malformed range")

    def read_slice(self, row: list[Any], depth: int) -> Any:
        start, stop, step = self.items(row, depth)
        return slice(start, stop, step)

    def read_float(self, row: list[Any]) -> Any:
        (text,) = row
        return float_of_text(_text(text))

    def read_complex(self, row: list[Any]) -> Any:
        real, imag = row
        return complex(float_of_text(_text(real)), float_of_text(_text(imag)))

    def read_bytes(self, row: list[Any]) -> Any:
        (text,) = row
        return _unhex(text)

    def read_ellipsis(self, row: list[Any]) -> Any:
        return ... if not row else self.fail("a malformed ellipsis")


_UNFINISHED = object()
_READERS: dict[str, Callable[[DataReader, list[Any], int], Any]] = {
    "i": lambda r, row, _: r.read_int(row),
    "f": lambda r, row, _: r.read_float(row),
    "c": lambda r, row, _: r.read_complex(row),
    "l": DataReader.read_list,
    "t": lambda r, row, depth: tuple(r.items(row, depth)),
    "s": DataReader.read_set,
    "z": DataReader.read_frozenset,
    "d": DataReader.read_dict,
    "D": DataReader.read_collected,
    "q": DataReader.read_deque,
    "r": DataReader.read_range,
    ":": DataReader.read_slice,
    "e": lambda r, row, _: r.read_enum(row),
    "b": lambda r, row, _: r.read_bytes(row),
    "n": lambda r, row, _: r.read_scalar(row),
    "y": lambda r, row, _: r.read_dtype(row),
    "a": lambda r, row, _: r.read_array(["a", *row]),
    "v": lambda r, row, _: r.read_array(["v", *row]),
    "g": DataReader.read_generator,
    "R": lambda r, row, _: r.read_again(row),
    "...": lambda r, row, _: r.read_ellipsis(row),
    "T": lambda r, row, _: r.read_type(row),
}


def _text(x: Any) -> str:
    if type(x) is not str:
        raise TypeError("not a text")
    return x


def _unhex(text: Any) -> bytes:
    raw = bytes.fromhex(_text(text))
    if raw.hex() != text:
        raise ValueError("malformed hexadecimal")
    return raw
