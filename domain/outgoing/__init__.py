"""What is told to the world of a recall: which events, to whom, and what an answer of a receiver means."""
