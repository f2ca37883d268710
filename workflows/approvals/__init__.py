"""Approvals: deciding, taking back, and looking at what waits and what happened. The door of the package."""

from workflows.approvals.actions import decide, recall, seen, terminate
from workflows.approvals.preview import Route, RouteStep, preview
from workflows.approvals.todo import (
    TodoItem,
    Waiting,
    done,
    my_tasks,
    open_task,
    redirectable,
    subject,
    todo,
    todo_count,
    waiting,
    waiting_records,
)
from workflows.approvals.trail import Trail, TrailEvent, TrailStep, TrailTask, trail

__all__ = [
    "Route", "RouteStep", "TodoItem", "Trail", "TrailEvent", "TrailStep", "TrailTask", "Waiting", "decide", "done",
    "my_tasks", "open_task", "preview", "recall", "redirectable", "seen", "subject", "terminate", "todo",
    "todo_count", "trail", "waiting", "waiting_records",
]
