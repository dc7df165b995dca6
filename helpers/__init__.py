"""What the notebooks share: ground, craft, evidence and chapters, in layers that import only downwards."""
