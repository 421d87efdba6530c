"""Values of the frame path: frames, faces, emotions and tracks, and whether two faces are one person."""
