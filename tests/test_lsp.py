"""`scriptc lsp`, asked by a client over standard input and output, as an editor asks it."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 100
"""Seconds after which a test gives up on an answer; no measure of how fast one comes."""
ENV = {**os.environ, "PYTHONPATH": str(ROOT)}

UNSET = "from scriptc import script\n\n\n@script\ndef f(a: bool) -> int:\n    if a:\n        x = 1\n    return x\n"
MENDED = UNSET.replace("    if a:", "    x = 0\n    if a:")
ARRAYS = """\
import numpy as np
from scriptc import script


@script
def f(n: int):
    x = np.zeros((n, 3), np.float32)
    y = np.ones((3, 4), np.float32)
    z = x @ y
    return z.sum()
"""


class Editor:
    """A client that keeps what the server last said of each file."""

    def __init__(self, folder: Path, client: LanguageClient) -> None:
        self.folder, self.client = folder, client
        self.shown: dict[str, list[lsp.PublishDiagnosticsParams]] = {}
        self.messages: list[str] = []
        self.result: lsp.InitializeResult | None = None
        self._news = asyncio.Event()

    def heard(self, params: lsp.PublishDiagnosticsParams) -> None:
        self.shown.setdefault(params.uri, []).append(params)
        self._news.set()

    def uri(self, name: str) -> str:
        return name if ":" in name else (self.folder / name).as_uri()

    async def open(self, name: str, text: str) -> list[lsp.Diagnostic]:
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(name), "python", 1, text)))
        return await self.version(name, 1)

    async def change(self, name: str, text: str, version: int) -> list[lsp.Diagnostic]:
        self.send(name, text, version)
        return await self.version(name, version)

    def send(self, name: str, text: str, version: int) -> None:
        document = lsp.VersionedTextDocumentIdentifier(version, self.uri(name))
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(text)]))

    async def version(self, name: str, version: int) -> list[lsp.Diagnostic]:
        return await self.until(lambda: next((list(p.diagnostics) for p in self.shown.get(self.uri(name), []) if p.version == version), None))

    async def until(self, ready: Callable[[], Any]) -> Any:
        while (found := ready()) is None:
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), PATIENCE)
        return found

    async def hover(self, name: str, line: int, character: int) -> lsp.Hover | None:
        return await self.client.text_document_hover_async(lsp.HoverParams(lsp.TextDocumentIdentifier(self.uri(name)), lsp.Position(line, character)))

    async def actions(self, name: str, d: lsp.Diagnostic) -> list[lsp.CodeAction]:
        params = lsp.CodeActionParams(lsp.TextDocumentIdentifier(self.uri(name)), d.range, lsp.CodeActionContext([d]))
        return await self.client.text_document_code_action_async(params) or []  # type: ignore[return-value]

    async def definition(self, name: str, line: int, character: int) -> list[lsp.Location]:
        at = lsp.DefinitionParams(lsp.TextDocumentIdentifier(self.uri(name)), lsp.Position(line, character))
        return await self.client.text_document_definition_async(at) or []  # type: ignore[return-value]


@asynccontextmanager
async def editor(folder: Path, encodings: list[lsp.PositionEncodingKind] | None = None) -> AsyncIterator[Editor]:
    """A running server; it must end with exit code 0, having written nothing to standard error."""
    client = LanguageClient("test", "1")
    out = Editor(folder, client)
    client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda params: out.heard(params))
    client.feature(lsp.WINDOW_SHOW_MESSAGE)(lambda params: out.messages.append(params.message))
    await client.start_io(sys.executable, "-m", "scriptc", "lsp", "--stdio", cwd=folder, env=ENV)
    server = client._server
    assert server is not None
    capabilities = lsp.ClientCapabilities(general=lsp.GeneralClientCapabilities(position_encodings=encodings))
    wish = lsp.InitializeParams(capabilities=capabilities, root_uri=folder.as_uri(), process_id=os.getpid())
    out.result = await asyncio.wait_for(client.initialize_async(wish), PATIENCE)
    client.initialized(lsp.InitializedParams())
    yield out
    await asyncio.wait_for(client.shutdown_async(None), PATIENCE)
    client.exit(None)
    assert await asyncio.wait_for(server.wait(), PATIENCE) == 0
    assert server.stderr is not None
    assert (await server.stderr.read()).decode() == ""
    await client.stop()


def during(folder: Path, use: Callable[[Editor], Awaitable[None]], encodings: list[lsp.PositionEncodingKind] | None = None) -> None:
    async def session() -> None:
        async with editor(folder, encodings) as e:
            await use(e)

    asyncio.run(session())


def place(r: lsp.Range) -> tuple[int, int, int, int]:
    return r.start.line, r.start.character, r.end.line, r.end.character


def apply(text: str, edit: lsp.TextEdit) -> str:
    """The edit of one line, in UTF-16 columns, done as an editor does it."""
    rows = text.split("\n")
    assert edit.range.start.line == edit.range.end.line
    row = rows[edit.range.start.line].encode("utf-16-le")
    changed = row[: 2 * edit.range.start.character] + edit.new_text.encode("utf-16-le") + row[2 * edit.range.end.character :]
    rows[edit.range.start.line] = changed.decode("utf-16-le")
    return "\n".join(rows)


def test_a_finding_comes_and_goes_with_the_text(tmp_path: Path) -> None:
    async def use(e: Editor) -> None:
        (d,) = await e.open("m.py", UNSET)
        assert (d.code, d.severity, d.source) == ("SC402", lsp.DiagnosticSeverity.Error, "scriptc")
        assert place(d.range) == (7, 11, 7, 12)
        assert "x" in d.message
        assert "help: " in d.message
        assert await e.change("m.py", MENDED, 2) == []
        (again,) = await e.change("m.py", UNSET, 3)
        assert again.code == "SC402"
        e.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(e.uri("m.py"))))
        assert await e.until(lambda: [p for p in e.shown[e.uri("m.py")] if p.version is None] or None)
        assert not e.shown[e.uri("m.py")][-1].diagnostics

    during(tmp_path, use)


def test_what_a_code_means_is_one_step_away(tmp_path: Path) -> None:
    async def use(e: Editor) -> None:
        (d,) = await e.open("m.py", UNSET)
        said = await e.hover("m.py", 7, 11)
        assert said is not None
        assert isinstance(said.contents, lsp.MarkupContent)
        assert "# SC402" in said.contents.value
        (page,) = await e.definition("m.py", 7, 11)
        assert d.code_description is not None
        assert page.uri == d.code_description.href
        path = Path(page.uri.removeprefix("file://"))
        assert path.read_text(encoding="utf-8").startswith("# SC402")
        assert await e.definition("m.py", 0, 2) == []
        commented = UNSET.replace("return x", "return x  # scriptc: ignore[SC402] why")
        assert await e.change("m.py", commented, 2) == []
        assert [p.uri for p in await e.definition("m.py", 7, commented.split("\n")[7].index("SC402"))] == [page.uri]

    during(tmp_path, use)


def test_hover_shows_types_and_shapes(tmp_path: Path) -> None:
    async def text(e: Editor, line: int, character: int) -> str:
        said = await e.hover("m.py", line, character)
        assert said is not None
        assert isinstance(said.contents, lsp.MarkupContent)
        return said.contents.value

    async def use(e: Editor) -> None:
        assert await e.open("m.py", ARRAYS) == []
        assert "\nn: int\n" in await text(e, 6, 18)
        assert "\nx: float32[?, 3]\n" in await text(e, 8, 8)
        assert "\nx @ y: float32[?, 4]\n" in await text(e, 8, 10)
        assert "\ny: float32[3, 4]\n" in await text(e, 8, 12)
        assert "shape (?, 4)" in await text(e, 8, 10)
        assert "\nz: float32[?, 4]\n" in await text(e, 8, 4)  # the name assigned
        assert "\nz.sum(): np.float32\n" in await text(e, 9, 17)
        assert await e.hover("m.py", 2, 0) is None
        assert await e.hover("m.py", 99, 99) is None
        assert await e.hover("other.py", 0, 0) is None

    during(tmp_path, use)


def test_an_offered_fix_mends_the_text(tmp_path: Path) -> None:
    async def use(e: Editor) -> None:
        (d,) = await e.open("m.py", UNSET)
        action, *_ = await e.actions("m.py", d)
        assert "Suppress" not in action.title
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[e.uri("m.py")]
        rows = UNSET.splitlines(keepends=True)
        rows[edit.range.start.line : edit.range.end.line] = [edit.new_text]
        assert (edit.range.start.character, edit.range.end.character) == (0, 0)
        assert await e.change("m.py", "".join(rows), 2) == []

    during(tmp_path, use)


def test_the_offered_comment_suppresses(tmp_path: Path) -> None:
    async def use(e: Editor) -> None:
        text = UNSET.replace("return x", "return (\n        '🐍' and\n        x\n    )  # why not")
        (d,) = await e.open("m.py", text)
        (action,) = [a for a in await e.actions("m.py", d) if "Suppress" in a.title]
        assert action.kind == lsp.CodeActionKind.QuickFix
        assert action.edit is not None
        assert action.edit.changes is not None
        (edit,) = action.edit.changes[e.uri("m.py")]
        changed = apply(text, edit)  # type: ignore[arg-type]
        assert "    )  # why not  # scriptc: ignore[SC402]\n" in changed
        assert await e.change("m.py", changed, 2) == []
        two = changed.replace("x = 1", "x = 1 + 'a'")
        (other,) = await e.change("m.py", two, 3)
        assert other.code != "SC402"

    during(tmp_path, use)


@pytest.mark.parametrize(
    ("encodings", "chosen", "column"),
    [
        (None, "utf-16", 24),
        ([lsp.PositionEncodingKind.Utf8, lsp.PositionEncodingKind.Utf16], "utf-8", 27),
        ([lsp.PositionEncodingKind.Utf32], "utf-32", 23),
    ],
)
def test_columns_are_counted_as_agreed(tmp_path: Path, encodings: list[lsp.PositionEncodingKind] | None, chosen: str, column: int) -> None:
    text = UNSET.replace("return x", "return len('é🐍') + x")

    async def use(e: Editor) -> None:
        assert e.result is not None
        assert e.result.capabilities.position_encoding == chosen
        (d,) = await e.open("m.py", text)
        assert place(d.range) == (7, column, 7, column + 1)
        said = await e.hover("m.py", 7, column)
        assert said is not None
        assert isinstance(said.contents, lsp.MarkupContent)
        assert "# SC402" in said.contents.value

    during(tmp_path, use, encodings)


def test_broken_and_odd_texts_are_said_of_and_survived(tmp_path: Path) -> None:
    texts = ["def f(:\n", "x = '\0'\n", "(" * 5000, "# coding: nonsense\n", "x = 'a\n", "\ufeff" + UNSET, "if 1:\n\tx\n        y\n"]
    texts += ["", "\x0c\u2028\x85", UNSET[:-3]]

    async def use(e: Editor) -> None:
        (d,) = await e.open("m.py", texts[0])
        assert (d.code, d.range.start.line) == ("SC100", 0)
        for version, text in enumerate(texts[1:], 2):
            found = await e.change("m.py", text, version)
            assert "SC900" not in {d.code for d in found}
            await e.hover("m.py", 0, 3)
        (d,) = await e.change("m.py", UNSET.replace("\n", "\r\n"), 100)
        assert place(d.range) == (7, 11, 7, 12)
        (d,) = await e.open("untitled:Untitled-1", UNSET)
        assert d.code == "SC402"

    during(tmp_path, use)


def test_only_the_newest_text_counts(tmp_path: Path) -> None:
    async def use(e: Editor) -> None:
        await e.open("m.py", MENDED)
        for version in range(2, 30):
            e.send("m.py", UNSET + f"# {version}\n", version)
        assert await e.change("m.py", MENDED, 30) == []
        assert e.shown[e.uri("m.py")][-1].version == 30
        assert not any(p.diagnostics for p in e.shown[e.uri("m.py")])

    during(tmp_path, use)


def test_files_see_each_others_unsaved_texts(tmp_path: Path) -> None:
    helper = "def g(a: bool) -> int:\n    return 1\n"
    (tmp_path / "helper.py").write_text(helper.replace("1", "'on disk'"))
    user = "from helper import g\nfrom scriptc import script\n\n\n@script\ndef f(a: bool) -> int:\n    return g(a)\n"

    async def use(e: Editor) -> None:
        await e.open("helper.py", helper)
        assert await e.open("m.py", user) == []
        e.send("helper.py", UNSET.replace("@script\ndef f", "def g"), 2)
        (d,) = await e.until(lambda: next((p.diagnostics for p in e.shown[e.uri("helper.py")] if p.diagnostics), None))
        assert (d.code, d.range.start.line) == ("SC402", 6)
        assert [r.location.uri for r in d.related_information or ()][-1] == e.uri("m.py")  # called there
        e.client.text_document_did_close(lsp.DidCloseTextDocumentParams(lsp.TextDocumentIdentifier(e.uri("m.py"))))
        await e.until(lambda: not e.shown[e.uri("helper.py")][-1].diagnostics or None)

    during(tmp_path, use)


def test_settings_are_followed_and_their_faults_told(tmp_path: Path) -> None:
    settings = tmp_path / "pyproject.toml"
    settings.write_text('[tool.scriptc]\nignore = ["SC402"]\n')

    async def use(e: Editor) -> None:
        assert await e.open("m.py", UNSET) == []
        settings.write_text('[tool.scriptc]\nignore = ["SC4O2"]\n')
        event = lsp.FileEvent(settings.as_uri(), lsp.FileChangeType.Changed)
        e.client.workspace_did_change_watched_files(lsp.DidChangeWatchedFilesParams([event]))
        (d,) = await e.until(lambda: e.shown[e.uri("m.py")][-1].diagnostics or None)
        assert d.code == "SC402"
        (message,) = e.messages
        assert "SC4O2" in message

    during(tmp_path, use)


def test_without_pygls_the_command_says_what_to_install() -> None:
    code = "import sys; sys.modules['pygls'] = None; from scriptc.cli.app import run; run(['lsp'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=ENV, check=False)
    assert done.returncode == 2
    assert done.stderr == "scriptc: the language server needs pygls, which is not installed: pip install 'scriptc[lsp]'\n"
