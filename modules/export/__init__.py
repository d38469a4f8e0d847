"""Results as files: one writer per format. Frames and poses come in as core types; nothing here knows where they are from."""
