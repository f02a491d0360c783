"""The server: what the editor says is taken in, what it asks is answered."""

from __future__ import annotations

import warnings
from pathlib import Path

from lsprotocol import types as lsp
from pygls.lsp.server import LanguageServer

from scriptc import __version__
from scriptc.diagnostics.diagnostic import SAFE, Edit
from scriptc.lsp import hover
from scriptc.lsp.actions import fixed, suppressed
from scriptc.lsp.documents import TYPING, Document, Documents, path_of
from scriptc.lsp.look import Look
from scriptc.lsp.messages import Writer
from scriptc.lsp.pages import Pages
from scriptc.lsp.positions import START, Positions
from scriptc.source.span import Span

WATCHED = ("**/*.py", "**/pyproject.toml")


class Server(LanguageServer):
    """Knows the open documents and which findings the editor shows of which file."""

    def __init__(self) -> None:
        # Whole texts: nothing then depends on how a client and we count lines and columns.
        super().__init__("scriptc", __version__, text_document_sync_kind=lsp.TextDocumentSyncKind.Full)
        self.documents = Documents(self._roots, self.looked)
        self.pages = Pages()
        self.asked_to_stop = False
        self._shown: dict[str, set[str]] = {}  # path of an open file -> paths of files its look said something of
        self._problem: str | None = None

    @property
    def positions(self) -> Positions:
        """What the client counts columns in, as agreed in `initialize`."""
        return Positions(lsp.PositionEncodingKind(self.workspace.position_encoding or "utf-16").value)

    @property
    def writer(self) -> Writer:
        return Writer(self.positions, self.pages, self.documents.uri_of)

    def _roots(self) -> tuple[Path, ...]:
        folders = [Path(path_of(uri)) for uri in self.workspace.folders] or [Path.cwd()]
        return tuple(root for folder in folders for root in (folder, folder / "src"))

    # -- telling ----------------------------------------------------------------------------------------------------
    def looked(self, document: Document) -> None:
        """Show what a look found."""
        found = document.look
        if found is None:
            return
        if found.problem is not None and found.problem != self._problem:
            self.window_show_message(lsp.ShowMessageParams(lsp.MessageType.Error, f"scriptc: {found.problem}"))
        self._problem = found.problem
        paths = {document.path, *map(_real, found.by_path)}
        before = self._shown.pop(document.path, set())
        self._shown[document.path] = paths
        self.show(paths | before)

    def closed(self, document: Document) -> None:
        """Show no more what its look found, but what other open files' looks found there."""
        self.show(self._shown.pop(document.path, set()) | {document.path})

    def show(self, paths: set[str]) -> None:
        """Tell the editor all findings in the files."""
        for path in sorted(paths):
            document = self.documents.open.get(path)
            version = document.version if document is not None else None
            shown = lsp.PublishDiagnosticsParams(self.documents.uri_of(path), self._findings(path), version)
            self.text_document_publish_diagnostics(shown)

    def _findings(self, path: str) -> list[lsp.Diagnostic]:
        """Those of all looks; a helper's are found by each file that uses it."""
        out: dict[object, lsp.Diagnostic] = {}
        for document in self.documents.open.values():
            for place, found in document.look.by_path.items() if document.look is not None else ():
                for d in found if _real(place) == path else ():
                    out.setdefault((d.code, d.place[1:], d.message), self.writer.diagnostic(d, document.look.files))  # type: ignore[union-attr]
        return list(out.values())

    # -- answering --------------------------------------------------------------------------------------------------
    async def place(self, params: lsp.HoverParams | lsp.DefinitionParams) -> tuple[Look, int, int] | None:
        """The look at a document and the place asked for: line from 1, column in UTF-8 bytes."""
        document = self.documents.at(params.text_document.uri)
        found = await document.settled() if document is not None else None
        if found is None:
            return None
        line = params.position.line + 1
        return found, line, self.positions.byte_column(found.file.line(line), params.position.character)


def _real(path: str) -> str:
    return path if "://" in path or path.startswith("untitled:") else path_of(Path(path).absolute().as_uri())


def make_server() -> Server:
    """A server with all it can do."""
    server = Server()
    _follow_documents(server)
    _follow_the_rest(server)
    _answer(server)
    return server


