"""DenseNet121 and EfficientNet-Lite0 trained by PyTorch itself, where it is installed; ``docs/adr/0005`` says why.

A run leaves the same behind as with Keras: record, curves and Keras weights. The modules below import torch, so nothing
imports them before ``check_torch`` has been asked.
"""

from importlib.util import find_spec

from model.errors import EngineMissing


def check_torch() -> None:
    """Make sure that PyTorch is installed.

    Raises:
        EngineMissing: If it is not.
    """
    if find_spec("torch") is None:
        raise EngineMissing("training with PyTorch needs torch: pip install torch, or use --engine keras")
