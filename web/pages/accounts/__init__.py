"""Signing in, one's own profile, and what administrators do with somebody's account."""
