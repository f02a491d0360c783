"""Diagnostics: codes, the sink, the renderer, and each code's own examples."""

from __future__ import annotations

import ast
import json
import linecache
import pickle
import re
import sys
import textwrap
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from scriptc.archive import CODES as LOAD_CODES
from scriptc.cli.app import run
from scriptc.diagnostics import CODES, CodeInfo, Diagnostic, Label, ScriptcError, ScriptError, Sink, Span, explain, render
from scriptc.lint.pages import all_pages, page
from scriptc.lint.reporting import reported
from scriptc.lint.run import lint_files
from scriptc.lint.settings import Settings
from scriptc.source import SourceFile

TEXT = "def f(x, c):\n    if c:\n\té = x\n    return (é +\n        x)\n\n\n\n\ny = 日本 + é\n"
FILE = SourceFile("m.py", "m.py", "/a/m.py", TEXT)
FILES = {"m.py": FILE}


def span(*place: int, file: str = "m.py") -> Span:
    return Span(file, *place)


def shown(diagnostic: Diagnostic) -> str:
    return render(diagnostic, FILES)


def test_code_records() -> None:
    assert list(CODES) == sorted(CODES)
    assert len({info.name for info in CODES.values()}) == len(CODES)
    for key, info in CODES.items():
        assert key == info.code
        assert re.fullmatch(r"SC[1-9]\d\d", key)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", info.name)
        assert info.title
        assert not info.title.endswith(".")
        assert info.why.endswith(".")
        assert (info.bad is None) == (info.good is None)


@pytest.mark.parametrize("code", CODES)
def test_explain(code: str) -> None:
    text = explain(code)
    assert text.startswith(f"# {code} {CODES[code].name}\n")
    assert text.count("```") % 2 == 0
    assert explain(code.lower()) == text
    for example in (CODES[code].bad, CODES[code].good):
        if example is not None:
            assert "script" in example
            if (code, example) != ("SC100", CODES["SC100"].bad):
                ast.parse(example)


def test_explain_unknown() -> None:
    with pytest.raises(KeyError):
        explain("SC000")


def test_simple_rendering() -> None:
    d = Diagnostic("SC402", "`é` may not be set here", Label(span(4, 12, 4, 14), "used here"), help="assign it before the branch")
    assert shown(d) == textwrap.dedent(
        """\
        error[SC402]: `é` may not be set here
         --> /a/m.py:4:13
          |
        4 |     return (é +
          |             ^ used here
          |
          = help: assign it before the branch"""
    )


def test_rendering_with_secondary_notes_and_gap() -> None:
    first = Label(span(1, 6, 1, 7), "its type comes from here")
    d = Diagnostic("SC202", "m", Label(span(10, 13, 10, 15), "this"), (first, Label(span(10, 4, 10, 10), "and that")), ("one\ntwo",))
    assert shown(d) == textwrap.dedent(
        """\
        error[SC202]: m
          --> /a/m.py:10:10
           |
         1 | def f(x, c):
           |       - its type comes from here
        ...
        10 | y = 日本 + é
           |     ----   ^ this
           |     |
           |     and that
           |
           = note: one
                   two"""
    )


def test_tabs_and_multi_line_spans() -> None:
    d = Diagnostic("SC202", "m", Label(span(3, 1, 5, 10), "all of it"))
    assert shown(d).splitlines()[3:] == [
        "3 | /     é = x",
        "4 | |     return (é +",
        "5 | |         x)",
        "  | |__________^ all of it",
    ]


def test_long_spans_show_both_ends() -> None:
    text = "".join(f"line{i}\n" for i in range(1, 100))
    file = SourceFile("l", "l", "l", text)
    out = render(Diagnostic("SC202", "m", Label(span(2, 0, 90, 3, file="l"), "end")), {"l": file})
    assert "..." in out
    assert out.count("\n") < 20
    assert out.endswith("90 | | line90\n   | |___^ end")


def test_other_file_unknown_file_no_place() -> None:
    other = SourceFile("o.py", "o.py", "/b/o.py", "z = 1\n")
    d = Diagnostic("SC202", "m", Label(span(1, 0, 1, 3)), (Label(Span("o.py", 1, 0, 1, 1), "there"),))
    assert "::: /b/o.py:1:1\n  |\n1 | z = 1\n  | - there" in render(d, {**FILES, "o.py": other})
    assert render(Diagnostic("SC202", "m", Label(Span("gone.py", 3, 0, 3, 1))), {}) == "error[SC202]: m\n --> gone.py:3"
    assert render(Diagnostic("SC900", "m", help="h"), {}) == "error[SC900]: m\n  = help: h"


def test_control_characters_do_not_reach_the_terminal() -> None:
    file = SourceFile("t", "t", "t", "s = '\x1b[31m\u202e'\n")
    out = render(Diagnostic("SC202", "m", Label(Span("t", 1, 0, 1, 1))), {"t": file})
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_spans_outside_the_text_do_not_crash() -> None:
    for place in [(99, 0, 99, 5), (1, 500, 1, 600), (4, 5, 4, 1), (0, 0, 0, 0), (5, 0, 50, 0)]:
        assert shown(Diagnostic("SC202", "m", Label(Span("m.py", *place))))


