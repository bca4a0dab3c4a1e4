"""Matches public needs with capabilities for Danish public-private health innovation."""

import os

# Read when numpy is loaded. Our products are small: on a busy machine, two threads that wait for
# each other take up to a hundred times as long as one.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
