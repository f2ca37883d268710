"""The same thing done to many records, each by itself: judged beforehand, run at once or by a worker, told, taken back. The
door of the package."""

from engine.bulk.actions import MANY, Action, BulkPort
from engine.bulk.exporting import (
    EXPORTING,
    MOST_EXPORTED,
    Exported,
    ExportPort,
    exported,
    keep_done,
    start_export,
)
from engine.bulk.exporting import handler as export_handler
from engine.bulk.judging import MOST as MOST_JUDGED
from engine.bulk.judging import Outcome, judge
from engine.bulk.runs import (
    LONGEST_SELECTION,
    Reason,
    Result,
    Run,
    cancel,
    exports,
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
    "BULK", "EXPORTING", "LONGEST_SELECTION", "MANY", "MOST_EXPORTED", "MOST_JUDGED", "Action", "BulkPort", "ExportPort", "Exported",
    "Outcome", "Reason", "Result", "Run", "cancel", "carry_out", "export_handler", "exported", "exports", "find", "forget", "handler",
    "judge", "keep_done", "latest", "outcomes", "result", "start", "start_export", "undo", "undoable",
]
