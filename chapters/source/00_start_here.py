# %% [markdown]
# ## 1 · Predict ⏱ 14 min
#
# **The question.** A *neural network* (人工神经网络) is a function with many adjustable numbers that are found from examples. Its inventors wanted to
# understand brains. Today it is a tool of *machine learning* (机器学习), the best one known for *some* tasks. Which ones? And is yours among them?
#
# **First run.** This page is a notebook: text and code in cells. Click a code cell and press **Shift + Enter**; it runs, and its result appears below.
# Run the cells in order, from the top. No Python on your machine? The link *Open in Colab* above runs this page in the browser, at no cost.
#
# The next cell asks a question of school biology and holds a wrong answer on purpose. How many hydrogen bonds hold G and C together?
#
# 1. Run it. The mistake has a name, and you get a hint.
# 2. Run it again. The hint has grown.
# 3. Correct the number and run it once more.

# %% tags=["exercise", "worked", "seed:S112"]
# BEGIN SOLUTION
bonds = 3
# STUB
# bonds = 2  # wrong on purpose: run this twice, then correct it
# END SOLUTION
check("start.0", bonds)

# %% [markdown]
# **Exercise 1.** Your first line of code. Below stands a promoter of *Escherichia coli*, 57 bases. Which fraction of them is G or C?
# Give a number from 0 to 1 (tolerance 0.5 %). `sequence.count("G")` counts a letter, `len(sequence)` counts all. If you are stuck, write `hint("start.1")`
# into a cell and run it; each call gives a stronger hint.
#
# **What the course keeps.** The cell after that shows all that is stored of you: tries and predictions, in one small file on the machine that computes, and nowhere else.
# To delete the file, write `True` in place of `False` and run the cell.

# %% tags=["exercise", "independent", "seed:S112"]
sequence = "TACTAGCAATACGCTTGCGTTCGGTGGTTAAGTATGTATAATGCGCGGGCTTGTCGT"
# BEGIN SOLUTION
gc_content = (sequence.count("G") + sequence.count("C")) / len(sequence)
# STUB
# gc_content = ...  # a number from 0 to 1
# END SOLUTION
check("start.1", gc_content)

# %% tags=["optional"]
from bioml_helpers.learning import progress_file

file = progress_file.path()
print(file.name, file.read_text() if file.exists() else "does not exist: nothing is kept yet", sep="\n")
forget = False  # True deletes the file
if forget:
    learning.forget_progress()

# %% [markdown]
# **Eighty years in two lanes.** Networks are older than most of their users. They did not become useful through one idea, but through two that pushed each
# other: *architectures* (架构), ways to connect the neurons, and *training* (训练), ways to find the numbers. The picture shows both; its table holds every source.
#
# Look at it for a minute. Then scroll on, and put eight of the steps in order from memory. Two questions help: which invention needs which, and what could be computed at the time?

# %% tags=["seed:S3"]
show(
    start.pictures.timeline(),
    alt="A timeline from 1943 to 2022 in two lanes. Above, architectures: logical neuron 1943, perceptron 1958, neocognitron 1980, trained CNN 1989, "
    "LSTM 1997, deep autoencoder 2006, ResNet 2016, transformer and GCN 2017, AlphaFold2 2021. Below, training: stochastic steps 1951, "
    "backpropagation 1986, early stopping 1998, graphics cards 2009, dropout 2012, Adam 2014, ESM-2 2022. Both lanes crowd after 2006.",
    data=start.tables.TIMELINE.as_dict(),
)
start.tables.TIMELINE

# %% tags=["parsons", "retrieval", "seed:S3"]
order("start.order")

# %% [markdown]
# **Your prediction.** Five tasks of this course follow. On each, a network meets the simple model that a colleague would use: a formula, or a weighted sum.
#
# | task | data |
# |---|---|
# | root length beyond the highest dose seen | 24 ryegrass roots |
# | optical density of a new immunoassay run | 176 wells, 11 runs |
# | promoter or not | 106 bacterial sequences |
# | fitness of a protein with four letters changed | 8,733 variants |
# | helix, strand or coil of each residue | 128 protein chains |

# %% tags=["predict", "seed:S2"]
predict("start.p1")

# %% [markdown]
# ## 2 · See ⏱ 16 min
#
# We fit both on the same examples and judge both on the same others: doses, runs, chains that neither has seen. All numbers are computed now.
# The first task: a formula of the field and three networks, each fitted on doses below 15 mM.

# %% tags=["baseline", "seed:S2"]
from bioml_helpers import approximation

