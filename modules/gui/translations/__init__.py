"""Translations of the window: Qt's .ts and .qm files, and the command that brings them up to date."""
