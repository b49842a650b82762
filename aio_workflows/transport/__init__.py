"""One attempt at one HTTP exchange: credentials, endpoint, signature, connection."""
