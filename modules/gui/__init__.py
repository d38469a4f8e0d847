"""The window: Qt alone, fed by a source and an estimator that it knows only as Protocols."""
