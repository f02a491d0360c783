"""`scriptc run FILE --input x=x.npy --input depth=3 -o y.npy`."""

from __future__ import annotations

import os
import traceback
from typing import Any

import click
import numpy as np

from scriptc.cli.errors import CannotRun
from scriptc.cli.values import as_json, read_input
from scriptc.ir.core import Entry


@click.command("run")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("-i", "--input", "inputs", metavar="NAME=VALUE", multiple=True, help="An argument: a .npy or .npz file, or JSON (`3`, `[1, 2]`).")
@click.option("-e", "--entry", default=None, help="The entry point, by default the main one.")
@click.option("-o", "--output", type=click.Path(dir_okay=False), help="Where the result goes: .npy, .npz for several arrays, or JSON.")
def command(file: str, inputs: tuple[str, ...], entry: str | None, output: str | None) -> None:
    """Run a .scriptc FILE."""
    from scriptc.runtime import load
    from scriptc.runtime.link import main_entry

    compiled = load(file)
    name = entry or main_entry(compiled.program)
    if name not in compiled.program.entries:
        raise CannotRun(f"{file} has no entry {name!r}; it has {', '.join(compiled.program.entries)}")
    args, kwargs = arguments(compiled.program.entries[name], inputs, compiled.classes)
    result = _call(getattr(compiled, name) if entry else compiled, args, kwargs)
    _give(result, output)


def arguments(entry: Entry, inputs: tuple[str, ...], classes: dict[str, type]) -> tuple[list[Any], dict[str, Any]]:
    """`NAME=VALUE` texts as a call's arguments."""
    params = {p.name: p for p in entry.params}
    given: dict[str, Any] = {}
    for text in inputs:
        name, equals, value = text.partition("=")
        if not equals:
            raise CannotRun(f"--input {text!r}: write NAME=VALUE")
        if name in given:
            raise CannotRun(f"--input {name} is given twice")
        param = params.get(name)
        if param is None and not any(p.kind == "VAR_KEYWORD" for p in entry.params):
            raise CannotRun(f"there is no argument {name!r}; there are {', '.join(params) or 'none'}")
        given[name] = read_input(name, value, None if param is None else param.type, classes)
    return _placed(entry, given)


def _placed(entry: Entry, given: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Positional-only arguments and `*args` by position; all others by name."""
    kinds = {p.name: p.kind for p in entry.params}
    positional = [p.name for p in entry.params if p.kind == "POSITIONAL_ONLY"]
    star = next((n for n, kind in kinds.items() if kind == "VAR_POSITIONAL" and n in given), None)
    if star is not None:
        positional = [p.name for p in entry.params if p.kind.startswith("POSITIONAL")]
    args = []
    for name in positional:
        if name not in given:
            if star is not None:
                raise CannotRun(f"give {name!r} too, since {star!r} comes after it")
            break
        args.append(given.pop(name))
    if star is not None:
        args += list(given.pop(star))
    named = next((n for n, kind in kinds.items() if kind == "VAR_KEYWORD" and n in given), None)
    extra = given.pop(named) if named is not None else {}
    return args, {**given, **extra}


def _call(fn: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
    try:
        return fn(*args, **kwargs)
    except Exception as e:
        own = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
        frames = [f for f in traceback.extract_tb(e.__traceback__) if not f.filename.startswith((own, "<scriptc call>"))]
        lines = "".join(traceback.format_list(frames))
        message = "".join(traceback.format_exception_only(e)).strip()
        raise CannotRun(f"the model raised\n{lines}{message}" if frames else message) from e


def _give(result: Any, output: str | None) -> None:
    if output is None:
        click.echo(str(result) if isinstance(result, str | np.ndarray | np.generic) else as_json(result))
    elif output.endswith(".npz"):
        np.savez(output, **_arrays(result))
    elif isinstance(result, np.ndarray | np.generic):
        _save_array(result, output)
    elif output.endswith(".npy"):
        raise CannotRun(f"the result is {type(result).__name__}, not an array: write it to a .json or .npz file")
    else:
        with open(output, "w", encoding="utf-8") as f:
            f.write(as_json(result) + "\n")


def _save_array(result: Any, output: str) -> None:
    if output.endswith(".json"):
        with open(output, "w", encoding="utf-8") as f:
            f.write(as_json(result) + "\n")
    else:
        with open(output, "wb") as out:  # np.save would add .npy to the name
            np.save(out, result, allow_pickle=False)


def _arrays(result: Any) -> dict[str, Any]:
    items = result.items() if isinstance(result, dict) else enumerate(result) if isinstance(result, list | tuple) else [(0, result)]
    named = {(f"arr_{k}" if isinstance(k, int) else str(k)): v for k, v in items}
    for name, value in named.items():
        if not isinstance(value, np.ndarray | np.generic | int | float | complex):
            raise CannotRun(f"{name} of the result is {type(value).__name__}, not an array: write it to a .json file")
    return named
