"""Entry point of ``python -m discovery``."""

import sys

from discovery.cli import main

if __name__ == "__main__":
    sys.exit(main())
