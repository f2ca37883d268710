"""State machines, approvals and conversions. The door of the package."""

from workflows import approvals
from workflows.convert import convert, converted_to
from workflows.moves import MoveView, StateView, move, moves, state_path, verbs
from workflows.system_moves import daily_moves, run_daily_moves

__all__ = [
    "MoveView", "StateView", "approvals", "convert", "converted_to", "daily_moves", "move", "moves", "run_daily_moves", "state_path",
    "verbs",
]
