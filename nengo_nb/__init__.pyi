# The public names, each with the module it comes from; __init__.py imports a name when it is first
# used.

from nengo_nb import networks as networks
from nengo_nb import surrogates as surrogates
from nengo_nb.analysis.network_check import check as check
from nengo_nb.compiler import prepare_compiler as prepare_compiler
from nengo_nb.convert import converter as converter
from nengo_nb.convert.converter import Converter as Converter
from nengo_nb.jupyter.api import compare as compare
from nengo_nb.jupyter.api import live as live
from nengo_nb.jupyter.api import plot as plot
from nengo_nb.jupyter.api import run as run
from nengo_nb.jupyter.api import show as show
from nengo_nb.jupyter.api import train as train
from nengo_nb.jupyter.extension import load_ipython_extension as load_ipython_extension
from nengo_nb.jupyter.extension import unload_ipython_extension as unload_ipython_extension
from nengo_nb.jupyter.live.keyboard import Keyboard as Keyboard
from nengo_nb.jupyter.live.specs import LiveExpression as LiveExpression
from nengo_nb.jupyter.live.specs import LivePlot as LivePlot
from nengo_nb.jupyter.live.specs import LiveSlider as LiveSlider
from nengo_nb.objects import dists as dists
from nengo_nb.objects import losses as losses
from nengo_nb.objects import obj as obj
from nengo_nb.objects.layer import Layer as Layer
from nengo_nb.objects.layer import tensor_layer as tensor_layer
from nengo_nb.objects.neurons import LeakyReLU as LeakyReLU
from nengo_nb.objects.neurons import SoftLIFRate as SoftLIFRate
from nengo_nb.objects.neurons import SpikingLeakyReLU as SpikingLeakyReLU
from nengo_nb.objects.printing import print_op as print_op
from nengo_nb.objects.tensor_node import TensorNode as TensorNode
from nengo_nb.settings import configure_settings as configure_settings
from nengo_nb.simulator import Simulator as Simulator
from nengo_nb.simulator.train import callbacks as callbacks

__version__: str
