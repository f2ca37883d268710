"""Loomwork: the command line, the worker and the scenario runner over the platform's packages."""

__version__ = "0.1.0"
