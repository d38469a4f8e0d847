"""``python -m modules.evaluation.fuzz``."""

import sys

from modules.evaluation.fuzz.command import main

if __name__ == "__main__":
    sys.exit(main())
