"""Every change to office's own rows, one verb a function, one transaction each."""