ryegrass, _ = data.load("ryegrass")
dose, length = ryegrass["dose_mM"].to_numpy(), ryegrass["root_length_cm"].to_numpy()
seen, log_dose = dose < 15, approximation.log_dose(dose)
formula = approximation.fit_log_logistic(dose[seen], length[seen]).predict(dose[~seen])
network = start.models.regression_networks(log_dose[seen], length[seen], log_dose[~seen])
gaps = {"simple": np.abs(formula - length[~seen]), "network": np.abs(network - length[~seen])}
roots = start.models.Duel(
    "Roots beyond the doses seen", "error (cm)", "root", "formula", **gaps, higher_is_better=False
)


# %% tags=["baseline", "seed:S2", "needs-real-data"]
def fit_formula(x, y):
    """The three-parameter logistic, the usual formula of an immunoassay."""
    begin = {"top": float(y.max()), "midpoint": float(np.median(x)), "scale": 1.0}
    return approximation.fit_curve(approximation.logistic, x, y, begin, positive=("scale",)).predict


assays, sequences, variants, chains = (data.load(name) for name in ("dnase", "promoters", "gb1", "secondary_structure"))
duels = [
    roots,
    start.models.by_run("A new run of an immunoassay", assays[0], fit_formula, "formula"),
    start.models.promoters(sequences[0]),
    start.models.four_sites(variants[0]),
    start.models.secondary_structure(chains[0]),
]
start.models.table(duels)

# %% tags=["observe", "seed:S2", "needs-real-data"]
observe("start.p1", sum(duel.winner == "network" for duel in duels), "of 5 tasks")
cards = [card for _, card in (assays, sequences, variants, chains)]
show(
    start.pictures.duels(duels),
    alt=start.models.in_words(duels),
    data=start.models.table(duels),
    card=next((card for card in cards if card.is_stand_in), None),
)

# %% tags=["explain"]
explain("start.p1")

# %% [markdown]
# So the question is not *do networks work?* but *when are they called for?* The figure below asks four questions and leads to the model to try **first**. Try three things:
#
# 1. Move the slider from 0 to 100,000 examples. *Notice* where the leaf changes, and that it does so in steps, although no sharp line exists.
# 2. At 10,000 examples go through all kinds of input. *Notice* that each structure has its own architecture.
# 3. Demand an explanation of each weight. *Notice* what becomes of everything else.
#
# The sentence below it names what the model has to beat. If it does not, keep the simpler one. Under it stands the same on paper, with every way to every leaf in a table.
# The limits of 100, 1,000 and 10,000 are rules of thumb, not laws.

# %% tags=["widget", "seed:S96"]
start.figures.ChoiceFigure(examples=1000, structure="sequence", explain="no")

# %% tags=["static", "seed:S96", "slide"]
show(
    start.pictures.flowchart(),
    alt="A flowchart of four questions. No labelled examples: autoencoder. Each weight must be explained, or fewer than 100 examples: linear or logistic model. "
    "Else by input, below and above 1,000 examples (10,000 for a table): table, forest or MLP; sequence, pretrained transformer or CNN; time series, linear "
    "or RNN; image and volume, forest or CNN; graph, forest or GCN. The table below gives each leaf's chapter and the baseline it has to beat.",
    data={name: [row[name] for row in start.choice.rows()] for name in start.choice.rows()[0]},
)

# %% [markdown]
# **Exercise 2.** Which model *first*? Answer with `"linear"`, `"forest"`, `"mlp"`, `"cnn"`, `"rnn"`, `"transformer"`, `"gcn"` or `"autoencoder"`.
#
# - **a** the dose that halves root growth, from 24 roots
# - **b** toxic or not, from 12 computed properties of 5,800 molecules
# - **c** bound or not by a protein, for 100,000 DNA windows of 200 bases
# - **d** solubility of 2,000 molecules, drawn as atoms and bonds
# - **e** 3,000 cells, 2,000 genes each, and nobody knows the cell types
# - **f** stability of 350 proteins, given their sequences

# %% tags=["exercise", "independent", "seed:S96"]
# BEGIN SOLUTION
first_models = {"a": "linear", "b": "forest", "c": "cnn", "d": "gcn", "e": "autoencoder", "f": "transformer"}
# STUB
# first_models = {"a": ..., "b": ..., "c": ..., "d": ..., "e": ..., "f": ...}
# END SOLUTION
check("start.2", first_models)

