"""Write every generated page anew."""

from reports import write

write()
