"""How the window behaves: latency, closing, its picture."""