# %% [markdown]
# ## 3 · Build ⏱ 24 min
#
# **Shapes, read aloud.** All that enters a network is a *tensor* (张量): numbers in a box with several axes. Its *shape* says how long each axis is. Read it aloud, with
# the name of each axis: *batch* (how many examples), *channels* (what is measured at each place), then what has an order, in space or time.

# %% tags=["worked", "nbval-check-output"]
dna = data.encode.one_hot([sequence, sequence[::-1]])  # two sequences, letters A, C, G, T as channels
print(dna.shape, "→", start.layers.read_aloud(dna.shape, "batch channels length"))
print(dna[0, :, :8].astype(int))  # the first eight bases, one row a letter

# %% [markdown]
# Each column holds exactly one 1: that is *one-hot encoding* (独热编码). The first base is a T, so the 1 stands in the fourth row.
#
# **Exercise 3.** Give the shapes that PyTorch expects, as tuples of whole numbers.
#
# - **promoters**: 32 sequences of 57 bases, one-hot
# - **photographs**: 16 colour photographs of cells, 128 pixels high, 96 wide
# - **scans**: 2 grey MRI volumes of 40 × 64 × 80 voxels
# - **molecules**: 100 molecules with 12 computed properties
# - **heartbeats**: 8 electrocardiograms of 12 leads, 5,000 time points
#
# **Exercise 4.** In how many *dimensions* (维度) can a filter slide over each of the five, in the order of the list? Count only axes along which neighbours
# lie next to each other in the world. Answer with five whole numbers.

# %% tags=["exercise", "faded"]
# BEGIN SOLUTION
shapes = {
    "promoters": (32, 4, 57),
    "photographs": (16, 3, 128, 96),
    "scans": (2, 1, 40, 64, 80),
    "molecules": (100, 12),
    "heartbeats": (8, 12, 5000),
}
dimensions = [1, 2, 3, 0, 1]
# STUB
# shapes = {
#     "promoters": (32, 4, 57),
#     "photographs": ...,
#     "scans": ...,
#     "molecules": ...,
#     "heartbeats": ...,
# }
# dimensions = ...  # five whole numbers, in the same order
# END SOLUTION
check("start.3", shapes)
check("start.4", dimensions)

# %% [markdown]
# **A trap.** Five measurements, and five predictions that are exactly right. A network returns its predictions as a *column*, shape (5, 1); the measurements come as
# (5,). What does the usual line for the loss give?

# %% tags=["predict"]
predict("start.p2")

# %% tags=["observe", "nbval-check-output"]
y = torch.tensor([2.0, 4.0, 6.0, 8.0, 10.0])  # (5,) five measurements
prediction = y[:, None]  # (5, 1) the same numbers, as a column
loss = ((prediction - y) ** 2).mean()
print(f"loss {loss:.1f}, twice the variance {2 * y.var(unbiased=False):.1f}")
observe("start.p2", "c")

# %% tags=["explain"]
explain("start.p2")

# %% [markdown]
# *Broadcasting* (广播) repeats what has size 1 until two shapes fit. It is useful, and it is silent.
#
# **Exercise 5.** What is the shape of `prediction - y`? Work it out on paper first: write (5, 1) and (5,) below each other, flush right. Answer with a tuple.
#
# **Exercise 6 (repair).** The function returns the mean squared error. It is wrong for a column and a row. Mend it: inputs `prediction` and `y`, NumPy arrays of $n$ numbers,
# each of shape (n,) or (n, 1); output one number (tolerance 1e-9).

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
shape_of_difference = (5, 5)
# STUB
# shape_of_difference = ...  # a tuple
# END SOLUTION
check("start.5", shape_of_difference)


def my_mean_squared_error(prediction, y):
    # BEGIN SOLUTION
    return ((prediction.reshape(-1) - y.reshape(-1)) ** 2).mean()
    # STUB
    # return ((prediction - y) ** 2).mean()
    # END SOLUTION


check("start.6", my_mean_squared_error)

# %% [markdown]
# **Slopes without formulas.** Training asks one question over and over: if this number grew a little, would the loss rise or fall? That is a *slope* (a derivative, 导数). PyTorch finds it by
# itself; this is called *autograd* (自动微分). Try it on a curve that you know, the Hill function of pharmacology:
#
# $$\mathrm{effect}(x) = \frac{x^n}{\mathrm{EC50}^n + x^n}$$
#
# In words: no effect without the drug, half of it at the EC50, all of it far beyond; the larger $n$, the steeper.

