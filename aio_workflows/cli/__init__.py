"""The command line: ``python -m aio_workflows``, with the extra ``cli``."""
