"""``python -m modules.evaluation.window``."""

import sys

from modules.evaluation.window.command import main

if __name__ == "__main__":
    sys.exit(main())
