"""``python -m modules.evaluation.accuracy``."""

import sys

from modules.evaluation.accuracy.command import main

if __name__ == "__main__":
    sys.exit(main())
