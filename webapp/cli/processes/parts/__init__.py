"""What processes are put together from: detectors, the pipeline, the store of pictures."""
