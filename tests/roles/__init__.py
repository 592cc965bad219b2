"""Every route as every role: who there is, how each route is called, and the table that says what comes of it."""
