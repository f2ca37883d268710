"""Forms of records: drawn, filled in, judged while one types, saved; and the pickers and grids in them."""
