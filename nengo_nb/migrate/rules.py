"""Names and arguments that older scripts use, and what has their place.

A name stands for itself and all that is in it: ``contrib`` is ``tf.contrib.layers`` as well. Where
the replacement ends with a star, what is in it has kept its name. Names of TensorFlow and Keras are
those that TensorFlow 2.21 and Keras 3 lack, or that do not work with a simulator; a test looks each
of them up.
"""

from __future__ import annotations

SESSION = "leave it out: TensorFlow has no sessions and placeholders any more"
CONFIGURATION = "tf.config, such as tf.config.threading.set_intra_op_parallelism_threads"
OWN_TRACES = "leave it out: it switches off what nengo_nb is made with"

TENSORFLOW = {
    "Print": "tf.print",
    "Session": SESSION,
    "InteractiveSession": SESSION,
    "placeholder": SESSION,
    "sparse_placeholder": SESSION,
    "global_variables_initializer": SESSION,
    "tables_initializer": SESSION,
    "get_default_graph": SESSION,
    "reset_default_graph": "tf.keras.backend.clear_session",
    "ConfigProto": CONFIGURATION,
    "GPUOptions": CONFIGURATION,
    "get_variable": "tf.Variable",
    "variable_scope": "tf.name_scope",
    "trainable_variables": "sim.keras_model.trainable_weights",
    "assign": "variable.assign",
    "set_random_seed": "tf.random.set_seed",
    "random_uniform": "tf.random.uniform",
    "random_normal": "tf.random.normal",
    "truncated_normal": "tf.random.truncated_normal",
    "to_float": "tf.cast(x, tf.float32)",
    "to_int32": "tf.cast(x, tf.int32)",
    "log": "tf.math.log",
    "div": "tf.math.divide",
    "diag": "tf.linalg.diag",
    "matrix_inverse": "tf.linalg.inv",
    "py_func": "tf.numpy_function",
    "app": "argparse, of Python",
    "flags": "argparse, of Python",
    "logging": "tf.get_logger().setLevel",
    "enable_eager_execution": "leave it out: it is always on",
    "contrib": "tf.keras, or a package of its own",
    "estimator": "sim.fit, or keras.Model",
    "python": "tf, for TensorFlow's public names",
    "layers": "tf.keras.layers",
    "nn.rnn_cell": "tf.keras.layers",
    "nn.dynamic_rnn": "tf.keras.layers.RNN",
    "nn.softmax_cross_entropy_with_logits_v2": "tf.nn.softmax_cross_entropy_with_logits",
    "image.resize_images": "tf.image.resize",
    "summary.merge_all": "callbacks=[nengo_nb.callbacks.NengoSummaries(...)]",
    "summary.FileWriter": "tf.summary.create_file_writer",
    "losses.absolute_difference": "tf.keras.losses.MeanAbsoluteError()",
    "losses.huber_loss": "tf.keras.losses.Huber()",
    "losses.log_loss": "tf.keras.losses.BinaryCrossentropy()",
    "losses.mean_squared_error": "tf.keras.losses.MeanSquaredError()",
    "losses.sigmoid_cross_entropy": "tf.keras.losses.BinaryCrossentropy(from_logits=True)",
    "losses.softmax_cross_entropy": "tf.keras.losses.CategoricalCrossentropy(from_logits=True)",
    "losses.sparse_softmax_cross_entropy": "tf.keras.losses.SparseCategoricalCrossentropy("
    "from_logits=True)",
    "train.AdadeltaOptimizer": "tf.keras.optimizers.Adadelta",
    "train.AdagradOptimizer": "tf.keras.optimizers.Adagrad",
    "train.AdamOptimizer": "tf.keras.optimizers.Adam",
    "train.FtrlOptimizer": "tf.keras.optimizers.Ftrl",
    "train.GradientDescentOptimizer": "tf.keras.optimizers.SGD",
    "train.MomentumOptimizer": "tf.keras.optimizers.SGD(learning_rate, momentum=...)",
    "train.RMSPropOptimizer": "tf.keras.optimizers.RMSprop(learning_rate, epsilon=1e-10)",
}
"""Names of TensorFlow 1, below ``tf``. Those of them that a release still has below
``tf.compat.v1`` cannot be used with a simulator, either.
"""

