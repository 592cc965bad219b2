"""What the commands say of themselves and answer, in Norwegian Bokmål and English: a module for each, `shared` for all."""
