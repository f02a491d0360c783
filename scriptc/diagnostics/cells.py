"""Text as a terminal shows it: how wide it is, what is safe to print, where a line is cut or wrapped."""

from __future__ import annotations

import unicodedata

TAB = "    "
CUT = "…"
"""Stands for what was cut off a line."""


def shown(line: str) -> str:
    """The line as it is printed: tabs as spaces, anything a terminal might obey made visible."""
    return "".join(_visible(c) for c in line)


def _visible(c: str) -> str:
    if c == "\t":
        return TAB
    return c if c.isprintable() else "\N{REPLACEMENT CHARACTER}"


def cells(text: str) -> int:
    """How many columns of the terminal the text takes."""
    return sum(_cells(c) for c in text)


def _cells(c: str) -> int:
    if c == "\t":
        return len(TAB)
    if unicodedata.combining(c):
        return 0
    return 2 if unicodedata.east_asian_width(c) in "WF" else 1


def column_cells(line: str, column: int) -> int:
    """The printed width of the first `column` UTF-8 bytes of `line`."""
    return cells(line.encode(errors="surrogatepass")[:column].decode(errors="ignore"))


def characters(line: str, column: int) -> int:
    """How many characters the first `column` UTF-8 bytes of `line` are."""
    return len(line.encode(errors="surrogatepass")[:column].decode(errors="replace"))


def cut(text: str, start: int, end: int) -> str:
    """The columns `start` to `end` of a printed line, with a sign at each side where something was cut off."""
    before, after = CUT if start > 0 else "", CUT if cells(text) > end else ""
    first, last = start + len(before), end - len(after)
    out, at = "", 0
    for c in text:
        width = _cells(c)
        if first <= at and at + width <= last and (width or at > first):
            out += c
        elif at < last and first < at + width:
            out += " " * (min(last, at + width) - max(first, at))  # half of a wide character
        at += width
    return before + out + after


def wrapped(text: str, width: int | None) -> list[str]:
    """The lines of `text`, the long ones broken between words. A line that is indented or in columns stays as it is."""
    out: list[str] = []
    for line in text.split("\n"):
        if width is None or cells(line) <= width or line.startswith(" ") or "  " in line:
            out.append(line)
        else:
            out += _broken(line.split(" "), max(width, 1))
    return out


def _broken(words: list[str], width: int) -> list[str]:
    lines = [words[0]]
    for word in words[1:]:
        if cells(lines[-1]) + 1 + cells(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines
