"""Thin steps of the workflows: load, ask the domain, store, return. Each is one transaction and safe to run twice."""
