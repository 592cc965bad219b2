"""What deploy/ says, held to what the code says."""
