"""How tests behave beside other workers' tests, where everything takes longer than alone."""

import os

BESIDE_OTHERS = "PYTEST_XDIST_WORKER" in os.environ

# How much longer than promised the tests wait. Alone (`make test WORKERS=0`) the product has to keep its times.
PATIENCE = 5 if BESIDE_OTHERS else 1

if BESIDE_OTHERS:
    # More threads than processors wait for each other; processes that tests start take these over.
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
