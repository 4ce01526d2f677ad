"""Models with Python in the loop: an environment or a plant in a node, neurons for a controller."""

from __future__ import annotations

import nengo
import numpy as np

DT = 0.001


class Pendulum:
    """Pendulum with gravity, friction and a torque, by Euler's rule.

    Args:
        payload: Unknown extra torque, as of a weight.
    """

    def __init__(self, payload: float = 1.0) -> None:
        self.payload, self.angle, self.velocity = payload, 0.0, 0.0

    def step(self, t: float, torque: np.ndarray) -> list[float]:
        """Return sine and cosine of the angle, the angle and the velocity after a step."""
        pull = -9.8 * np.sin(self.angle) - self.payload * np.cos(self.angle)
        self.velocity += DT * (10 * torque[0] + pull - 0.5 * self.velocity)
        self.angle += DT * self.velocity
        return [np.sin(self.angle), np.cos(self.angle), self.angle, self.velocity]


class Arm:
    """Planar arm of two joints and unit links, moved by joint velocities."""

    def __init__(self) -> None:
        self.joints = np.array([0.6, 1.2])

    def step(self, t: float, velocities: np.ndarray) -> np.ndarray:
        """Return the joints and the position of the hand after a step."""
        self.joints = self.joints + DT * np.clip(velocities, -10, 10)
        shoulder, elbow = self.joints[0], self.joints.sum()
        hand = [np.cos(shoulder) + np.cos(elbow), np.sin(shoulder) + np.sin(elbow)]
        return np.concatenate([self.joints, hand])


class Room:
    """Square room with a wheeled robot, which measures distances to walls in three directions."""

    def __init__(self) -> None:
        self.position, self.heading = np.zeros(2), 0.3

    def step(self, t: float, motor: np.ndarray) -> list[float]:
        """Return the distances after a step with a speed and a turn."""
        self.heading += DT * 5 * motor[1]
        direction = np.array([np.cos(self.heading), np.sin(self.heading)])
        self.position = np.clip(self.position + DT * 3 * motor[0] * direction, -1, 1)
        return [self._distance(self.heading + turn) for turn in (-0.5, 0.0, 0.5)]

    def _distance(self, angle: float) -> float:
        """Return the distance from the robot to the wall along a ray, at most 1."""
        ray = np.array([np.cos(angle), np.sin(angle)])
        walls = (np.where(ray > 0, 1.0, -1.0) - self.position) / np.where(ray == 0, 1e-9, ray)
        return float(min(walls.min(), 1.0))


def plant(n_neurons: int = 150) -> nengo.Network:
    """Build a proportional controller of a first-order plant in a node: closed-loop control with
    a node in the loop, as NengoGUI's tutorials describe environments.
    """
    state = np.zeros(1)

    def move(t: float, force: np.ndarray) -> np.ndarray:
        state[:] += DT * (4 * force - 0.5 * state)
        return state.copy()

    with nengo.Network(seed=50) as network:
        target = nengo.Node(lambda t: np.sin(4 * t))
        body = nengo.Node(move, size_in=1, size_out=1)
        error = nengo.Ensemble(n_neurons, 1)
        nengo.Connection(target, error, synapse=None)
        nengo.Connection(body, error, transform=-1, synapse=None)
        nengo.Connection(error, body, transform=5)
        nengo.Probe(body)
        nengo.Probe(error, synapse=0.01)
    return network


def adaptive_pendulum() -> nengo.Network:
    """Build a PD controller that PES adapts to a payload: "Adaptive motor control", NengoGUI's
    examples, after Slotine & Li (1987) and DeWolf & others (2016).
    """
    pendulum = Pendulum()
    with nengo.Network(seed=51) as network:
        body = nengo.Node(pendulum.step, size_in=1, size_out=4)
        target = nengo.Node(lambda t: [np.sin(2 * t), 2 * np.cos(2 * t)])
        command = nengo.Node(size_in=1)
        for source, sign in ((target, 1), (body[2:], -1)):
            nengo.Connection(source, command, transform=[[2 * sign, 0.4 * sign]], synapse=None)
        adaptation = nengo.Ensemble(1000, 2, radius=1.5)
        nengo.Connection(body[:2], adaptation, synapse=None)
        learned = nengo.Connection(
            adaptation, body, function=lambda x: 0.0, learning_rule_type=nengo.PES(1e-4)
        )
        nengo.Connection(command, learned.learning_rule, transform=-1, synapse=None)
        nengo.Connection(command, body, synapse=0)
        nengo.Probe(body)
        nengo.Probe(target)
    return network


def two_joint_arm() -> nengo.Network:
    """Build a reach to a target by the Jacobian's transpose, with the arm in a node: DeWolf &
    Eliasmith (2011), The neural optimal control hierarchy for motor control.
    """

    def pull(x: np.ndarray) -> list[float]:
        shoulder, elbow = x[0], x[0] + x[1]
        jacobian = np.array(
            [
                [-np.sin(shoulder) - np.sin(elbow), -np.sin(elbow)],
                [np.cos(shoulder) + np.cos(elbow), np.cos(elbow)],
            ]
        )
        return 6 * jacobian.T @ x[2:]

    with nengo.Network(seed=52) as network:
        arm = nengo.Node(Arm().step, size_in=2, size_out=4)
        target = nengo.Node(lambda t: [1.0, 1.2] if t < 0.5 else [0.2, 1.6])
        motor_cortex = nengo.Ensemble(1500, 4, radius=2.5)
        nengo.Connection(arm[:2], motor_cortex[:2])
        nengo.Connection(target, motor_cortex[2:])
        nengo.Connection(arm[2:], motor_cortex[2:], transform=-1)
        nengo.Connection(motor_cortex, arm, function=pull)
        nengo.Probe(arm)
        nengo.Probe(motor_cortex, synapse=0.01)
    return network


def vehicle() -> nengo.Network:
    """Build a robot that avoids walls, its room in a node: "Critter" environments of Nengo's
    summer school, after Braitenberg (1984), Vehicles.
    """
    with nengo.Network(seed=53) as network:
        room = nengo.Node(Room().step, size_in=2, size_out=3)
        senses, motor = nengo.networks.EnsembleArray(50, 3), nengo.Ensemble(200, 2)
        nengo.Connection(room, senses.input)
        nengo.Connection(senses.output, motor, transform=[[0, 1, 0], [-1, 0, 1]])
        nengo.Connection(motor, room)
        nengo.Probe(room)
        nengo.Probe(motor, synapse=0.01)
    return network


MODELS = (plant, adaptive_pendulum, two_joint_arm, vehicle)
