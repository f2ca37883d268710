"""Named places where a test makes the program fail or die.

`LOOMWORK_FAILPOINTS="apply.after_tables=kill,jobs.claimed=error"` arms them. `error` raises `FailpointError`, `kill`
ends the process at once, as a power cut would.
"""

from __future__ import annotations

import os
import signal

VARIABLE = "LOOMWORK_FAILPOINTS"


class FailpointError(RuntimeError):
    """An armed failpoint was reached."""


def failpoint(name: str) -> None:
    """Fail here if `name` is armed."""
    armed = os.environ.get(VARIABLE)
    if armed and (action := _actions(armed).get(name)):
        _fail(name, action)


def _actions(armed: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in armed.split(",") if part.strip())
    return {name.strip(): action.strip() or "error" for name, _, action in pairs}


def _fail(name: str, action: str) -> None:
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailpointError(name)
