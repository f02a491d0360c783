"""`[tool.scriptc]`: which file speaks for which, what is selected, what is refused; and the baseline file."""

from __future__ import annotations

import dataclasses
import json
import os
from pathlib import Path

import pytest

from scriptc.diagnostics import CODES, Diagnostic, Label, Span
from scriptc.lint import baseline, settings
from scriptc.lint.settings import Settings, SettingsError, expand, for_file, read_table
from scriptc.source import SourceFile

ALWAYS = {"SC100", "SC900"}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    settings.forget()


def project(folder: Path, table: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(table)
    return folder


def table(folder: Path, text: str) -> Settings:
    project(folder, f"[tool.scriptc]\n{text}\n")
    return for_file(str(folder / "a.py"))


# -- where they come from -----------------------------------------------------------------------------------------------
def test_without_a_file_everything_is_reported(tmp_path: Path) -> None:
    found = for_file(str(tmp_path / "a.py"))
    assert found.codes == frozenset(CODES)
    assert found.source is None


def test_the_nearest_file_wins_whole(tmp_path: Path) -> None:
    project(tmp_path, '[tool.scriptc]\nselect = ["SC4"]\nignore = ["SC402"]\n')
    project(tmp_path / "inner", '[tool.scriptc]\nselect = ["SC1"]\n')
    project(tmp_path / "inner" / "no_table", "[tool.other]\nx = 1\n")
    assert "SC402" not in for_file(str(tmp_path / "a.py")).codes
    inner = for_file(str(tmp_path / "inner" / "no_table" / "a.py"))
    assert inner.source == str(tmp_path / "inner" / "pyproject.toml")
    assert inner.codes == {c for c in CODES if c.startswith("SC1")} | ALWAYS


def test_relative_paths_and_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path, '[tool.scriptc]\nselect = ["SC4"]\n')
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert for_file("a.py").codes == for_file(".").codes == for_file(str(tmp_path)).codes
    assert for_file("a.py").source is not None


# -- what is selected ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("token", "codes"),
    [
        ("SC402", {"SC402"}),
        ("sc402", {"SC402"}),
        ("SC40", {c for c in CODES if c.startswith("SC40")}),
        ("name-maybe-unset", {"SC402"}),
        ("ALL", set(CODES)),
        ("SC", set(CODES)),
        ("S", set()),
        ("SC777", set()),
        ("name-maybe", set()),
        ("", set()),
    ],
)
def test_codes_prefixes_and_names(token: str, codes: set[str]) -> None:
    assert expand(token) == codes


def test_ignore_goes_before_select(tmp_path: Path) -> None:
    found = table(tmp_path, 'select = ["SC4"]\nextend-select = ["float-equality"]\nignore = ["SC402"]')
    assert found.codes == {c for c in CODES if c.startswith("SC4")} - {"SC402"} | {"SC250"} | ALWAYS


def test_a_broken_file_is_reported_unless_ignored_by_name(tmp_path: Path) -> None:
    assert "SC100" in table(tmp_path, 'select = ["SC4"]').codes
    settings.forget()
    assert "SC100" not in table(tmp_path, 'ignore = ["not-python"]').codes


def test_our_own_failures_cannot_be_ignored(tmp_path: Path) -> None:
    found = table(tmp_path, 'select = []\nignore = ["ALL"]\nper-file-ignores = {"*" = ["ALL"]}')
    assert found.codes_of(str(tmp_path / "a.py")) == {"SC900"}


def test_per_file_ignores(tmp_path: Path) -> None:
    found = table(tmp_path, '[tool.scriptc.per-file-ignores]\n"tests" = ["SC4"]\n"**/gen_*.py" = ["SC5", "float-equality"]')
    said = Diagnostic("SC402", "m")
    assert not found.wants(str(tmp_path / "tests" / "a.py"), said)
    assert found.wants(str(tmp_path / "src" / "a.py"), said)
    assert {"SC250", "SC501"} & found.codes_of(str(tmp_path / "src" / "gen_x.py")) == set()


def test_patterns_are_relative_to_their_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project(tmp_path / "tests", '[tool.scriptc]\nexclude = ["tests", "old/*.py", "./new.py"]\n')
    monkeypatch.chdir(tmp_path)
    found = for_file("tests/a.py")
    assert [found.excludes(p) for p in ("tests/a.py", "tests/old/a.py", "tests/new.py", "tests/tests/b.py")] == [False, True, True, True]


