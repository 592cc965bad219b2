"""Small files on this machine: read up to a size, and written whole. Knows nothing of the service."""
