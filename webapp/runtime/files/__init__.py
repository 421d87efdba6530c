"""What the machine's files say: the model's folder, the state of the system, the time zone."""
