"""What goes over the wire, as pure functions: no I/O happens in this room."""
