"""What stands before every page: response headers, the check of where an unsafe request came from."""