def _follow_documents(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
    def did_open(ls: Server, params: lsp.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        ls.documents.changed(item.uri, item.text, item.version, 0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(ls: Server, params: lsp.DidChangeTextDocumentParams) -> None:
        item = params.text_document
        ls.documents.changed(item.uri, ls.workspace.get_text_document(item.uri).source, item.version, TYPING)

    @server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
    def did_save(ls: Server, params: lsp.DidSaveTextDocumentParams) -> None:
        document = ls.documents.at(params.text_document.uri)
        if document is not None:
            ls.documents.renew([document], 0)

    @server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(ls: Server, params: lsp.DidCloseTextDocumentParams) -> None:
        document = ls.documents.closed(params.text_document.uri)
        if document is not None:
            ls.closed(document)


def _follow_the_rest(server: Server) -> None:
    @server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(ls: Server, params: lsp.DidChangeWatchedFilesParams) -> None:
        changed = {path_of(change.uri) for change in params.changes}
        if changed - ls.documents.open.keys():  # what is open is known from the editor
            ls.documents.renew(list(ls.documents.open.values()), TYPING)

    @server.feature(lsp.INITIALIZED)
    def initialized(ls: Server, params: lsp.InitializedParams) -> None:
        workspace = ls.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace is not None else None
        if watching is not None and watching.dynamic_registration:
            options = lsp.DidChangeWatchedFilesRegistrationOptions([lsp.FileSystemWatcher(pattern) for pattern in WATCHED])
            wish = lsp.Registration("watched-files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            ls.client_register_capability(lsp.RegistrationParams([wish]))

    @server.feature(lsp.SHUTDOWN)
    def shutdown(ls: Server, *args: object) -> None:
        ls.asked_to_stop = True
        ls.documents.stop()


def _answer(server: Server) -> None:
    @server.feature(lsp.TEXT_DOCUMENT_HOVER)
    async def on_hover(ls: Server, params: lsp.HoverParams) -> lsp.Hover | None:
        at = await ls.place(params)
        return None if at is None else _hover(ls, *at)

    @server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
    async def on_definition(ls: Server, params: lsp.DefinitionParams) -> list[lsp.Location]:
        at = await ls.place(params)
        return [] if at is None else [lsp.Location(ls.pages.uri(code), START) for code in hover.codes_at(*at)]

    @server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION, lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]))
    async def on_code_action(ls: Server, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
        document = ls.documents.at(params.text_document.uri)
        found = await document.settled() if document is not None else None
        return [] if document is None or found is None or not _wanted(params) else _actions(ls, document.uri, found, params.range)


def _hover(ls: Server, found: Look, line: int, column: int) -> lsp.Hover | None:
    typed = hover.type_at(found, line, column)
    span = None if typed is None else Span(found.file.key, *typed[0])
    text = hover.markdown(None if typed is None or span is None else (found.file.segment(span), typed[1]), hover.codes_at(found, line, column))
    if not text:
        return None
    return lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), None if span is None else ls.positions.range(span, found.file))


def _wanted(params: lsp.CodeActionParams) -> bool:
    only = params.context.only
    return only is None or any(kind in ("", lsp.CodeActionKind.QuickFix) for kind in only)


def _actions(ls: Server, uri: str, found: Look, asked: lsp.Range) -> list[lsp.CodeAction]:
    """The fixes of the findings in the range asked for, then for each code and line a comment that suppresses it."""
    fixes: list[lsp.CodeAction] = []
    comments: dict[tuple[str, int], lsp.CodeAction] = {}
    for d in found.diagnostics:
        written = ls.writer.diagnostic(d, found.files)
        if not _overlap(written.range, asked):
            continue
        edits = [_lines(edit) for edit in fixed(found.file.text, d)]
        if edits and d.fix is not None:
            safe = d.fix.applicability == SAFE
            fixes.append(_action(d.fix.title + ("" if safe else " (unsafe)"), uri, written, edits, safe))
        comment = suppressed(found.file.text, d)
        if comment is not None:
            edit = _edit(ls.positions, found.file.line(comment[0]), *comment)
            comments.setdefault((d.code, comment[0]), _action(f"Suppress {d.code} ({d.name}) here", uri, written, [edit], False))
    return [*fixes, *comments.values()]


def _action(title: str, uri: str, about: lsp.Diagnostic, edits: list[lsp.TextEdit], preferred: bool) -> lsp.CodeAction:
    change = lsp.WorkspaceEdit({uri: edits})
    return lsp.CodeAction(title, lsp.CodeActionKind.QuickFix, [about], is_preferred=preferred or None, edit=change)


def _lines(edit: Edit) -> lsp.TextEdit:
    """A change of whole lines."""
    return lsp.TextEdit(lsp.Range(lsp.Position(edit.span.line - 1, 0), lsp.Position(edit.span.end_line - 1, 0)), edit.text)


def _overlap(a: lsp.Range, b: lsp.Range) -> bool:
    return a.start <= b.end and b.start <= a.end


def _edit(positions: Positions, row: str, line: int, stays: int, text: str) -> lsp.TextEdit:
    start, end = positions.units(row[:stays]), positions.units(row)
    return lsp.TextEdit(lsp.Range(lsp.Position(line - 1, start), lsp.Position(line - 1, end)), text)


def serve() -> int:
    """Serve one client over standard input and output; 0 where it said goodbye, else 1."""
    warnings.simplefilter("ignore")  # what Python says of the users' texts while they are parsed
    server = make_server()
    server.start_io()
    return 0 if server.asked_to_stop else 1
