"""Models of semantic pointers; they need nengo_spa, which is imported when one is made."""

from __future__ import annotations

import nengo

DIMENSIONS, FEWER = 32, 16


def spa_binding() -> nengo.Network:
    """Build the binding of two symbols: "Introduction", nengo_spa documentation."""
    import nengo_spa as spa

    with spa.Network(seed=60) as network:
        a = spa.Transcode("A", output_vocab=DIMENSIONS)
        b = spa.Transcode(lambda t: "B" if t < 0.5 else "C", output_vocab=DIMENSIONS)
        bound = spa.State(DIMENSIONS)
        a * b >> bound
        nengo.Probe(bound.output, synapse=0.02)
    return network


def spa_sequence() -> nengo.Network:
    """Build a cycle through five symbols: "Spiking network that goes through a sequence",
    nengo_spa documentation.
    """
    import nengo_spa as spa

    letters = "ABCDE"
    with spa.Network(seed=61) as network:
        state = spa.State(DIMENSIONS)
        with spa.ActionSelection():
            for letter, after in zip(letters, letters[1:] + letters[0], strict=True):
                spa.ifmax(spa.dot(state, spa.sym(letter)), spa.sym(after) >> state)
        nengo.Probe(state.output, synapse=0.03)
    return network


def spa_routed_sequence() -> nengo.Network:
    """Build a cycle that begins where vision says: "Routed sequencing", nengo_spa
    documentation.
    """
    import nengo_spa as spa

    letters = "ABCDE"
    with spa.Network(seed=62) as network:
        state = spa.State(DIMENSIONS)
        vision = spa.State(DIMENSIONS)
        start = spa.Transcode(
            lambda t: "0.8 * START + D" if t < 0.1 else "0", output_vocab=DIMENSIONS
        )
        start >> vision
        with spa.ActionSelection():
            spa.ifmax(spa.dot(vision, spa.sym.START), vision >> state)
            for letter, after in zip(letters, letters[1:] + letters[0], strict=True):
                spa.ifmax(spa.dot(state, spa.sym(letter)), spa.sym(after) >> state)
        nengo.Probe(state.output, synapse=0.03)
        nengo.Probe(vision.output, synapse=0.03)
    return network


def spa_question() -> nengo.Network:
    """Build answers to questions about bound features: "Question answering", nengo_spa
    documentation.
    """
    import nengo_spa as spa

    with spa.Network(seed=63) as network:
        color = spa.Transcode(lambda t: "RED" if t % 0.5 < 0.25 else "BLUE", output_vocab=FEWER)
        shape = spa.Transcode(
            lambda t: "CIRCLE" if t % 0.5 < 0.25 else "SQUARE", output_vocab=FEWER
        )
        cue = spa.Transcode(lambda t: "CIRCLE" if t % 0.2 < 0.1 else "RED", output_vocab=FEWER)
        both, answer = spa.State(FEWER), spa.State(FEWER)
        color * shape >> both
        both * ~cue >> answer
        nengo.Probe(both.output, synapse=0.03)
        nengo.Probe(answer.output, synapse=0.03)
    return network


def spa_question_memory() -> nengo.Network:
    """Build answers to questions about what was seen before: "Question answering with
    memory", nengo_spa documentation.
    """
    import nengo_spa as spa

    with spa.Network(seed=64) as network:
        color = spa.Transcode(lambda t: "RED" if t < 0.25 else "0", output_vocab=FEWER)
        shape = spa.Transcode(lambda t: "CIRCLE" if t < 0.25 else "0", output_vocab=FEWER)
        cue = spa.Transcode(lambda t: "CIRCLE" if t > 0.5 else "0", output_vocab=FEWER)
        memory = spa.State(FEWER, feedback=1.0, feedback_synapse=0.4)
        answer = spa.State(FEWER)
        color * shape >> memory
        memory * ~cue >> answer
        nengo.Probe(memory.output, synapse=0.03)
        nengo.Probe(answer.output, synapse=0.03)
    return network


MODELS = (spa_binding, spa_sequence, spa_routed_sequence, spa_question, spa_question_memory)
