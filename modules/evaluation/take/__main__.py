"""``python -m modules.evaluation.take``."""

import sys

from modules.evaluation.take.people import main

if __name__ == "__main__":
    sys.exit(main())
