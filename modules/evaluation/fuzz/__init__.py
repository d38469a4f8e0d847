"""Seeded bad input: every file and value that a user can bring, spoilt, and how the program ends."""
