"""Thin HTTP: parse, authenticate, authorise, call, render. The words of HTTP never leave this room."""
