"""The files that are open in the editor, and their looks: one at a time, in a thread, the newest text's alone."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pygls import uris

from scriptc.lsp.look import Look, Superseded, look

TYPING = 0.15
"""Seconds without a keystroke before a look is worth it."""
STACK = 64 << 20
"""Bytes of stack of the thread that looks: deeply nested text is parsed by recursion."""
T = TypeVar("T")


@dataclass(eq=False)
class Document:
    """One open file. `look` is the newest finished look; `task` is the one under way, `stop` ends it."""

    uri: str
    path: str
    text: str
    version: int | None
    look: Look | None = None
    stop: threading.Event = field(default_factory=threading.Event)
    task: asyncio.Task[None] | None = None

    async def settled(self) -> Look | None:
        """The look at the text as it is now, None where it was closed meanwhile."""
        while self.task is not None and not self.task.done():
            await asyncio.shield(self.task)
        return self.look if self.look is not None and self.look.file.text == self.text else None


class Documents:
    """All open files by path. `done` is told of each finished look, `roots` gives the folders that imports are looked up in."""

    def __init__(self, roots: Callable[[], tuple[Path, ...]], done: Callable[[Document], None]) -> None:
        self.open: dict[str, Document] = {}
        self._roots, self._done = roots, done
        self._turn = asyncio.Lock()

    def at(self, uri: str) -> Document | None:
        """The open document of a URI."""
        return self.open.get(path_of(uri))

    def uri_of(self, path: str) -> str:
        """The URI of a path, as the editor wrote it where it is open."""
        known = self.open.get(path) or self.open.get(os.path.realpath(path))
        return known.uri if known is not None else Path(path).absolute().as_uri()

    def changed(self, uri: str, text: str, version: int | None, delay: float) -> None:
        """Take in a text and look at it, and at the open files that use it, in `delay` seconds."""
        path, text = path_of(uri), re.sub("\r\n?", "\n", text).removeprefix("\ufeff")
        known = self.open.setdefault(path, Document(uri, path, text, version))
        known.uri, known.text, known.version = uri, text, version
        self.renew([known, *self._users(path)], delay)

    def closed(self, uri: str) -> Document | None:
        """Forget a file; the open files that use it are looked at with the text on disk."""
        gone = self.open.pop(path_of(uri), None)
        if gone is not None:
            gone.stop.set()
            self.renew(self._users(gone.path), 0)
        return gone

    def renew(self, documents: Iterable[Document], delay: float) -> None:
        """Look at them again; looks under way at their older texts end."""
        for document in documents:
            document.stop.set()
            document.stop = threading.Event()
            document.task = asyncio.ensure_future(self._look(document, document.stop, delay))
            document.task.add_done_callback(_report)

    def stop(self) -> None:
        """End all looks."""
        for document in self.open.values():
            document.stop.set()

    def _users(self, path: str) -> list[Document]:
        return [d for d in self.open.values() if d.path != path and d.look is not None and path in d.look.reached]

    async def _look(self, document: Document, stop: threading.Event, delay: float) -> None:
        await asyncio.sleep(delay)
        async with self._turn:
            if stop.is_set():
                return
            texts, roots = {d.path: d.text for d in self.open.values()}, self._roots()
            found = await in_thread(lambda: _unless_stopped(document.path, texts, roots, stop))
        if found is not None and not stop.is_set():
            document.look = found
            self._done(document)


def _report(task: asyncio.Task[None]) -> None:
    """Nobody waits for a look: what goes wrong in one is told on standard error, which editors keep in a log."""
    if not task.cancelled() and (error := task.exception()) is not None:
        logging.getLogger("scriptc.lsp").error("a look failed", exc_info=error)


def path_of(uri: str) -> str:
    """The real path of a file's URI; of what is no file, the URI itself."""
    path = uris.to_fs_path(uri)
    return os.path.realpath(path) if path else uri


def _unless_stopped(path: str, texts: dict[str, str], roots: tuple[Path, ...], stop: threading.Event) -> Look | None:
    def step() -> None:
        if stop.is_set():
            raise Superseded

    try:
        return look(path, texts, roots, step)
    except Superseded:
        return None


async def in_thread(work: Callable[[], T]) -> T:
    """What `work` gives, from a thread that does not keep the server from ending."""
    loop = asyncio.get_running_loop()
    result: asyncio.Future[T] = loop.create_future()

    def tell(method: Callable[[], object]) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(lambda: None if result.done() else method())

    def run() -> None:
        try:
            value = work()
        except BaseException as e:
            error = e
            tell(lambda: result.set_exception(error))
        else:
            tell(lambda: result.set_result(value))

    before = threading.stack_size(STACK)
    try:
        threading.Thread(target=run, daemon=True).start()
    finally:
        threading.stack_size(before)
    return await result
