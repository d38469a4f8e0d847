"""The whole recording into files, with its progress."""
