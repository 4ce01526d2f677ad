import keras as keras
import tensorflow as tf

__all__ = ["keras", "tf"]
