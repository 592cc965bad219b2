"""Time, expense and material entries of projects: their states, their actuals, their invoices, their reversal."""
