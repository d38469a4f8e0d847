"""Everything found in a recording, on disk, and who is who over time."""
