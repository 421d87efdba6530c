"""Why the model says what it says: Grad-CAM and feature maps, on LiteRT alone where serving needs them.

``graph`` makes ``explanation.tflite`` out of a Keras model at export time, ``model`` runs it, ``heat`` and ``figure``
show what comes out.
"""
