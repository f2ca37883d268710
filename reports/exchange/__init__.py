"""Records out to and in from files: CSV and Excel."""
