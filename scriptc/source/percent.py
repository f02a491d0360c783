"""Which `'...' % (a, b)` CPython works out as the f-string `f'...{a!s}...{b!s}'`: it formats `a` before it looks at `b`.

The rule is that of `optimize_format` in CPython's `Python/ast_opt.c`, the same in 3.11, 3.12 and 3.13: the format is a literal, the right
side a tuple written out without stars, as long as there are places, and each place is `s`, `r` or `a` with a width and precision of at
most two digits.
"""

from __future__ import annotations

import re

PLACE = re.compile(r"%(?P<flags>[-+ #0]*)(?P<width>[0-9]{1,2})?(?:\.(?P<precision>[0-9]{0,2}))?(?P<conversion>[sra])")
LITERAL = re.compile(r"(?:[^%]|%%)+")


def pieces(text: str, count: int) -> list[str | tuple[str, str]] | None:
    """The literal parts, and (conversion, format specification) of the `count` places, in order; None where CPython formats at the end."""
    out: list[str | tuple[str, str]] = []
    at = places = 0
    while at < len(text):
        found = LITERAL.match(text, at)
        if found is not None:
            out.append(found.group().replace("%%", "%"))
        else:
            found = PLACE.match(text, at)
            if found is None:
                return None
            out.append((found["conversion"], _specification(found)))
            places += 1
        at = found.end()
    return out if places == count else None


def _specification(found: re.Match[str]) -> str:
    width, precision = found["width"], found["precision"]
    right = ">" if width is not None and int(width) > 0 and "-" not in found["flags"] else ""
    return right + ("" if width is None else str(int(width))) + ("" if precision is None else f".{int(precision or 0)}")
