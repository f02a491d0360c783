"""Comments that suppress findings: where they stand, what they name, what is said of those that suppress nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from scriptc.diagnostics import CODES, Diagnostic, Label, Span
from scriptc.lint import noqa
from scriptc.lint.reporting import reported
from scriptc.lint.run import lint_files
from scriptc.lint.settings import Settings
from scriptc.source import SourceFile

EVERY = frozenset(CODES)


def finding(code: str, line: int, end_line: int = 0) -> Diagnostic:
    return Diagnostic(code, "m", Label(Span("m.py", line, 0, end_line or line, 1)))


def left(text: str, *found: Diagnostic, selected: frozenset[str] = EVERY) -> list[str]:
    file = SourceFile("m.py", "m.py", "m.py", text)
    return [f"{d.code}:{d.place[1]}" if d.code != "SC150" else f"{d.message}: {file.segment(d.span or Span('', 1, 0, 1, 0))}"
            for d in noqa.apply(found, file, selected)]  # fmt: skip


@pytest.mark.parametrize(
    "comment",
    [
        "# noqa", "#noqa", "# NOQA", "# noqa: SC402", "# noqa:SC402", "# noqa : sc402", "# noqa: E501, SC402", "# noqa: E501 SC402",
        "# noqa: name-maybe-unset", "# noqa: SC4", "# noqa: SC402 because it is so", "# type: ignore  # noqa: SC402", "# why # noqa: SC402",
        "# scriptc: ignore", "# scriptc:ignore[SC402]", "# scriptc: ignore[SC402] why", "# scriptc: ignore[ SC402 , ] why",
        "# scriptc: ignore[name-maybe-unset]", "# noqa: E501  # scriptc: ignore[SC402]",
    ],
)  # fmt: skip
def test_comments_that_suppress(comment: str) -> None:
    assert left(f"x = y  {comment}\n", finding("SC402", 1)) == []


@pytest.mark.parametrize(
    "comment",
    ["", "# no qa", "# noqa: E501", "# noqa: E501, W2", "# noqa: this is fine", "# noqa: because SC402", "# scriptc: noqa", "# noqable", "# SC402"],
)
def test_comments_that_do_not(comment: str) -> None:
    assert left(f"x = y  {comment}\n", finding("SC402", 1)) == ["SC402:1"]


def test_text_that_is_no_comment() -> None:
    assert left("x = '# noqa'\n", finding("SC402", 1)) == ["SC402:1"]
    assert left('x = """\n# noqa: SC402\n"""\n', finding("SC402", 1, 3)) == ["SC402:1"]


@pytest.mark.parametrize(
    ("text", "line", "suppressed"),
    [
        ("x = f(  # noqa\n    a,\n    b,\n)\n", 2, True),
        ("x = f(\n    a,\n    b,\n)  # noqa\n", 2, True),
        ("x = f(\n    a,\n    b,  # noqa\n)\n", 2, False),
        ("x = f(\n    a,  # noqa\n    b,\n)\n", 2, True),
        ('x = """\na\n"""  # noqa\n', 1, True),
        ("x = a + \\\n    b  # noqa\n", 1, True),
        ("if f(\n    a\n):  # noqa\n    x = 1\n", 2, True),
        ("if f(  # noqa\n    a\n):\n    x = 1\n", 3, True),
        ("if a:  # noqa\n    x = 1\n", 2, False),
        ("if a:\n    x = 1  # noqa\n", 1, False),
        ("@d  # noqa\ndef f(a):\n    pass\n", 2, False),
        ("def f(\n    a=[],\n    b=1,  # noqa\n):\n    pass\n", 2, False),
        ("try:\n    x\nexcept (\n    A,\n    B,\n):  # noqa\n    y\n", 4, True),
        ("try:\n    x\nexcept (\n    A,\n    B\n):\n    y  # noqa\n", 4, False),
        ("def f(\n    a=[],\n) -> int:  # noqa\n    pass\n", 2, True),
        ("with f(\n    a) as b, g(\n    c):  # noqa\n    pass\n", 2, True),
        ("match x:\n    case 1 | \\\n        2:  # noqa\n        y\n", 2, True),
        ("x = 1  # noqa\ny = 2\n", 2, False),
    ],
)
def test_statements_of_several_lines(text: str, line: int, suppressed: bool) -> None:
    assert left(text, finding("SC402", line)) == ([] if suppressed else [f"SC402:{line}"])


