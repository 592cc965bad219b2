"""File formats of other systems, read into rows of ours. Pure: bytes in, values out; imports only domain."""
