"""The tables of chapter 0, as data: where to compute, two lanes of history, nine steps, errata, first aid."""

from __future__ import annotations

import html
from collections.abc import Sequence

from bioml_helpers.data import validate

DOI = "https://doi.org/"


class Table:
    """A small table of texts that a notebook shows as HTML with header cells, and a terminal as text.

    Cells that begin with ``10.`` are DOIs and become links.

    Examples
    --------
    >>> print(Table("Two", ("a", "b"), [("1", "2")]))
    Two
    a: 1 · b: 2
    """

    def __init__(self, caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]):
        self.caption, self.head, self.rows = caption, tuple(head), [tuple(row) for row in rows]
        odd = [row for row in self.rows if len(row) != len(self.head)]
        if odd:
            raise ValueError(f"rows: expected {len(self.head)} cells each, got {odd[0]}.")

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> list[str]:
        """Return one column by its head."""
        return [row[self.head.index(validate.one_of("name", name, self.head))] for row in self.rows]

    def as_dict(self) -> dict[str, list[str]]:
        """Return the columns by name, as `figures.show` takes them."""
        return {name: self.column(name) for name in self.head}

    def __repr__(self) -> str:
        lines = (" · ".join(f"{name}: {cell}" for name, cell in zip(self.head, row, strict=True)) for row in self.rows)
        return "\n".join([self.caption, *lines])

    def _repr_html_(self) -> str:
        look = 'style="text-align:left;vertical-align:top;padding:3px 10px"'
        head = "".join(f'<th scope="col" {look}>{html.escape(name)}</th>' for name in self.head)
        body = "".join(
            f'<tr><th scope="row" {look}>{_cell(row[0])}</th>'
            + "".join(f"<td {look}>{_cell(cell)}</td>" for cell in row[1:])
            + "</tr>"
            for row in self.rows
        )
        caption = f'<caption style="text-align:left;font-weight:bold">{html.escape(self.caption)}</caption>'
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(text: str) -> str:
    if text.startswith("10."):
        return f'<a href="{DOI}{html.escape(text)}">doi:{html.escape(text)}</a>'
    return html.escape(text)


ENVIRONMENTS = Table(
    "Where to compute",
    ("place", "cost", "limits", "data protection"),
    [
        (
            "your laptop",
            "none",
            "usually no graphics card; enough for every chapter of this course",
            "the data stay with you; encrypt the disk, and ask before you copy patient data to it",
        ),
        (
            "Binder",
            "none",
            "about 2 GB of memory, no graphics card, forgets everything after some idle minutes",
            "public machine: only data that anybody may see; no patient data",
        ),
        (
            "Colab",
            "none for small tasks; larger ones are paid",
            "a GPU or TPU is not guaranteed; ends when idle and after some hours; files are lost unless saved",
            "a company's cloud: no patient data, nothing confidential",
        ),
        (
            "Kaggle",
            "none, with an account",
            "weekly hours of GPU; what you upload can be made public by one click",
            "a company's cloud: no patient data, nothing confidential",
        ),
        (
            "your institution (server, cluster, JupyterHub)",
            "for you usually none",
            "queues, an account, rules of its own",
            "the only place here where patient data may be, if the data-protection office and the ethics vote allow it",
        ),
    ],
)

