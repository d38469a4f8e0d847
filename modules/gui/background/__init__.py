"""What the window does behind its back: the worker thread, its messages, and the controller between them and the state."""
