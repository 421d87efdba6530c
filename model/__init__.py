"""The emotion model: its data, training, evaluation, export and inference. Never imports ``webapp``."""
