"""``python -m modules.evaluation.motion``."""

import sys

from modules.evaluation.motion.command import main

if __name__ == "__main__":
    sys.exit(main())
