"""Bulk creation against a service that throttles: this package beside other clients. `nox -s bench` runs it."""
