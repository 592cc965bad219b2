"""Taking back, whatever is taken back: the request, its plan, its decision, its end. Knows no kind by name."""
