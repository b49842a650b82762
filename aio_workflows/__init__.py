"""Publishes EC2 Image Builder workflows: a typed, asynchronous client.

The names below are loaded on first use, so importing the package costs next to nothing.
"""
