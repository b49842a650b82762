"""The requests, the answers and the values in them: frozen attrs classes without any I/O."""