def test_a_finding_about_a_whole_function() -> None:
    text = "def f():  # noqa: SC404\n    a\n    b  # noqa: E501\n"
    assert left(text, finding("SC404", 1, 3)) == []
    assert left("def f():\n    a\n    b  # noqa\n", finding("SC404", 1, 3)) == ["SC404:1"]


def test_what_cannot_be_suppressed() -> None:
    assert left("x  # noqa\n", finding("SC900", 1), finding("SC402", 1), finding("SC150", 1))[0] == "SC900:1"
    assert left("x = (  # noqa\n", finding("SC100", 1)) == ["SC100:1"]
    assert left("x  # noqa\n", Diagnostic("SC402", "nowhere")) == ["SC402:0"]


# -- unused ones --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("# noqa", []),
        ("# noqa: E501, W291", []),
        ("# noqa: SC402", ["`SC402` is suppressed here and not found: SC402"]),
        ("# noqa: SC501, SC402, E501", ["`SC402` is suppressed here and not found: SC402"]),
        ("# noqa: SC5, SC4", ["`SC4` is suppressed here and not found: SC4"]),
        ("# noqa: SC499", ["there is no code `SC499` to suppress: SC499"]),
        ("# scriptc: ignore[float-equality] é", ["`float-equality` is suppressed here and not found: float-equality"]),
        ("# scriptc: ignore[flot]", ["there is no code `flot` to suppress: flot"]),
        ("# scriptc: ignore", []),
    ],
)
def test_unused_codes(comment: str, said: list[str]) -> None:
    found = left(f"é = '日本'  {comment}\n", finding("SC501", 1))
    assert [d for d in found if d != "SC501:1"] == said


def test_unused_bare_comment() -> None:
    assert left("x = 1  # scriptc: ignore\n") == ["this suppresses nothing: nothing is found here: # scriptc: ignore"]
    assert left("x = 1  # noqa\n") == []


def test_codes_that_are_not_reported_are_not_called_unused() -> None:
    assert left("x = 1  # noqa: SC402, SC4\n", selected=EVERY - {"SC402"}) == []
    assert left("x = 1  # noqa: SC402\n", selected=EVERY - {"SC150"}) == []


def test_errors_hide_what_follows_from_them() -> None:
    text = "@script\ndef f(x):\n    y = x.a\n    return y + 1{}\n"
    assert left(text.format("  # noqa: SC202"), finding("SC204", 3)) == ["SC204:3"]
    assert left(text.format("  # noqa: SC999"), finding("SC204", 3)) == ["SC204:3", "there is no code `SC999` to suppress: SC999"]
    assert len(left(text.format("  # noqa: SC202"), finding("SC204", 4))) == 2
    assert len(left(text.format("  # noqa: SC202") + "z = 1  # noqa: SC501\n", finding("SC204", 3))) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def f(x):\n    return x  # noqa: SC402\n", False),
        ("class A:\n    def f(self):\n        return x  # noqa: SC402\n", False),
        ("@script\ndef f(x):\n    return x  # noqa: SC402\n", True),
        ("@scriptc.script(types={})\ndef f(x):\n    return x  # noqa: SC402\n", True),
        ("def f(x):\n    return x  # noqa: SC402\nf = script(f)\n", True),
        ("class A:\n    def forward(self):\n        return x  # noqa: SC402\n", True),
        ("class A:\n    @script\n    def f(self):\n        return x  # noqa: SC402\n", True),
        ("def f(x):\n    return x  # noqa: SC402\nscript(A(f).g)\n", True),
    ],
)
def test_helpers_may_be_called_from_files_not_looked_at(text: str, said: bool) -> None:
    assert bool(left(text)) is said


