"""The command line (design section 5): one module per group of commands, put together here."""

from __future__ import annotations

import sys

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from loomwork.cli import applications, exchange, people, serving, system
from loomwork.cli.guarding import Guarded
from loomwork.cli.terminal import language
from loomwork.cli.usage import run_in_chinese
from loomwork.ownership import refuse_foreign_packages

app = typer.Typer(cls=Guarded, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
for group in (applications, serving, exchange, system):
    group.register(app)
app.add_typer(people.app, name="user")


def main() -> None:
    """The entry point of `loomwork`."""
    refuse_foreign_packages()
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    speak(command, language())
    if language() == "zh":
        sys.exit(run_in_chinese(command, "loomwork"))
    command(prog_name="loomwork")


def speak(command: TyperGroup | TyperCommand, language: str) -> None:
    """Keep of each help text (`English · 中文`) what the reader's language says, in `command` and all below it."""
    command.help = _part(command.help, language)
    for parameter in command.params:
        if isinstance(parameter, TyperOption | TyperArgument):
            parameter.help = _part(parameter.help, language)
    for below in command.commands.values() if isinstance(command, TyperGroup) else ():
        if isinstance(below, TyperGroup | TyperCommand):
            speak(below, language)


def _part(text: str | None, language: str) -> str | None:
    english, _, chinese = (text or "").partition(" · ")
    return (chinese if language == "zh" and chinese else english) or None
