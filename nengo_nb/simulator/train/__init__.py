"""Training with Keras: models, data, losses and gradients of a network."""
