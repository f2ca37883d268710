"""What waits for somebody: the home page, approvals, notifications."""
