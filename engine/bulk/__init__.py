"""The same thing done to many records, each by itself: judged beforehand, run at once or by a worker, told, taken back. The
door of the package."""

from engine.bulk.actions import MANY, Action, BulkPort
from engine.bulk.judging import MOST as MOST_JUDGED
from engine.bulk.judging import Outcome, judge
from engine.bulk.runs import (
    LONGEST_SELECTION,
    Reason,
    Result,
    Run,
    cancel,
    find,
    forget,
    latest,
    outcomes,
    result,
    start,
    undo,
    undoable,
)
from engine.bulk.work import BULK, carry_out, handler

__all__ = [
    "BULK", "LONGEST_SELECTION", "MANY", "MOST_JUDGED", "Action", "BulkPort", "Outcome", "Reason", "Result", "Run", "cancel",
    "carry_out", "find", "forget", "handler", "judge", "latest", "outcomes", "result", "start", "undo", "undoable",
]
