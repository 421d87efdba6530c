"""What the network learns from: loaders, targets and augmentation."""
