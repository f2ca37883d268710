"""Grouped reports, charts, prints, and the import and export formats."""