COMPAT_V1 = {
    "disable_eager_execution": OWN_TRACES,
    "disable_v2_behavior": OWN_TRACES,
    "disable_v2_tensorshape": OWN_TRACES,
    "keras": "tf.keras.*",
    "losses": "tf.keras.losses",
    "summary": "callbacks=[nengo_nb.callbacks.NengoSummaries(...)]",
    "train": "tf.keras.optimizers",
}
"""More names below ``tf.compat.v1`` that do not work with a simulator."""

KERAS = {
    "optimizers.legacy": "keras.optimizers.*",
    "optimizers.experimental": "keras.optimizers.*",
    "experimental": "keras",
    "layers.experimental.preprocessing": "keras.layers.*",
    "layers.experimental": "keras.layers.*",
    "layers.AbstractRNNCell": "keras.layers.Layer",
    "layers.CuDNNGRU": "keras.layers.GRU",
    "layers.CuDNNLSTM": "keras.layers.LSTM",
    "layers.DenseFeatures": "keras.utils.FeatureSpace",
    "layers.LocallyConnected1D": "a layer of your own; Keras 3 has none",
    "layers.LocallyConnected2D": "a layer of your own; Keras 3 has none",
    "layers.RandomFourierFeatures": "a layer of your own; Keras 3 has none",
    "layers.SyncBatchNormalization": "keras.layers.BatchNormalization(synchronized=True)",
    "backend.get_session": SESSION,
    "backend.placeholder": "keras.Input",
    "backend.learning_phase": "leave it out: fit trains, and all else does not",
    "backend.set_learning_phase": "leave it out: fit trains, and all else does not",
    "estimator": "sim.fit, or keras.Model",
    "engine": "keras, for its public names",
    "metrics.accuracy": "keras.metrics.Accuracy",
    "mixed_precision.experimental": "keras.mixed_precision",
    "utils.generic_utils": "keras.utils.*",
    "utils.losses_utils": "keras.losses",
    "utils.multi_gpu_model": "leave it out: Keras 3 has none",
    "utils.np_utils": "keras.utils.*",
    "wrappers.scikit_learn": "keras.wrappers",
}
"""Names of Keras 2 that Keras 3 lacks, below ``keras`` and ``tf.keras``."""

KERAS_ALONE = {
    "losses.mse": "keras.losses.mean_squared_error",
    "losses.MSE": "keras.losses.mean_squared_error",
    "losses.Reduction": "a text, such as reduction='sum'",
    "layers.ThresholdedReLU": "keras.layers.ReLU(threshold=...)",
    "preprocessing.image.ImageDataGenerator": "keras.utils.image_dataset_from_directory",
    "preprocessing.text.Tokenizer": "keras.layers.TextVectorization",
    "backend.eval": "keras.ops.convert_to_numpy",
    "backend.get_value": "keras.ops.convert_to_numpy",
    "backend.mean": "keras.ops.mean",
    "backend.set_value": "variable.assign",
    "backend.batch_set_value": "variable.assign",
}
"""Names that ``keras`` lacks and ``tf.keras`` has kept."""

OPTIMIZER_ARGUMENTS = {
    "lr": "learning_rate={value}",
    "decay": "a schedule, such as learning_rate=keras.optimizers.schedules.InverseTimeDecay(...)",
}
"""Arguments of Keras 2's optimizers."""

RMSPROP_EPSILON = (
    "nothing, or epsilon={value} for the steps that it took with NengoDL: "
    "Keras 3 adds epsilon below the square root, and Keras 2 behind it"
)
"""Advice on ``RMSprop``, with the square of its epsilon as the value."""

LAYER_ARGUMENTS = {
    "batch_input_shape": "keras.Input(batch_shape={value}) in front of the layer",
    "weights": "layer.set_weights({value}) once it is built",
    "fused": "leave it out: Keras 3 decides by itself",
}
"""Arguments of Keras 2's layers."""

