"""The command line (design section 5): one module per group of commands, put together here."""

from __future__ import annotations

import typer

from loomwork.cli import applications, exchange, people, serving, system
from loomwork.ownership import refuse_foreign_packages

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for group in (applications, serving, exchange, system):
    group.register(app)
app.add_typer(people.app, name="user")


def main() -> None:
    """The entry point of `loomwork`."""
    refuse_foreign_packages()
    app()
