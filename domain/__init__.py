"""The rules of Tilbake: pure functions over plain data. No input, output, clock, randomness, settings or logging in here."""
