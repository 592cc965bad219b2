"""Routes: parse, sign in, call, render. Rules and SQL live elsewhere."""