# lane, year, name, what it brought, citation
_ARCHITECTURE, _TRAINING = "architecture", "training"
TIMELINE = Table(
    "Eighty years in two lanes",
    ("year", "lane", "what", "why it mattered", "source", "doi"),
    [
        (
            "1943",
            _ARCHITECTURE,
            "logical neuron",
            "a neuron as a threshold on a sum",
            "McCulloch & Pitts",
            "10.1007/BF02478259",
        ),
        (
            "1951",
            _TRAINING,
            "stochastic steps",
            "noisy small steps downhill arrive",
            "Robbins & Monro",
            "10.1214/aoms/1177729586",
        ),
        (
            "1958",
            _ARCHITECTURE,
            "perceptron",
            "weights that are learned from examples",
            "Rosenblatt",
            "10.1037/h0042519",
        ),
        (
            "1980",
            _ARCHITECTURE,
            "neocognitron",
            "the same detectors everywhere in an image",
            "Fukushima",
            "10.1007/BF00344251",
        ),
        (
            "1986",
            _TRAINING,
            "backpropagation",
            "slopes of all weights in one backward pass",
            "Rumelhart, Hinton & Williams",
            "10.1038/323533a0",
        ),
        (
            "1989",
            _ARCHITECTURE,
            "trained CNN",
            "filters that are learned, on handwritten digits",
            "LeCun and colleagues",
            "10.1162/neco.1989.1.4.541",
        ),
        (
            "1997",
            _ARCHITECTURE,
            "LSTM",
            "remembers over long sequences",
            "Hochreiter & Schmidhuber",
            "10.1162/neco.1997.9.8.1735",
        ),
        (
            "1998",
            _TRAINING,
            "early stopping",
            "when to stop, told by held-out data",
            "Prechelt",
            "10.1007/3-540-49430-8_3",
        ),
        (
            "2006",
            _ARCHITECTURE,
            "deep autoencoder",
            "many layers that compress",
            "Hinton & Salakhutdinov",
            "10.1126/science.1127647",
        ),
        (
            "2009",
            _TRAINING,
            "graphics cards",
            "the same training, many times faster",
            "Raina, Madhavan & Ng",
            "10.1145/1553374.1553486",
        ),
        (
            "2012",
            _TRAINING,
            "ReLU, dropout, two GPUs",
            "a deep CNN that could be trained",
            "Krizhevsky, Sutskever & Hinton",
            "10.1145/3065386",
        ),
        (
            "2014",
            _TRAINING,
            "Adam",
            "a step size of its own for each weight",
            "Kingma & Ba",
            "10.48550/arXiv.1412.6980",
        ),
        (
            "2016",
            _ARCHITECTURE,
            "ResNet",
            "a hundred layers by skip connections",
            "He and colleagues",
            "10.1109/CVPR.2016.90",
        ),
        (
            "2017",
            _ARCHITECTURE,
            "transformer",
            "attention alone, no recurrence",
            "Vaswani and colleagues",
            "10.48550/arXiv.1706.03762",
        ),
        ("2017", _ARCHITECTURE, "GCN", "convolution on graphs", "Kipf & Welling", "10.48550/arXiv.1609.02907"),
        (
            "2021",
            _ARCHITECTURE,
            "AlphaFold2",
            "protein structures, near experiment for many",
            "Jumper and colleagues",
            "10.1038/s41586-021-03819-2",
        ),
        (
            "2022",
            _TRAINING,
            "ESM-2",
            "trained on protein sequences without labels",
            "Lin and colleagues",
            "10.1101/2022.07.20.500902",
        ),
    ],
)

STEPS = Table(
    "Nine steps",
    ("step", "ask", "in this chapter"),
    [
        (
            "1 question",
            "What goes in, what comes out, who would use it?",
            "section 1: for which tasks is a network called for?",
        ),
        (
            "2 data",
            "Where from, how many, what is missing, may I use them?",
            "section 4: places and rules; section 6: privacy",
        ),
        (
            "3 split",
            "What will be new when the model is used? Hold exactly that out.",
            "section 2: the run, the chain, the dose left out",
        ),
        ("4 baseline", "What does the simplest sensible model reach?", "section 2: the column “simple model”"),
        ("5 model", "Which architecture fits the structure of the input?", "section 2: the flowchart"),
        ("6 debug", "Can it learn a single example by heart?", "section 3: shapes, the broadcasting trap"),
        ("7 train", "Does the validation loss fall too?", "section 3: slopes by autograd"),
        ("8 evaluate", "How much better than the baseline, how sure?", "section 2: the interval in the table"),
        ("9 report", "What does the result not show?", "the honesty box"),
    ],
)

