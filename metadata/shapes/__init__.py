"""The one source of truth of what may be written: shapes, from which the JSON Schemas, the check and the reference come."""
