"""``python -m modules.evaluation.export``."""

import sys

from modules.evaluation.export.command import main

if __name__ == "__main__":
    sys.exit(main())
