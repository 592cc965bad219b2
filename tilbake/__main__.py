"""`python -m tilbake`; scripts/tilbake for people."""

import sys

from tilbake.cli import main

sys.exit(main())
