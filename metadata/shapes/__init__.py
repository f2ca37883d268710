"""The one source of truth of what may be written: JSON Schemas, the check and the reference all come from shapes."""
