"""An OpenID Connect issuer of our own, as a process, for tests of signing in."""
