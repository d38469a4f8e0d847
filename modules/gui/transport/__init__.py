"""The bar at the bottom: playing, seeking, and the LoD distance."""