def test_sink_sorts_and_keeps_each_once() -> None:
    sink = Sink()
    sink.add_file(FILE)
    sink.error("SC402", span(4, 12, 4, 14), "b")
    sink.error("SC202", span(1, 0, 1, 1), "a")
    sink.error("SC402", span(4, 12, 4, 14), "b")
    sink.error("SC202", span(1, 0, 1, 1), "another")
    sink.warn("SC402", span(2, 0, 2, 1))
    assert [d.message for d in sink.errors] == ["a", "another", "b"]
    assert [d.code for d in sink.warnings] == ["SC402"]
    assert len(sink.diagnostics) == 4
    with pytest.raises(ScriptError) as e:
        sink.raise_if_errors()
    assert e.value.codes == ("SC202", "SC202", "SC402")
    assert str(e.value).endswith("3 errors")
    assert isinstance(e.value, ScriptcError)


def test_sink_takes_texts_from_the_code() -> None:
    sink = Sink()
    d = sink.error("SC402", span(4, 12, 4, 14), secondary=[(span(1, 0, 1, 1), "here")])
    assert d.message == CODES["SC402"].title
    assert d.help == CODES["SC402"].help
    assert d.secondary == (Label(span(1, 0, 1, 1), "here"),)
    assert d.name == "name-maybe-unset"
    with pytest.raises(KeyError):
        sink.error("SC000", None)


def test_nothing_found_raises_nothing() -> None:
    sink = Sink()
    sink.warn("SC402", None)
    sink.raise_if_errors()


def test_error_pickles() -> None:
    e = ScriptError([Diagnostic("SC402", "m", Label(span(4, 12, 4, 14)))], FILES)
    again = pickle.loads(pickle.dumps(e))
    assert str(again) == str(e)
    assert again.diagnostics == e.diagnostics


def run_example(info: CodeInfo, text: str, kind: str) -> None:
    """Execute an example as a module of its own; whatever it decorates is compiled."""
    name = f"explain_{info.code.lower()}_{kind}"
    filename = f"<{name}>"
    linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
    module = ModuleType(name)
    sys.modules[name] = module
    try:
        exec(compile(text, filename, "exec"), vars(module))
        for value in list(vars(module).values()):
            force(value)
    finally:
        del sys.modules[name], linecache.cache[filename]


def force(value: Any) -> None:
    from scriptc import CompiledFunction, CompiledModule

    if isinstance(value, CompiledFunction | CompiledModule):
        assert value.program


@pytest.mark.parametrize("info", [i for i in CODES.values() if i.is_warning], ids=lambda i: i.code)
def test_example_of_a_warning(info: CodeInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bad example is legal, and lint says this of it and nothing else; of the good one it says nothing."""
    monkeypatch.chdir(tmp_path)
    for text, codes in ((info.bad, [info.code]), (info.good, [])):
        assert text is not None
        run_example(info, text, "warned")
        Path("example.py").write_text(text)
        found = reported(lint_files(["example.py"]), ["example.py"], {}, lambda path: Settings(), None)
        assert [d.code for d in found.diagnostics] == codes


EXAMPLES = [info for info in CODES.values() if info.bad is not None]


OF_FILES = ("SC100", "SC114")
"""What lint says of a file, not the compiler of an object in it."""


@pytest.mark.parametrize("code", OF_FILES)
def test_example_of_a_whole_file(code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    for text, codes in ((CODES[code].bad, [code]), (CODES[code].good, [])):
        assert text is not None
        Path("example.py").write_text(text)
        with pytest.raises(SystemExit) as end:
            run(["lint", "--deep", "--no-cache", "--output-format", "json", "example.py"])
        assert end.value.code == len(codes)
        assert [d["code"] for d in json.loads(capsys.readouterr().out)] == codes


@pytest.mark.parametrize("info", [i for i in EXAMPLES if not i.is_warning and i.code not in OF_FILES], ids=lambda i: i.code)
def test_bad_example_gives_its_code(info: CodeInfo) -> None:
    assert info.bad is not None
    with pytest.raises(ScriptError) as e:
        run_example(info, info.bad, "bad")
    assert set(e.value.codes) == {info.code}, str(e.value)


@pytest.mark.parametrize("info", EXAMPLES, ids=lambda i: i.code)
def test_good_example_compiles(info: CodeInfo) -> None:
    assert info.good is not None
    run_example(info, info.good, "good")


def test_the_page_of_all_codes_is_up_to_date() -> None:
    text = (Path(__file__).parent.parent / "docs" / "codes.md").read_text(encoding="utf-8")
    assert text == all_pages(LOAD_CODES), "scriptc explain --all > docs/codes.md"
    for code, info in CODES.items():
        assert f"\n## {code} {info.name}\n" in text
        assert f"(#{code.lower()}-{info.name})" in text


@pytest.mark.parametrize("code", [c for c, info in CODES.items() if info.bad is not None])
def test_pages_show_what_is_said_of_the_example(code: str) -> None:
    """Of the examples that a reader of text can tell; the others are refused when they run."""
    text = page(code)
    assert text == page(code.lower())
    assert (f"[{code}]: " in text) != (code in ("SC105", "SC106", "SC108", "SC114", "SC201"))