# -- end to end ---------------------------------------------------------------------------------------------------------
PICK = """\
from scriptc import script


@script
def pick(x: float, flag: bool) -> float:
    if flag:
        y = x * 2
    return (
        y
    ){comment}
"""


def lint(*paths: str) -> list[str]:
    found = reported(lint_files(paths), paths, {}, lambda path: Settings(), None)
    return [f"{path}:{d.code}" for path, found_here in found.by_path.items() for d in found_here]


def test_suppressed_by_lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for comment, codes in (("", ["SC402"]), ("  # noqa: SC402", []), ("  # scriptc: ignore[SC501] x", ["SC402", "SC150"])):
        Path("m.py").write_text(PICK.format(comment=comment))
        assert [x.partition(":")[2] for x in lint("m.py")] == codes


def test_unused_in_a_file_that_scripts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("m.py").write_bytes("\ufeffx = 1  # noqa: SC402\r\n".encode())
    assert lint("m.py") == ["m.py:SC150"]


# -- adding them --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1", "x = 1  # noqa: SC402, SC501"),
        ("x = 1   # why", "x = 1   # why  # noqa: SC402, SC501"),
        ("x = 1  # noqa: E501 why", "x = 1  # noqa: E501, SC402, SC501 why"),
        ("x = 1  # noqa: SC402", "x = 1  # noqa: SC402, SC501"),
        ("x = 1  # noqa: SC4", "x = 1  # noqa: SC4, SC501"),
        ("x = 1  # scriptc: ignore[SC402] why", "x = 1  # scriptc: ignore[SC402, SC501] why"),
        ("x = 1  # scriptc: ignore[] why", "x = 1  # scriptc: ignore[] why  # noqa: SC402, SC501"),
        ("x = '# noqa: E1'", "x = '# noqa: E1'  # noqa: SC402, SC501"),
    ],
)
def test_added_comments(before: str, after: str) -> None:
    assert noqa.with_comments(before + "\n", {1: ["SC501", "SC402"]}) == after + "\n"
    assert left(after + "\n", finding("SC402", 1), finding("SC501", 1)) == []


@pytest.mark.parametrize(("encoding", "newline"), [("utf-8", "\n"), ("utf-8-sig", "\r\n"), ("latin-1", "\r\n")])
def test_add_then_lint_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoding: str, newline: str) -> None:
    monkeypatch.chdir(tmp_path)
    head = f"# coding: {encoding}\n# é\n" if encoding == "latin-1" else "# é\n"
    text = (head + PICK.format(comment="")).replace("\n", newline)
    Path("m.py").write_bytes(text.encode(encoding))
    found = reported(lint_files(["m.py"]), ["m.py"], {}, lambda path: Settings(), None)
    assert noqa.add("m.py", found.by_path["m.py"]) == 1
    assert lint("m.py") == []
    changed = Path("m.py").read_bytes().decode(encoding)
    assert changed == text.replace(f"    ){newline}", f"    )  # noqa: SC402{newline}")


def test_add_leaves_alone_what_cannot_be_suppressed(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("x = 1\n")
    assert noqa.add(str(path), [finding("SC900", 1), Diagnostic("SC402", "nowhere"), finding("SC150", 1)]) == 0
    assert path.read_text() == "x = 1\n"


def test_added_comments_never_change_the_code() -> None:
    text = 'x = """\na\n"""\ny = [\n    1,\n]\nif x: y = 2\nz = (1 +\\\n  2)\n'
    tree = ast.parse(text)
    lines = {noqa.lines_of(n, n, [(s.lineno, s.end_lineno or 0) for s in tree.body])[1]: ["SC402"] for n in range(1, 10)}
    assert ast.dump(ast.parse(noqa.with_comments(text, lines))) == ast.dump(tree)
