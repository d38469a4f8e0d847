"""The timeline: a row per person, the range, and who is who put right by hand."""
