"""`bytes`: making them, their methods, and the ways from and to text and integers."""

from __future__ import annotations

from scriptc.ir.core import Arg, Call, OpDef, OpTypeError
from scriptc.ops.common import builtin_view, element, need_element, one, show
from scriptc.ops.signature import RAISES, READS, Signature, function, method
from scriptc.types import BOOL, BYTES, INT, NEVER, STR, Tensor, Type, members

_SEARCH = "(self: bytes, sub: bytes | pyint, start: int | None = None, end: int | None = None, /) -> int"
_AFFIX = "(self: bytes, prefix: bytes | tuple[bytes, ...], start: int | None = None, end: int | None = None, /) -> bool"
_PAD = "(self: bytes, width: int, fillchar: bytes = ' ', /) -> bytes"
_STRIP = "(self: bytes, chars: bytes | None = None, /) -> bytes"
_SPLIT = "(self: bytes, sep: bytes | None = None, maxsplit: int = -1) -> list[bytes]"
_PART = "(self: bytes, sep: bytes, /) -> tuple[bytes, bytes, bytes]"

SIGNATURES: dict[str, str] = {
    **dict.fromkeys(("capitalize", "lower", "swapcase", "title", "upper"), "(self: bytes) -> bytes"),
    **dict.fromkeys(
        ("isalnum", "isalpha", "isascii", "isdigit", "islower", "isspace", "istitle", "isupper"), "(self: bytes) -> bool",
    ),
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), _SEARCH),
    **dict.fromkeys(("startswith", "endswith"), _AFFIX),
    **dict.fromkeys(("center", "ljust", "rjust"), _PAD),
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _STRIP),
    **dict.fromkeys(("split", "rsplit"), _SPLIT),
    **dict.fromkeys(("partition", "rpartition"), _PART),
    "decode": "(self: bytes, encoding: str = '', errors: str = '') -> str",
    "expandtabs": "(self: bytes, tabsize: int = 8) -> bytes",
    "hex": "(self: bytes, sep: str | bytes = '', bytes_per_sep: int = 1) -> str",
    "join": "(self: bytes, iterable: iterable[bytes], /) -> bytes",
    "removeprefix": "(self: bytes, prefix: bytes, /) -> bytes",
    "removesuffix": "(self: bytes, suffix: bytes, /) -> bytes",
    "replace": "(self: bytes, old: bytes, new: bytes, count: int = -1, /) -> bytes",
    "splitlines": "(self: bytes, keepends: int = False) -> list[bytes]",
    "translate": "(self: bytes, table: bytes | None, /, delete: bytes = '') -> bytes",
    "zfill": "(self: bytes, width: int, /) -> bytes",
}  # fmt: skip

_BYTES = Signature("bytes", "(source: any = 0, encoding: str = '', errors: str = '') -> bytes")
_TEXT = Signature("str", "(object: printable = '', encoding: str = '', errors: str = '') -> str")


def _bytes_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _BYTES.check(call)
    coded = [n for n in ("encoding", "errors") if n in bound]
    if "source" not in bound:
        if coded:
            raise OpTypeError(f"{coded[0]} without a string argument")
        return one(BYTES)
    for m in members(bound["source"].type):
        t = builtin_view(m, call.program)
        if (t == STR) != ("encoding" in bound) or (coded and t != STR):
            raise OpTypeError("string argument without an encoding" if t == STR else "encoding without a string argument", 0)
        if t not in (STR, INT, BOOL, BYTES):
            _need_small_ints(Arg(t), call)
    return one(BYTES)


def _need_small_ints(a: Arg, call: Call) -> None:
    found = None if isinstance(a.type, Tensor) else element(a.type, call.program)
    if found is None:
        raise OpTypeError(f"cannot convert {show(a.type)} object to bytes", 0, "use `.tobytes()`" if isinstance(a.type, Tensor) else None)
    for m in members(found):
        if builtin_view(m, call.program) not in (INT, BOOL, NEVER):
            raise OpTypeError(f"bytes are made of integers, not of {show(m)}", 0)


def text_rule(call: Call) -> tuple[Type, ...]:
    """`str(x)`, and `str(b, encoding, errors)`."""
    bound, _ = _TEXT.check(call)
    if "encoding" in bound or "errors" in bound:
        found = bound.get("object")
        if found is None or found.type != BYTES:
            raise OpTypeError("decoding to str: need a bytes-like object", 0)
    return one(STR)


_FROM_BYTES = Signature("from_bytes", "(bytes: any, byteorder: str = 'big', *, signed: any = False) -> int")


def _from_bytes_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _FROM_BYTES.check(call)
    a = bound["bytes"]
    for m in members(a.type):
        if m != BYTES:
            need_element(Arg(m), call.program, 0)
            _need_small_ints(Arg(builtin_view(m, call.program)), call)
    return one(INT)


OPS: tuple[OpDef, ...] = (
    *(method(f"bytes.{name}", text, effects=READS if name == "join" else RAISES) for name, text in SIGNATURES.items()),
    function("bytes", _BYTES.text, rule=_bytes_rule),
    function("bytes.fromhex", "(string: str, /) -> bytes", effects=RAISES),
    function("bytes.maketrans", "(frm: bytes, to: bytes, /) -> bytes", effects=RAISES),
    method("str.encode", "(self: str, encoding: str = '', errors: str = '') -> bytes", effects=RAISES),
    method("int.to_bytes", "(self: pyint, length: int = 1, byteorder: str = 'big', *, signed: any = False) -> bytes", effects=RAISES),
    function("int.from_bytes", _FROM_BYTES.text, rule=_from_bytes_rule),
)
