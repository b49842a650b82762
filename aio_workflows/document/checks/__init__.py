"""The checks, one file for each part of a document. Each takes a report and adds to it."""
