"""What the good answers look like: models for OpenAPI with an example each, and for the test that holds every answer to them.

The render functions build plain dicts, because that is fast; nothing here runs while a request is answered. A new route
stands in `api.answers.table`, or the tests of the document fail.
"""
