"""The API: the same records under the same rules, as JSON."""
