"""The record that stands for one code."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import dedent

from scriptc.diagnostics.severity import ERROR, WARNING


@dataclass(frozen=True)
class CodeInfo:
    """One code, whole in one place.

    name         kebab-case
    title        the message where the compiler has nothing more precise
    why          Markdown: what it means and why scriptc refuses
    bad, good    modules as text: `bad` gives exactly this code, `good` compiles; None where none can be shown
    help         the one thing to do, where the compiler has nothing more precise
    severity     a warning is only found by lint: both examples compile, and lint has nothing to say of `good`
    """

    code: str
    name: str
    title: str
    why: str
    bad: str | None = None
    good: str | None = None
    help: str | None = None
    severity: str = ERROR

    @property
    def is_warning(self) -> bool:
        return self.severity == WARNING


PRELUDE = "import numpy as np\nfrom scriptc import script\n\n"


def code(number: int, name: str, title: str, why: str, bad: str | None = None, good: str | None = None, help: str | None = None) -> CodeInfo:
    """A record with its texts dedented and the imports the examples share put before them."""
    return CodeInfo(f"SC{number}", name, title, dedent(why).strip(), _example(bad), _example(good), help)


def warning(number: int, name: str, title: str, why: str, bad: str, good: str, help: str) -> CodeInfo:
    """The record of something that compiles and surprises."""
    return replace(code(number, name, title, why, bad, good, help), severity=WARNING)


def _example(text: str | None) -> str | None:
    if text is None:
        return None
    body = dedent(text).strip() + "\n"
    return PRELUDE + "\n" + body if not body.startswith(("import ", "from ")) else _with_imports(body)


def _with_imports(body: str) -> str:
    imports, rest = body.split("\n\n", 1)
    return "\n".join([*imports.split("\n"), *PRELUDE.strip().split("\n")]) + "\n\n\n" + rest.strip() + "\n"
