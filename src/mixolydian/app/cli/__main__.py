"""`python -m mixolydian.app.cli`: the command `mixo` where it is not on the path."""

import sys

from mixolydian.app.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
