"""By how much cameras are late, and their clocks' drift: by motion, sound or a mark."""
