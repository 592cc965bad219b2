"""Runs the conformance cases against a service, through its public API only.

Inside: `format` and its neighbours turn files into cases, `world` and `steps` drive the service, `expectations`
compares what is there with what must be there, and `run` does this for many cases at a time. Nothing here imports the
domain, the store or the API: a runner that shares code with what it judges would share its faults.
"""
