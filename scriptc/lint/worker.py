"""A process that looks at files for another one: a line of JSON in, a line of JSON out. `python -m scriptc.lint.worker`."""

from __future__ import annotations

import json
import os
import signal
import sys
import warnings

from scriptc.lint.looking import Looker, deepen_stack
from scriptc.lint.records import to_record


def main() -> None:
    """First come the texts and the paths of the whole run; then, in each line, paths to look at and whether they may hold scripted code."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks, which ends this one
    warnings.simplefilter("ignore")
    deepen_stack()
    requests, answers = sys.stdin, os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever is printed by accident is no answer
    looker = Looker(**json.loads(requests.readline()))
    answers.write("ready\n")
    answers.flush()
    for line in requests:
        paths, scripted = json.loads(line)
        answers.write(json.dumps([to_record(looker.look(path, scripted=scripted)) for path in paths]) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
