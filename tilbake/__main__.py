"""`python -m tilbake`; scripts/tilbake for people."""

from tilbake.cli import main
from tilbake.process.leaving import leave

leave(main())
