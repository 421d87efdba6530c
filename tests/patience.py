"""How much longer than promised the tests wait."""

import os

# Beside other workers' tests everything takes longer; alone (`make test WORKERS=0`) the product has to keep its times.
PATIENCE = 5 if "PYTEST_XDIST_WORKER" in os.environ else 1