ERRATA = Table(
    "Twelve places where the Chinese text needs repair",
    ("no.", "printed", "meant", "term"),
    [
        ("X1", "函数通常表示为 (a formula is missing)", "y = σ(Σᵢ wᵢ xᵢ + b)", "neuron 神经元"),
        ("X2", "像图像一样没有任何明显可见的结构", "data without the visible structure that images have", "graph 图"),
        (
            "X3",
            "组合所有邻近节点的预测",
            "combines the neighbours' features (and the node's own), not their predictions",
            "node 节点",
        ),
        (
            "X4",
            "原子或蛋白质的可以归类为节点特征",
            "properties of atoms or proteins are node features, properties of bonds are edge features",
            "edge 边",
        ),
        (
            "X5",
            "自编码器、隐变量和解码器同时进行训练",
            "encoder and decoder are trained together; the latent vector is computed",
            "encoder 编码器",
        ),
        (
            "X6",
            "输入的5个氨基酸残基中有4个得到了正确的超出",
            "4 of the 5 residues are output correctly (输出)",
            "residue 残基",
        ),
        ("X7", "可以死用足够数目的线性模型", "可以是用…: with enough linear models", "linear model 线性模型"),
        ("X8", "门控重复单位", "门控循环单元", "gated recurrent unit (GRU)"),
        ("X9", "PyTorch GeometricGraph Nets, PyTorchTensorflow", "two packages each", "software 软件"),
        (
            "X10",
            "算法不够复杂以至于无法对输入数据进行建模",
            "the model is too simple to represent the data",
            "model 模型",
        ),
        ("X11", "独立输入特征", "separate input features; they are usually correlated", "feature 特征"),
        (
            "X12",
            "Box 1, Fig. 1, Fig. 2d–f are named but not there",
            "the course has its own: the nine steps, the flowchart, chapter 9",
            "early stopping 早停",
        ),
    ],
)

FIRST_AID = Table(
    "First aid",
    ("what you see", "likely cause", "what to do"),
    [
        (
            "ModuleNotFoundError: bioml_helpers",
            "another Python, or a new Colab session",
            "run the set-up cell; then Kernel → Restart",
        ),
        ("a name is not defined", "a cell above was not run", "Run → Run All Above Selected Cell"),
        (
            "a figure without controls",
            "widgets are off",
            "the picture and its numbers are all there; widgets come back after a restart",
        ),
        ("other last digits than in the text", "other hardware", "expected; all checks have tolerances"),
        (
            "“Expected all tensors to be on the same device”",
            "the model is on the GPU, the data are not",
            "X.to(device.torch_device)",
        ),
        ("the kernel died (Binder)", "memory is full", "close other notebooks, restart"),
        (
            "everything is ten times slower than yesterday",
            "several programs share few cores",
            "close other notebooks; torch.set_num_threads(1)",
        ),
    ],
)


def devices() -> Table:
    """Return what can compute on this machine, as `training.choose_device` finds it now.

    Examples
    --------
    >>> devices().column("here")[0]
    'yes'
    """
    from bioml_helpers.training import choose_device

    use = {
        "cpu": "all chapters; tiny models are often quickest here",
        "cuda": "large CNNs, transformers",
        "mps": "the same on an Apple laptop",
        "xla": "TPU on Colab; chapter 9 measures it",
    }
    rows = []
    for kind, good_for in use.items():
        try:
            found = choose_device(kind)
            rows.append((kind, "yes", found.name, good_for))
        except RuntimeError as error:
            rows.append((kind, "no", str(error).partition(", but ")[2].partition(";")[0], good_for))
    chosen = choose_device()
    return Table(f"What computes here: {chosen.kind} was chosen", ("kind", "here", "what was found", "good for"), rows)
