"""Pages that say what a code means, as files an editor can open."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from scriptc.lint.pages import page


class Pages:
    """Markdown pages in a folder of their own, which is taken away when the server ends."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="scriptc-explain-")
        self.uri = cache(self._uri)

    def _uri(self, code: str) -> str:
        """The URI of the page of `code`. Raises KeyError for an unknown code."""
        path = Path(self._folder.name).resolve() / f"{code}.md"
        path.write_text(page(code), encoding="utf-8")
        return path.as_uri()
