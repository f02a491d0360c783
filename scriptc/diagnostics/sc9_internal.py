"""SC9xx: faults of scriptc's own."""

from __future__ import annotations

from scriptc.diagnostics.codeinfo import code

RECORDS = (
    code(
        900, "internal-error", "scriptc itself failed here",
        """
        This is a fault in scriptc, not in your code. The place shown is where scriptc was in it. Please report it with the lines
        shown, the line `attach:` among them: it holds the versions, and the places in scriptc's own code. A command ends with 2.
        """,
        help="report it with the lines shown; rewriting the marked expression may avoid it",
    ),
)  # fmt: skip
