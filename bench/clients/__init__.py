"""The clients that are compared, each a program of its own: `python -m bench.clients.ours`."""
