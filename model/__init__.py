"""The emotion network: its data, training, evaluation, export and inference. Never imports ``webapp``."""
