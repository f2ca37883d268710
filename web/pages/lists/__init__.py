"""Ways to see many records: the table with its dialogs, board, calendar, tree; and what is done in place there."""
