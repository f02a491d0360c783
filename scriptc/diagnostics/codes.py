"""Every code: the records of one file per hundred, joined."""

from __future__ import annotations

from scriptc.diagnostics import sc1_syntax, sc2_types, sc3_shapes, sc4_flow, sc5_effects, sc9_internal
from scriptc.diagnostics.codeinfo import CodeInfo

CODES: dict[str, CodeInfo] = {
    info.code: info
    for room in (sc1_syntax, sc2_types, sc3_shapes, sc4_flow, sc5_effects, sc9_internal)
    for info in room.RECORDS
}  # fmt: skip


def explain(code: str, said: str = "") -> str:
    """What `code` means, as Markdown, with an example refused and one accepted. Raises `KeyError` for an unknown code.

    `said` is shown as what is said of the example that is refused.
    """
    info = CODES[code.upper()]
    parts = [f"# {info.code} {info.name}", info.title[:1].upper() + info.title[1:] + ".", info.why]
    if info.bad:
        parts.append(f"{'Warned of' if info.is_warning else 'Refused'}:\n\n```python\n{info.bad.rstrip()}\n```")
    if info.bad and said:
        parts.append(f"scriptc says:\n\n```text\n{said.rstrip()}\n```")
    if info.good:
        parts.append(f"Write instead:\n\n```python\n{info.good.rstrip()}\n```")
    return "\n\n".join(parts) + "\n"
