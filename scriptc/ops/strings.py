"""The methods of `str`."""

from __future__ import annotations

from scriptc.ir.core import Call, OpDef, OpTypeError
from scriptc.ops.common import need_printable, one
from scriptc.ops.match import Matcher, parse_pattern
from scriptc.ops.signature import RAISES, READS, Signature, function, method
from scriptc.types import INT, NONE, STR, Dict, Type, members, union

_SEARCH = "(self: str, sub: str, start: int | None = None, end: int | None = None, /) -> int"
_AFFIX = "(self: str, prefix: str | tuple[str, ...], start: int | None = None, end: int | None = None, /) -> bool"
_PAD = "(self: str, width: int, fillchar: str = ' ', /) -> str"
_STRIP = "(self: str, chars: str | None = None, /) -> str"
_SPLIT = "(self: str, sep: str | None = None, maxsplit: int = -1) -> list[str]"
_PART = "(self: str, sep: str, /) -> tuple[str, str, str]"

SIGNATURES: dict[str, str] = {
    **dict.fromkeys(("capitalize", "casefold", "lower", "swapcase", "title", "upper"), "(self: str) -> str"),
    **dict.fromkeys(
        ("isalnum", "isalpha", "isascii", "isdecimal", "isdigit", "isidentifier", "islower", "isnumeric", "isprintable",
         "isspace", "istitle", "isupper"), "(self: str) -> bool",
    ),
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), _SEARCH),
    **dict.fromkeys(("startswith", "endswith"), _AFFIX),
    **dict.fromkeys(("center", "ljust", "rjust"), _PAD),
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _STRIP),
    **dict.fromkeys(("split", "rsplit"), _SPLIT),
    **dict.fromkeys(("partition", "rpartition"), _PART),
    "expandtabs": "(self: str, tabsize: int = 8) -> str",
    "join": "(self: str, iterable: iterable[str], /) -> str",
    "removeprefix": "(self: str, prefix: str, /) -> str",
    "removesuffix": "(self: str, suffix: str, /) -> str",
    "replace": "(self: str, old: str, new: str, count: int = -1, /) -> str",
    "splitlines": "(self: str, keepends: int = False) -> list[str]",
    "zfill": "(self: str, width: int, /) -> str",
    "format": "(self: str, *args: printable, **kwargs: printable) -> str",
    "format_map": "(self: str, mapping: dict[str, V], /) -> str",
}  # fmt: skip


_FORMAT_MAP = Signature("str.format_map", SIGNATURES.pop("format_map"))
_TRANSLATE = Signature("str.translate", "(self: str, table: dict[K, V], /) -> str")
_MAKETRANS = Signature("str.maketrans", "(x: str | dict[K, V], y: str = '', z: str = '', /) -> dict[int, int]")


def _format_map_rule(call: Call) -> tuple[Type, ...]:
    _, matcher = _FORMAT_MAP.check(call)
    need_printable(matcher.bound["V"], call.program, 1)
    return one(STR)


def _translate_rule(call: Call) -> tuple[Type, ...]:
    """What a table maps to must be a code point, a string or None."""
    _, matcher = _TRANSLATE.check(call)
    value = matcher.bound["V"]
    if not Matcher(call.program).type(parse_pattern("str | None | int"), value):
        raise OpTypeError(f"character mapping must return integer, None or str, not '{value}'", 1)
    return one(STR)


def _maketrans_rule(call: Call) -> tuple[Type, ...]:
    bound, _ = _MAKETRANS.check(call)
    x = bound["x"].type
    if isinstance(x, Dict):
        return one(_maketrans_dict(call, x, "y" in bound))
    if "y" not in bound:
        raise OpTypeError("if you give only one argument to maketrans it must be a dict", 0)
    return one(Dict(INT, union((INT, NONE)) if "z" in bound else INT))


def _maketrans_dict(call: Call, x: Dict, more: bool) -> Type:
    """Keys of one character become code points."""
    if more:
        raise OpTypeError("first maketrans argument must be a string if there is a second argument", 0)
    if not Matcher(call.program).type(parse_pattern("str | pyint"), x.key):
        raise OpTypeError("keys in translate table must be strings or integers", 0)
    return Dict(union(INT if k == STR else k for k in members(x.key)), x.value)


OPS: tuple[OpDef, ...] = (
    *(method(f"str.{name}", text, effects=READS if name in ("join", "format") else RAISES) for name, text in SIGNATURES.items()),
    method("str.format_map", _FORMAT_MAP.text, rule=_format_map_rule),
    method("str.translate", _TRANSLATE.text, rule=_translate_rule),
    function("str.maketrans", _MAKETRANS.text, rule=_maketrans_rule),
)
