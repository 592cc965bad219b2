"""Production output and its reversal as pure rules: facts in, exact rows or refusals out (output-reversal). No project word here."""