# %% tags=["worked"]
x = torch.tensor(5.0, requires_grad=True)  # a concentration in µM; autograd takes notes
effect = start.layers.hill(x, ec50=3.0, n=2.0)
effect.backward()  # go back through the notes
print(f"effect {effect:.2f}, slope {x.grad:.4f} per µM")
print(f"slope by the rules of calculus {start.layers.hill_slope(5.0, ec50=3.0, n=2.0):.4f} per µM")
show(
    start.pictures.hill_with_slope(5.0, ec50=3.0, n=2.0),
    alt="The Hill function with EC50 3 µM and n = 2 rises from 0 towards 1. A dashed line touches it at 5 µM, where the effect is 0.74, with a slope of 0.078 per µM.",
)

# %% [markdown]
# **Exercise 7.** Write `my_slope(ec50, n)`: the slope of the Hill function **at its EC50**, in effect per unit of concentration. Inputs: two numbers above 0.
# Output: a number (tolerance 1e-5). The check tries many pairs and compares with calculus; autograd or your own formula, both are right.


# %% tags=["exercise", "independent"]
def my_slope(ec50, n):
    # BEGIN SOLUTION
    x = torch.tensor(ec50, dtype=torch.float64, requires_grad=True)
    effect = start.layers.hill(x, ec50, n)
    effect.backward()
    return x.grad.item()
    # STUB
    # x = ...  # a tensor at the EC50 that takes notes
    # ...
    # return ...
    # END SOLUTION


check("start.7", my_slope)

# %% [markdown]
# **A Rosetta stone.** The same two neurons on the same two molecules, first in NumPy, then in PyTorch. In Keras, the third common language, it reads
# `keras.layers.Dense(2, activation="sigmoid")`; chapter 9 comes back to it. The course speaks PyTorch.

# %% tags=["worked", "seed:S106", "nbval-check-output"]
X = np.array([[0.2, 1.5, -0.3], [1.0, -0.5, 0.8]])  # (2, 3) two molecules, three properties
W, b = np.array([[0.4, -0.2, 0.1], [-0.3, 0.8, 0.5]]), np.array([0.1, -0.1])  # (2, 3) and (2,)
in_numpy = 1 / (1 + np.exp(-(X @ W.T + b)))  # (2, 2)

layer = torch.nn.Linear(3, 2, dtype=torch.float64)
with torch.no_grad():
    layer.weight.copy_(torch.tensor(W))
    layer.bias.copy_(torch.tensor(b))
    in_torch = torch.sigmoid(layer(torch.tensor(X)))  # (2, 2)
print(in_numpy.round(3))
print("PyTorch gives the same to 1e-12:", bool(np.abs(in_torch.numpy() - in_numpy).max() < 1e-12))

# %% [markdown]
# ## 4 · Use ⏱ 8 min
#
# **Where to compute.** Everything in this course runs on a laptop with no graphics card. If you have none at hand, a cloud service lends you a machine.
# *Colab* gives Python on a GPU or TPU at no cost for small tasks; that one is free when you need it is not guaranteed. It is a good way to begin, and each notebook of the course has a link that opens it there.
#
# The first table below is live: what computes *here*? The course asks once and then uses what it finds; your code stays the same. In the second, read the last column first.

# %% tags=["seed:S110", "seed:S111"]
device = training.choose_device()
print(device.explain())
display(start.tables.devices(), start.tables.ENVIRONMENTS)

# %% [markdown]
# **Nine steps.** Every case study of this course goes through the same nine steps. Put them in order; one line does not belong. The recap has them as a page to keep.

# %% tags=["retrieval", "seed:S95"]
order("start.steps")

# %% [markdown]
# ## 5 · Exercises ⏱ 14 min
#
# **Are you ready?** Twelve questions on what the course takes for granted: some Python, one course of statistics, slopes from school. Answer without looking anything up. The score counts your *first* tries.

# %% tags=["quiz", "retrieval"]
quiz("start.readiness")

# %% tags=["retrieval"]
start.readiness.score()

# %% [markdown]
# Below 8, begin with the two short notebooks: [arrays and shapes](00b_arrays_and_shapes.ipynb), and [slopes, logarithms and probabilities](00c_slopes_logs_probabilities.ipynb). Otherwise read only what you missed.
#
# **Exercise 8.** This course follows a review that many read in a Chinese translation. In some places the translation is damaged; the table gives twelve. What would a reader who takes the
# printed sentence at its word come to believe? Match **X2**, **X3**, **X5** and **X10** with:
#
# - **a** nodes of a graph send each other what they have predicted
# - **b** look for a cleverer algorithm, when a larger model is needed
# - **c** graph networks are for data that look like images
# - **d** training changes three things, the latent vector among them

