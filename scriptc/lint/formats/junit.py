"""`junit`: XML as test runners write it: a suite a file, a failed case a finding, a passed case for a file without any."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree import ElementTree as ET

from scriptc.diagnostics.rendering import lay_out, plain
from scriptc.lint.formats.result import INTERNAL, Found, Result, relative

# What XML 1.0 has no way to write, not even as a character reference.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def text(result: Result) -> str:
    root = ET.Element("testsuites", name="scriptc lint")
    by_path: dict[str, list[Found]] = {path: [] for path in result.looked_at}
    for f in result.found:
        by_path.setdefault(f.path, []).append(f)
    for path, found in by_path.items():
        _suite(root, path, found, result)
    _count(root, root.iter("testcase"))
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(root: ET.Element, path: str, found: list[Found], result: Result) -> None:
    suite = ET.SubElement(root, "testsuite", name=_safe(path))
    if not found:
        ET.SubElement(suite, "testcase", name="no findings", classname=_safe(path), file=_safe(path))
    for f in found:
        _case(suite, f, result)
    _count(suite, suite.iter("testcase"))


def _case(suite: ET.Element, f: Found, result: Result) -> None:
    d = f.diagnostic
    case = ET.SubElement(suite, "testcase", name=_safe(f"{d.code} {f.where}"), classname=_safe(f.path), file=_safe(f.path))
    if f.place:
        case.set("line", str(f.place.line))
    what = ET.SubElement(case, "error" if d.code == INTERNAL else "failure", message=_safe(d.message), type=d.code)
    what.text = _safe(plain(lay_out(d, result.files, relative(None), f.path)) + f"\n\nscriptc explain {d.code}")


def _count(element: ET.Element, cases: Iterable[ET.Element]) -> None:
    inner = [[child.tag for child in case] for case in cases]
    element.set("tests", str(len(inner)))
    element.set("failures", str(sum("failure" in tags for tags in inner)))
    element.set("errors", str(sum("error" in tags for tags in inner)))


def _safe(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