NENGO_DL = {
    "benchmarks": "leave it out: these are NengoDL's own benchmarks",
    "compat": "leave it out: it is NengoDL's inner working",
    "config.get_setting": "nengo_nb.settings.get_setting(network, name, obj)",
    "builder": "a rule for an operator of your own, see the docstring of nengo_nb.ops",
    "op_builders": "leave it out: Nengo's operators are all there, see nengo_nb.ops",
    "neuron_builders": "a rule for a neuron type of your own, see the docstring of nengo_nb.ops",
    "learning_rule_builders": "leave it out: Nengo's learning rules are all there",
    "process_builders": "a rule for a process of your own, see the docstring of nengo_nb.ops",
    "transform_builders": "leave it out: Nengo's transforms are all there",
    "probe_builders": "leave it out",
    "graph_optimizer": "leave it out: networks are always optimized, see sim.explain()",
    "tensor_graph": "sim.plan and sim.explain()",
    "signals": "sim.signals, which has values",
    "tensorflow_patch": "leave it out",
    "objectives": "{alias}.obj.*",
    "utils.print_op": "{alias}.print_op",
    "utils.minibatch_generator": "sim.fit, or tf.data.Dataset.batch",
    "utils.find_non_differentiable": "leave it out: sim.fit warns of what cannot learn",
    "utils": "{alias}.print_op is there, and nothing else of it",
    "version.version": "{alias}.__version__",
    "version": "{alias}.__version__",
}
"""Names below ``nengo_dl`` that nengo_nb has elsewhere or lacks."""

FLAT_MODULES = ("", "config", "layer", "neurons", "simulator", "tensor_node")
"""Modules of NengoDL whose public names are those of ``nengo_nb`` itself."""

PARAMETERS_ALWAYS = "leave it out: parameters are always included"
NO_SESSIONS = "leave it out: TensorFlow has no sessions any more"
KERAS_2 = "leave it out: Keras 3 has it in keras.utils.PyDataset"

SIMULATOR_ARGUMENTS = {
    ("Simulator", "dtype"): "nengo_nb.configure_settings(dtype=...) in the network",
    ("Simulator", "tensorboard"): "callbacks=[nengo_nb.callbacks.TensorBoard({value})] of sim.fit",
    ("Simulator", "step_blocks"): "leave it out: a run may have any number of steps",
    ("Simulator", "session_config"): CONFIGURATION,
    ("loss", "extra_feeds"): NO_SESSIONS,
    ("loss", "progress_bar"): "leave it out: no progress is shown",
    ("loss", "training"): "leave it out: spiking neurons spike there; see sim.evaluate",
    ("predict", "callbacks"): "leave it out: predict calls none, sim.evaluate does",
    **{(run, "profile"): "sim.profile()" for run in ("run", "run_steps", "step")},
    **{(run, "extra_feeds"): NO_SESSIONS for run in ("run", "run_steps", "step")},
    **{(run, "input_feeds"): "data={value}" for run in ("run", "run_steps", "step")},
}
"""Arguments of NengoDL's simulator that are errors here, by class or method."""

ACCEPTED_ARGUMENTS = {
    ("Simulator", "unroll_simulation"): "leave it out: it has no effect",
    ("train", "summaries"): "callbacks=[nengo_nb.callbacks.NengoSummaries(...)]",
    ("train", "profile"): "callbacks=[nengo_nb.callbacks.TensorBoard(...)]",
    ("train", "extra_feeds"): NO_SESSIONS,
    **{(io, "include_global"): PARAMETERS_ALWAYS for io in ("save_params", "load_params")},
    **{(io, "include_local"): "include_state={value}" for io in ("save_params", "load_params")},
    **{
        (io, "include_non_trainable"): "include_state={value}"
        for io in ("save_params", "load_params")
    },
    **{(fit, "workers"): KERAS_2 for fit in ("fit", "evaluate", "predict")},
    **{(fit, "max_queue_size"): KERAS_2 for fit in ("fit", "evaluate", "predict")},
    **{(fit, "use_multiprocessing"): KERAS_2 for fit in ("fit", "evaluate", "predict")},
    **{
        ("configure_settings", name): "leave it out: it has no effect"
        for name in ("planner", "sorter", "simplifications", "inference_only", "use_loop")
    },
    ("configure_settings", "learning_phase"): "leave it out: fit trains by rates, all else spikes",
    ("configure_settings", "session_config"): CONFIGURATION,
}
"""Arguments that are accepted, with a warning, by class, function or method."""

ACCEPTED_METHODS = {
    "train": "sim.compile(optimizer, loss) and sim.fit(x, y, epochs=...)",
    "loss": "sim.compile(optimizer, loss) and sim.evaluate(x, y)",
    "soft_reset": "sim.reset(include_trainable=False, include_probes=False, "
    "include_processes=False)",
}
"""Methods of a simulator that work and have newer names."""
