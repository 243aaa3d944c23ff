"""``python -m netc`` is the command ``netc``."""

import sys

from netc.cli import main

if __name__ == "__main__":
    sys.exit(main())
