"""What the model learns from: loaders, targets and augmentation."""