# %% tags=["exercise", "optional"]
display(start.tables.ERRATA)
# BEGIN SOLUTION
beliefs = {"X2": "c", "X3": "a", "X5": "d", "X10": "b"}
# STUB
# beliefs = {"X2": ..., "X3": ..., "X5": ..., "X10": ...}
# END SOLUTION
check("start.8", beliefs)

# %% [markdown]
# ## 6 · Caution ⏱ 9 min
#
# **"We removed the names."** A hospital wants to use a free cloud notebook. Its table holds 100,000 people, no names, no birthdays, only genotypes: for each of some common variants a 0, 1 or 2.

# %% tags=["predict", "caution"]
predict("start.p3")

# %% tags=["observe", "caution"]
people = [100, 1000, 10_000, 100_000]
variants = [start.layers.variants_needed(number) for number in people]
for number, needed in zip(people, variants, strict=True):
    print(f"{number:7,} people: all different after {needed} variants")
observe("start.p3", variants[-1])
show(
    start.pictures.needed(people, variants),
    alt="Common variants needed until no two people share a profile, against the number of people: 9 for 100, 15 for 1,000, 19 for 10,000, 24 for 100,000. "
    "Each tenfold more people cost only about five variants more.",
    data={"people": people, "variants": variants},
)

# %% tags=["explain"]
explain("start.p3")

# %% [markdown]
# Real variants are rarer and travel together, so some more are needed; 30 to 80 are enough to single a person out (Lin and colleagues 2004), and surnames have been found from public genomes (Gymrek and colleagues 2013). A genome sequence holds millions.
# The mend is not a better way to remove names. It is to take the *computation to the data*, inside the institution, and to learn the method on data that anybody may see. This course uses only such.
#
# **Exercise 9.** Which of these six may you upload to a public cloud notebook? Letters as one word.
#
# - **a** root lengths printed in a paper of 2002
# - **b** tumour sections from your hospital, names removed
# - **c** *E. coli* promoters from a public database
# - **d** exomes of 40 families who agreed to one study at your institute
# - **e** a thousand invented patients, drawn by you from published averages
# - **f** unpublished sequences that a company gave you under a contract

# %% tags=["exercise", "independent", "caution", "seed:S110"]
# BEGIN SOLUTION
may_go = "ace"
# STUB
# may_go = ...  # letters as one word
# END SOLUTION
check("start.9", may_go)

# %% [markdown] tags=["honesty"]
# **What this does not show.** Five duels are five examples, not a law: on images, long sequences and structures networks win clearly, and those chapters are still to come. None of the models was tuned.
# The six hidden roots stand at two doses only, and the protein's variants are neighbours of each other, so their intervals are narrower than they should be. The invented
# genotypes are independent of each other; real ones are not. And the flowchart's limits come from experience, which differs.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 5 min
#
# **Key points**
#
# - Networks are machine-learning models, the best known for some tasks. On others a formula or a weighted sum ties or wins; so the baseline comes first.
# - Read shapes aloud: batch, channels, then space or time. (n, 1) − (n,) is (n, n), with no warning.
# - Autograd gives the slope of whatever you compute.
# - Nine steps: question, data, split, baseline, model, debug, train, evaluate, report.
# - Removing names does not make a genome anonymous. No patient data in a public cloud.
#
# **Words:** machine learning (机器学习), baseline (基线), tensor (张量), broadcasting (广播), autograd (自动微分), one-hot encoding (独热编码), cloud computing (云计算).

# %% tags=["seed:S95"]
display(start.tables.STEPS, start.tables.FIRST_AID)

# %% tags=["quiz", "retrieval"]
quiz("start.quiz")
quiz("start.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, *A guide to machine learning for biologists*, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Simple baselines that were not beaten: Ahlmann-Eltze, Huber & Anders 2025, [doi:10.1038/s41592-025-02772-6](https://doi.org/10.1038/s41592-025-02772-6)
# - Ten tips for deep learning in biology: Lee and colleagues 2022, [doi:10.1371/journal.pcbi.1009803](https://doi.org/10.1371/journal.pcbi.1009803)
# - Genotypes as names: Lin, Owen & Altman 2004, [doi:10.1126/science.1095019](https://doi.org/10.1126/science.1095019); Gymrek and colleagues 2013, [doi:10.1126/science.1229566](https://doi.org/10.1126/science.1229566)
# - What a p-value is not: Wasserstein & Lazar 2016, [doi:10.1080/00031305.2016.1154108](https://doi.org/10.1080/00031305.2016.1154108)
# - The sources of the timeline stand in its table.
