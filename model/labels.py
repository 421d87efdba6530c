"""The seven emotions, in the order of FER2013's labels and of every score vector of this project."""

EMOTIONS: tuple[str, ...] = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
ANGRY = EMOTIONS.index("angry")