# -- what is refused ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('selct = ["SC4"]', "no key `selct` (did you mean `select`?)"),
        ('select = "SC4"', "`select` is a list of strings"),
        ("ignore = [402]", "`ignore` is a list of strings"),
        ('select = ["SC499"]', "`select`: there is no code `SC499`"),
        ('ignore = ["name-maybe-unsett"]', "there is no code `name-maybe-unsett` (did you mean `name-maybe-unset`?)"),
        ('per-file-ignores = ["a"]', "`per-file-ignores` is a table"),
        ('per-file-ignores = {"a.py" = ["nothing"]}', "`per-file-ignores.a.py`: there is no code `nothing`"),
        ('target = "wasm"', "there is no target 'wasm'; there are python, c, onnx, train"),
        ("target = 3", "there is no target 3"),
        ("select = [", "pyproject.toml"),
    ],
)
def test_mistakes_name_the_file_and_the_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError) as e:
        table(tmp_path, text)
    assert said in str(e.value)
    assert str(tmp_path / "pyproject.toml") in str(e.value)
    assert "\n" not in str(e.value)


@pytest.mark.parametrize("text", ["[tool]\nscriptc = 3\n", "\xff"])
def test_files_that_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "pyproject.toml").write_bytes(text.encode("latin-1"))
    with pytest.raises(SettingsError):
        for_file(str(tmp_path / "a.py"))


# -- the command line ---------------------------------------------------------------------------------------------------
def test_the_command_line_overrides(tmp_path: Path) -> None:
    project(tmp_path, '[tool.scriptc]\nselect = ["SC4"]\nignore = ["SC402"]\nexclude = ["a"]\n')
    given = {"select": ["SC4", "SC5"], "ignore": ["SC501"], "exclude": ["b"], "extend-select": [], "target": "python"}
    found = for_file(str(tmp_path / "x.py"), given)
    assert found.select == ("SC4", "SC5")
    assert found.ignore == ("SC402", "SC501")
    assert found.exclude == ("a", "b")
    assert found.source is not None


def test_mistakes_on_the_command_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="command line `--ignore`: there is no code `x`"):
        for_file(str(tmp_path), {"ignore": ["x"]})


def test_record_is_json_and_reads_back(tmp_path: Path) -> None:
    found = table(tmp_path, 'ignore = ["SC402"]\nper-file-ignores = {"a" = ["SC4"]}')
    data = json.loads(json.dumps(found.record()))
    assert data.pop("codes") == sorted(found.codes)
    source = data.pop("source")
    assert dataclasses.replace(read_table(data, "", str(tmp_path)), source=source) == found


# -- the baseline -------------------------------------------------------------------------------------------------------
def file(path: Path, text: str) -> SourceFile:
    return SourceFile(path.name, path.name, str(path), text)


def finding(line: int, code: str = "SC402", name: str = "a.py") -> Diagnostic:
    return Diagnostic(code, "m", Label(Span(name, line, 0, line, 1)))


def test_baseline_follows_lines_that_move(tmp_path: Path) -> None:
    path, known = str(tmp_path / "a.py"), str(tmp_path / "known.json")
    before = {"a.py": file(tmp_path / "a.py", "x\n  y = 1\ny = 1\n")}
    assert baseline.save(known, {path: [finding(2)]}, before) == 1
    after = {"a.py": file(tmp_path / "a.py", "\n\nnew\ny = 1\ny = 1\n")}
    left = baseline.apply(known, {path: [finding(3), finding(4), finding(5), finding(4, "SC501")]}, after)
    assert [(d.code, d.place[1]) for d in left[path]] == [("SC402", 3), ("SC402", 5), ("SC501", 4)]
    assert baseline.apply(known, {path: [finding(4)]}, after) == {}


def test_baseline_is_relative_and_deterministic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {"a.py": file(tmp_path / "a.py", "x\ny\n"), "b.py": file(tmp_path / "b.py", "é\n")}
    a, b = [finding(2), finding(1), finding(1)], [finding(1, name="b.py")]
    found = {os.path.join("p", "b.py"): b, "a.py": a, "gone.py": [Diagnostic("SC100", "m")]}
    monkeypatch.chdir(tmp_path)
    baseline.save("one.json", found, texts)
    baseline.save("two.json", dict(reversed([(k, v[::-1]) for k, v in found.items()])), texts)
    assert Path("one.json").read_bytes() == Path("two.json").read_bytes()
    assert str(tmp_path) not in Path("one.json").read_text()
    monkeypatch.chdir(tmp_path.parent)
    moved = {str(tmp_path / k): v for k, v in found.items()}
    assert baseline.apply(str(tmp_path / "one.json"), moved, texts) == {}


def test_our_own_failures_stay_out_of_the_baseline(tmp_path: Path) -> None:
    known = str(tmp_path / "known.json")
    broken = {"a.py": [Diagnostic("SC900", "m")]}
    assert baseline.save(known, broken, {}) == 0
    assert baseline.apply(known, broken, {}) == broken


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 1, "findings": [{}]}', '{"version": 1, "findings": [3]}', '{"version": 2}', "\xff"])
def test_files_that_are_no_baseline(tmp_path: Path, text: str) -> None:
    known = tmp_path / "known.json"
    known.write_bytes(text.encode("latin-1"))
    with pytest.raises(baseline.BaselineError, match=r"known\.json"):
        baseline.load(str(known))
