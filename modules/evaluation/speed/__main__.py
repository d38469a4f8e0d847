"""``python -m modules.evaluation.speed``."""

import sys

from modules.evaluation.speed.command import main

if __name__ == "__main__":
    sys.exit(main())
