"""Ways to a record or page: search, palette, stars, what was opened last, the trash."""
