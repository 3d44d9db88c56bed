# %% [markdown]
# ## 1 · Predict ⏱ 8 min
#
# **The question.** In the 1930s 2,4-dinitrophenol was sold as a slimming drug. It makes the inner membrane of mitochondria leak
# protons, so cells burn their food for heat, and people died of it. Screening laboratories now ask of thousands of
# compounds whether they lower the *membrane potential of mitochondria*; in the Tox21 programme this assay is called SR-MMP.
# Can a network tell from twelve properties of a molecule whether it will be active?
#
# One neuron weighs properties and adds them up. A **multilayer perceptron** (多层感知器, MLP) puts layers of neurons one behind
# the other, each neuron joined to *all* neurons of the layer before. That is called *fully connected*, and it is the most basic
# of all arrangements.
#
# First, three questions to warm up.

# %% tags=["retrieval"]
quiz("mlp.warmup")

# %% tags=["seed:S6", "needs-real-data"]
task = mlp.toxicity("SR-MMP")
print(f"{len(task.y):,} molecules tested, {task.y.mean():.1%} active; properties: {', '.join(task.names)}")
fig = mlp.pictures.molecules(task)
show(
    fig,
    alt="Polar surface against logP, one mark a molecule. Active molecules lie mostly at logP above 2 with a small polar surface, "
    "but inactive ones lie there too: the two clouds overlap.",
    data=task.table[["mol_id", "SR-MMP", "logp", "tpsa"]].head(20),
    card=task.card,
)
task.card

# %% [markdown]
# Each mark is a molecule. *logP* says how much more it likes fat than water, the *polar surface* how much it likes water. Fat-loving
# molecules reach the membrane more easily, and more of them are active. But no line separates the two kinds.
#
# **Your prediction.** Soon you will see a network with twelve inputs, four hidden neurons and one output, computing for
# one molecule.

# %% tags=["predict"]
predict("mlp.p1")

# %% [markdown]
# ## 2 · See ⏱ 12 min
#
# The network below was trained a moment ago, in your kernel. **Every circle holds a number**: an input its property in
# standard deviations from the mean, a hidden neuron its sum *z* and what it passes on, *h* = ReLU(*z*), the output its
# *logit* and the probability made of it. **Every line is a weight**: the wider, the larger; solid if positive, dashed if
# negative. Three things to try, by mouse or keyboard:
#
# 1. Move the slider. *Notice* that all four sums *z* move, but *h* only where a neuron is on.
# 2. Switch the weights to *before training*. *Notice* that all lines change, not one is added or lost: training changes weights, nothing else.
# 3. Choose glucose, then caffeine, and look for a property that makes the network change its mind.

# %% tags=["widget", "seed:S4", "seed:S5"]
parts = task.split("random", seed=1)
networks, scaler = mlp.small_network(task, parts)  # 12 → 4 → 1, before and after training
panel = mlp.PanelFigure(
    networks, mlp.familiar_molecules(task), mean=scaler.mean, spread=scaler.scale, changed="logp"
)
panel

# %% tags=["observe", "seed:S4", "seed:S5", "nbval-check-output"]
still, moved = ({**panel.state(), "shift": shift} for shift in (0, 10))  # logP as it is, and one deviation higher
change = np.array(panel.compute(moved)["before"]) - panel.compute(still)["before"]
weights = networks["after"].W[0][task.names.index("logp")]  # (4,) from logP to each hidden neuron
print("lines in the drawing:", 12 * 4 + 4 * 1)
print("hidden sums that moved:", int((change != 0).sum()), "of 4")
print("each moved by its weight from logP:", bool(np.allclose(change, weights)))
observe("mlp.p1", "c")

# %% tags=["explain"]
explain("mlp.p1")

# %% [markdown]
# **Find the neuron.** All lines between two layers are kept in one table, the weight matrix. `networks["before"].W[0]` has a row for each
# of the 12 inputs and a column for each of the 4 hidden neurons. Which part of it is hidden neuron 2, with all its lines?
# Then, **Exercise 1**: how many parameters, weights *and* biases, has a network with layers of 273, 40 and 3 neurons, and one with
# 12, 64, 64 and 1? Answer with two whole numbers.

# %% tags=["exercise", "independent", "retrieval", "seed:S32"]
W1 = networks["before"].W[0]  # (12, 4)
# BEGIN SOLUTION
second_neuron = W1[:, 1]
# STUB
# second_neuron = ...  # a slice of W1
# END SOLUTION
check("mlp.neuron", second_neuron)

# BEGIN SOLUTION
counts = [273 * 40 + 40 + 40 * 3 + 3, 12 * 64 + 64 + 64 * 64 + 64 + 64 + 1]
# STUB
# counts = ...  # two whole numbers
# END SOLUTION
check("mlp.1", counts)

# %% [markdown]
# ## 3 · Build ⏱ 24 min
#
# For a table `X` with a row for each molecule, a network with one hidden layer computes
#
# $$\text{hidden} = \mathrm{ReLU}(X W_1 + b_1), \qquad \text{logits} = \text{hidden}\, W_2 + b_2$$
#
# In words: multiply the inputs by the weights into the hidden layer, add each neuron's bias, cut off what is negative; then once more
# for the outputs, without the cut. A *logit* is any number; a sigmoid makes it a probability.
#
# **Exercise 2.** Write `my_forward(X, W1, b1, W2, b2)`. Input: `X` of shape (batch, n_in), `W1` (n_in, hidden_size), `b1`
# (hidden_size,), `W2` (hidden_size, n_out), `b2` (n_out,), NumPy arrays. Output: the logits, shape (batch, n_out), to 1e-6.
#
# The cell after it compares with PyTorch's own layers, which keep each matrix turned on its side. A network has a *fixed* number of
# inputs: the last lines hand in one property too few.

# %% tags=["exercise", "independent", "seed:S31"]
def my_forward(X, W1, b1, W2, b2):
    # BEGIN SOLUTION
    hidden = np.maximum(0, X @ W1 + b1)  # (batch, hidden_size)
    return hidden @ W2 + b2  # (batch, n_out)
    # STUB
    # hidden = ...  # (batch, hidden_size)
    # return ...  # (batch, n_out)
    # END SOLUTION


check("mlp.2", my_forward)

# %% tags=["worked", "seed:S31", "seed:S32", "nbval-check-output"]
ours = networks["after"]
theirs = torch.nn.Sequential(torch.nn.Linear(12, 4), torch.nn.ReLU(), torch.nn.Linear(4, 1)).double()
with torch.no_grad():
    for linear, W, b in zip((theirs[0], theirs[2]), ours.W, ours.b):
        linear.weight.copy_(torch.tensor(W.T))  # (n_out, n_in)
        linear.bias.copy_(torch.tensor(b))
Z = scaler.transform(task.X)  # (molecules, 12) in standard deviations
gap = np.abs(theirs(torch.tensor(Z)).detach().numpy() - ours.forward(Z)).max()
print("PyTorch and NumPy agree to 1e-6:", bool(gap < 1e-6))
try:
    ours.forward(Z[:, :11])
except ValueError as error:
    print(error)

# %% [markdown]
# **Training** changes the weights so that a *loss* falls. For yes-or-no labels the loss is the **binary cross-entropy** (交叉熵): how surprised
# the network is by the truth. Its slope by a logit is as simple as can be: *probability − label*. From there the chain rule goes
# backwards: a hidden neuron is to blame for what it sent forward, times the weight it sent it through; a neuron that was
# off sent nothing and gets no blame. This is **backpropagation** (反向传播).
#
# **Exercise 3 (two blanks).** Complete the backward pass. `y` has shape (batch, n_out). Return the slopes of the mean loss by `W1`, `b1`, `W2`,
# `b2`, in this order and in their shapes, to 1e-5. The check compares them with PyTorch's automatic differentiation.
#
# Then put the lines of a training loop in order; two of them do not belong. **Where the slopes lead**, the figure after that shows. With only two
# weights the loss can be drawn as a landscape: one hidden neuron sees logP through *w*, the output hears it through *v*.

# %% tags=["exercise", "faded", "seed:S33"]
def my_backward(X, y, W1, b1, W2, b2):
    # BEGIN SOLUTION
    before = X @ W1 + b1  # (batch, hidden_size)
    hidden = np.maximum(0, before)
    logits = hidden @ W2 + b2  # (batch, n_out)
    d_logits = (mlp.sigmoid(logits) - y) / logits.size
    d_before = (d_logits @ W2.T) * (before > 0)  # back along W2, and through the ReLU
    return X.T @ d_before, d_before.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)
    # STUB
    # before = X @ W1 + b1  # (batch, hidden_size)
    # hidden = np.maximum(0, before)
    # logits = hidden @ W2 + b2  # (batch, n_out)
    # d_logits = ...  # probability − label, divided by how many labels there are
    # d_before = ...  # back along W2, and through the ReLU: (batch, hidden_size)
    # if d_before is ...:
    #     return ...
    # return X.T @ d_before, d_before.sum(axis=0), hidden.T @ d_logits, d_logits.sum(axis=0)
    # END SOLUTION


check("mlp.3", my_backward)

# %% tags=["parsons"]
order("mlp.order")

# %% tags=["seed:S33", "needs-real-data"]
logp = Z[parts.train, task.names.index("logp")]
valley = mlp.landscape(logp, task.y[parts.train], start=(-2.5, 0.6))
for name, place, loss in zip(("start", "end"), valley.path[[0, -1]], valley.path_loss[[0, -1]]):
    print(f"{name}: w {place[0]:.2f}, v {place[1]:.2f}, loss {loss:.2f}")
print("the loss never rose:", bool((np.diff(valley.path_loss) <= 0).all()))
fig = mlp.pictures.descent(valley)
show(
    fig,
    alt="Loss as a landscape over the weights w and v. Two valleys lie opposite each other, where w and v have the same sign. "
    "The path runs from the start on a slope into the nearer valley and stops there.",
    data={"step": [0, 10, 50, 200], "loss": valley.path_loss[[0, 10, 50, 200]].round(3)},
    card=task.card,
)

# %% [markdown]
# There are two valleys, equally deep: change the sign of both weights, and the network computes the same. Many different weights are equally good,
# which is one reason not to read single weights as biology.
#
# **One body, several heads.** What a network answers is decided by its last layer and the loss. The cell builds three heads on the same hidden layer.
# For the three states of a residue it also makes the most common mistake, a softmax in front of a loss that already contains one, and
# lets the course's one-example test find it.

# %% tags=["worked", "seed:S34", "nbval-check-output"]
for n_out, use in {1: "toxic or not", 3: "helix, strand or coil", 12: "twelve assays"}.items():
    head = mlp.make_mlp((12, 64, n_out))
    print(f"{use}: hidden {tuple(head[0].weight.shape)}, output {tuple(head[2].weight.shape)}")
right = mlp.make_mlp((12, 64, 3))
wrong = torch.nn.Sequential(*mlp.make_mlp((12, 64, 3)), torch.nn.Softmax(dim=1))
example = torch.tensor(Z[:1], dtype=torch.float32), torch.tensor([2])
for name, model in {"logits": right, "softmax": wrong}.items():
    diagnosis = training.overfit_one(model, example, torch.nn.CrossEntropyLoss(), max_steps=150)
    print(f"{name} into cross-entropy: {diagnosis.cause}, loss {diagnosis.final_loss:.2f}")

# %% [markdown]
# **Exercise 4.** Match each task with its head; give four letters as one word, in the order of the tasks. *Tasks*: **1** solubility
# in mol/l on a log scale; **2** toxic or not; **3** the state of a residue: helix, strand or coil; **4** twelve assays, several may be
# positive. *Heads*: **a** 1 output, squared error; **b** 1 logit, binary cross-entropy; **c** 3 logits, cross-entropy
# (softmax); **d** 12 logits, binary cross-entropy.
#
# **What a hidden layer draws.** Let networks see only two properties, so that all they do fits on a map. Between its bends a ReLU network is *linear*: the
# dashed lines are places where a neuron switches on or off. A second layer bends what the first has bent already.
# White dots are active molecules; the orange line is where the probability is 0.3.

# %% tags=["exercise", "independent", "seed:S34"]
# BEGIN SOLUTION
heads = "abcd"
# STUB
# heads = ...  # four letters as one word
# END SOLUTION
check("mlp.4", heads)

# %% tags=["seed:S35", "needs-real-data"]
maps = mlp.on_two_properties(task, parts, hidden=((), (4,), (16,), (16, 16)))
for one in maps:
    print(f"hidden layers {one.hidden or 'none'}: {one.pieces} linear piece{'s' * (one.pieces > 1)}")
fig = mlp.pictures.regions(maps, task, parts)
show(
    fig,
    alt="Four maps of logP and polar surface, coloured by the probability of being active. Without a hidden layer the boundary is one "
    "straight line; with 4, 16 and 16 + 16 hidden neurons it bends more and more, and the map falls into more linear pieces.",
    data={"hidden": [str(one.hidden) for one in maps], "linear pieces": [one.pieces for one in maps]},
    card=task.card,
)

# %% [markdown]
# ## 4 · Use ⏱ 26 min
#
# **Look before you split.** The table has traps. Some molecules stand in it twice under two names: a random split by *row* would ask in the test what was told
# in training. Eight rows hold a SMILES that RDKit cannot read; they are named, not dropped in silence. And not every
# molecule was tested in every assay: no label is *not* "inactive".

# %% tags=["seed:S6", "needs-real-data", "nbval-check-output"]
table, card = data.load("tox21", quiet=True)
print(f"{len(table):,} rows that can be read, {table['canonical_smiles'].nunique():,} different structures")
print("rows of the file that cannot be read:", [row for row, *_ in table.attrs["unreadable"]])
by_row = data.splits.random_split(len(task.y), seed=1)  # the tempting split
twice = set(np.array(task.structures)[by_row[0]]) & set(np.array(task.structures)[by_row[2]])
print(f"split by row: {len(twice)} structures lie in training and in test")
data.splits.assert_no_group_overlap(*(np.array(task.structures)[one] for one in parts))
print("split by structure: none")

# %% tags=["predict"]
predict("mlp.p2")

# %% tags=["observe", "baseline", "needs-real-data", "nbval-check-output"]
receptor = mlp.toxicity("NR-AR", quiet=True)  # the androgen receptor
says_inactive = np.zeros(len(receptor.y))
accuracy = 100 * (receptor.y == says_inactive).mean()
print(f"accuracy {accuracy:.1f} %, actives found: 0 of {int(receptor.y.sum())}")
print(f"AUROC {evaluation.auroc(receptor.y, says_inactive):.2f}, prevalence {evaluation.prevalence(receptor.y):.2f}")
observe("mlp.p2", round(accuracy, 1))

# %% tags=["explain"]
explain("mlp.p2")

# %% [markdown]
# Three numbers, from now on together. **AUROC**: the chance that an active molecule gets a higher score than an inactive one; a coin has 0.5. **AUPRC**: among
# the alarms, how many are right, averaged over all thresholds; a coin has the **prevalence**, so read the two side by side.
#
# Now train: twelve properties, two hidden layers of 64, one logit. Of the molecules 80 % train, 10 % decide when to stop, and 10 % judge, once.

# %% tags=["seed:S6"]
trained = mlp.train_classifier(task.X, task.y, parts, hidden=(64, 64), dropout=0.3, seed=0, progress=True)
trained.history.plot(title="Tox21 SR-MMP, 12 → 64 → 64 → 1", card=task.card)

# %% [markdown]
# Training and validation loss fall together; when validation stops improving, the best weights come back. In the next figure, move the *threshold*
# above which you raise an alarm, then the *prevalence*: the same network in a library where 2 % are active. *Notice* that the ROC curve does not
# change at all, and what becomes of the alarms.

# %% tags=["widget"]
mlp.threshold_explorer(task.y[parts.test], trained.probabilities(task.X[parts.test]))

# %% [markdown]
# **Exercise 5.** Train a network of your own on `parts` and report it so that another laboratory could check it: a dictionary with
# `train`, `validation`, `test` (row numbers), `scaler` (the `Standardiser`), `chosen_on` (which part chose the epoch, a text), `probabilities` (for the test rows,
# in their order), `auroc`, `auprc`, `prevalence`. An AUROC of 0.85 is asked for. Change what you like: layers, dropout, learning rate.

# %% tags=["exercise", "independent", "seed:S6"]
# BEGIN SOLUTION
mine = mlp.train_classifier(task.X, task.y, parts, hidden=(64, 64), seed=2)
y_test, probabilities = task.y[parts.test], mine.probabilities(task.X[parts.test])
report = {
    **parts._asdict(), "scaler": mine.scaler, "chosen_on": "validation", "probabilities": probabilities,
    "auroc": evaluation.auroc(y_test, probabilities), "auprc": evaluation.auprc(y_test, probabilities),
    "prevalence": evaluation.prevalence(y_test),
}
# STUB
# mine = ...  # mlp.train_classifier(task.X, task.y, parts, ...) has .scaler and .probabilities(X)
# report = ...  # a dictionary with the nine keys
# END SOLUTION
check("mlp.5", report)

# %% [markdown]
# **One split is one draw.** So: three random splits (by structure), and beside the network its rivals on the *same* rows: logP alone, logistic regression, and a
# random forest. Then the question why a hidden layer could help at all. A logistic model gives every property one slope, whatever the
# others are. The second figure draws the mean logit against one property, at a low and at a high value of another: parallel lines
# mean that effects only add. The pair shown is the one whose effects add least in this network.

# %% tags=["seed:S6", "baseline", "needs-real-data"]
random_splits = mlp.compare(task, [("random", seed) for seed in range(3)])
random_splits.round(3)

# %% tags=["seed:S6", "needs-real-data"]
from sklearn.linear_model import LogisticRegression

logistic = LogisticRegression(max_iter=2000).fit(Z[parts.train], task.y[parts.train])
pairs = mlp.interactions(trained.logits, task.X[::5], task.names)  # all 66 pairs, the strongest first
models = {"logistic": lambda X: logistic.decision_function(scaler.transform(X)), "network": trained.logits}
fig = mlp.pictures.interplay(task, models, *pairs.loc[0, ["first", "second"]])
show(
    fig,
    alt=f"Mean logit against {pairs['first'][0]}, at a low and a high value of {pairs['second'][0]}. In the logistic model the two "
    "lines are straight and parallel. In the network they bend, and their distance changes.",
    data=pairs.head(10).round(2),
    card=task.card,
)

# %% [markdown] tags=["peer"]
# Network and forest are close, both ahead of the linear model, and the splits differ more than the two do. What the network combines, a
# linear model cannot express; whether it is chemistry or a habit of this library, the figure does not say.
#
# **Where a hidden layer matters.** In protein G (domain B1), four sites were mutated to all amino acids. If each mutation had its own effect, a sum of four numbers would predict fitness. But
# mutations interact, which geneticists call *epistasis* (上位效应). Below, the best sum and a network (80 → 64 → 64 → 1), on variants neither has seen.
# *Vote before you run it:* will the network's ranking be hardly better, clearly better, or worse?

# %% tags=["seed:S35", "baseline", "needs-real-data", "slide"]
protein = mlp.compare_on_fitness(seeds=(0,))
for name, (value,) in protein.spearman.items():
    print(f"{name}: Spearman {value:.2f} on {len(protein.y):,} unseen variants")
fig = mlp.pictures.fitness(protein)
show(
    fig,
    alt="Predicted against measured fitness of protein G variants, two panels. The additive model's cloud is wide and curved. "
    "The network's cloud lies close to the diagonal.",
    data={"variant": protein.variants[:20], "measured": protein.y[:20].round(2),
          "additive": protein.additive[:20].round(2), "network": protein.network[:20].round(2)},
    card=protein.card,
)

# %% [markdown] tags=["peer"]
# **And where it does not.** The first networks in bioinformatics were of this type. In 1988 Qian and Sejnowski let one read 13 neighbouring residues of a protein, 13 × 21 inputs,
# 40 hidden neurons, and name the state of the middle one: helix, strand or coil. Here are their data, their training and test chains. *Q3* is the share of residues whose state is right. Their best figure, for two networks
# in a row, was 64.3 %; Holley and Karplus reached 63 % on other proteins a year later. The stopwatch runs.
# *Vote again:* what do the 40 hidden neurons add to a network that has none?

# %% tags=["seed:S36", "seed:S37", "seed:S38", "baseline", "needs-real-data"]
chains, card = data.load("secondary_structure")
fitted, test = (mlp.windows(chains[chains["split"] == split]) for split in ("train", "test"))
always_coil = evaluation.q3(test.y, np.full(len(test.y), mlp.STATES.index("C")))
runs = {size: [mlp.experiment_1988(fitted, test, hidden_size=size, seed=s) for s in (0, 1)] for size in (0, 40)}
print(f"{fitted.X.shape[1]} inputs, {len(fitted.y):,} residues to learn from, {len(test.y):,} to judge")
print(f"always coil           Q3 {always_coil:.3f}")
for size, name in {0: "no hidden layer", 40: "40 hidden neurons"}.items():
    scores = [run.q3 for run in runs[size]]
    print(f"{name:21s} Q3 {min(scores):.3f} to {max(scores):.3f} (2 seeds)")
print(f"trained in {max(run.seconds for run in runs[40]):.0f} s; published: 0.643 (1988, two networks), 0.63 (1989)")

# %% [markdown]
# ## 5 · Exercises ⏱ 8 min
#
# With these inputs the hidden layer bought nothing, and it trains in seconds; the companion to this chapter takes that experiment apart. MLPs are still used everywhere, alone for tables like
# ours, and as a part of nearly every later architecture.
#
# **Exercise 6.** One network for all twelve assays, although most molecules miss some labels. Write `my_masked_loss(logits, labels)`. Input: two torch tensors
# of shape (batch, 12), `labels` with 0, 1 or NaN where nobody measured. Output: one number, a torch tensor: the mean binary
# cross-entropy over the *known* labels. The slope by the logit of a missing label must be 0 (tolerance 1e-4).
# `torch.nn.functional.binary_cross_entropy_with_logits` is yours to use.

# %% tags=["exercise", "independent", "seed:S34"]
def my_masked_loss(logits, labels):
    # BEGIN SOLUTION
    known = ~labels.isnan()
    return torch.nn.functional.binary_cross_entropy_with_logits(logits[known], labels[known])
    # STUB
    # known = ...  # where is a label?
    # return ...
    # END SOLUTION


check("mlp.7", my_masked_loss)

# %% [markdown]
# **Exercise 7 (hard).** Do two properties interact in a model? Write `my_interaction(predict, X, i, j)`. For each corner of a square (property `i` low or high, property `j` low or
# high; low and high are the 25th and 75th percentile of their columns in `X`) set the two columns of a *copy* of `X`, predict all rows, and take the mean.
# Return f(high, high) − f(high, low) − f(low, high) + f(low, low). The check tries models whose truth is known, with correlated columns.

# %% tags=["exercise", "independent", "optional"]
def my_interaction(predict, X, i, j):
    # BEGIN SOLUTION
    low, high = np.percentile(X, [25, 75], axis=0)

    def mean_at(a, b):
        changed = X.copy()
        changed[:, i], changed[:, j] = a, b
        return predict(changed).mean()

    return mean_at(high[i], high[j]) - mean_at(high[i], low[j]) - mean_at(low[i], high[j]) + mean_at(low[i], low[j])
    # STUB
    # low, high = np.percentile(X, [25, 75], axis=0)
    # return ...
    # END SOLUTION


check("mlp.8", my_interaction)

# %% [markdown]
# ## 6 · Caution ⏱ 8 min
#
# A chemist does not bring random molecules; a chemist brings a *new series*. The **scaffold** of a molecule is its rings and the chains between
# them. A *scaffold split* puts whole scaffolds on one side.

# %% tags=["predict", "caution"]
predict("mlp.p3")

# %% tags=["observe", "caution", "seed:S6", "needs-real-data"]
new_scaffolds = mlp.compare(task, [("scaffold", 0)], seeds=2)
network = new_scaffolds.set_index("model").loc["network"]
observe("mlp.p3", round(network["AUROC"], 2))
fig = mlp.pictures.comparison({"random": random_splits, "scaffold": new_scaffolds})
show(
    fig,
    alt="AUROC of four models under random splits and under a scaffold split. All four lose on new scaffolds, forest and network most, about "
    "ten points each; there the intervals of logistic regression, forest and network overlap widely.",
    data=new_scaffolds.round(3),
    card=task.card,
)

# %% tags=["explain"]
explain("mlp.p3")

# %% [markdown]
# **Exercise 8.** Report the scaffold split: `train`, `validation`, `test` (row numbers), `network` (AUROC of at least two seeds, a list), `forest` (its AUROC, from the
# table) and `sentence`, the letter of the one that is justified: **a** the forest beats the network on new chemistry; **b** on new scaffolds both lose some points,
# and the difference between them is smaller than their intervals; **c** the network is useless for new chemistry; **d** the random split is the right one,
# since it gives the higher number.

# %% tags=["exercise", "independent", "caution"]
# BEGIN SOLUTION
scaffold_parts = task.split("scaffold")
scores = []
for seed in (0, 1):
    model = mlp.train_classifier(task.X, task.y, scaffold_parts, seed=seed)
    scores.append(evaluation.auroc(task.y[scaffold_parts.test], model.logits(task.X[scaffold_parts.test])))
forest = new_scaffolds.set_index("model").loc["forest", "AUROC"]
on_new_scaffolds = {**scaffold_parts._asdict(), "network": scores, "forest": forest, "sentence": "b"}
# STUB
# on_new_scaffolds = ...  # a dictionary with the six keys
# END SOLUTION
check("mlp.6", on_new_scaffolds)

# %% [markdown] tags=["honesty"]
# **What this does not show.** The labels come from robots and have a noise floor of their own: coloured or fluorescent compounds disturb the read-out, and
# a compound that kills the cell also lowers its membrane potential. Active in this assay is not toxic to a person. The intervals tell how much
# another test set would matter, not another laboratory. A scaffold split is one idea of "new"; a new target, a new cell line or
# a new decade are others. And 5,914 molecules of one library are not chemistry.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - Circles hold numbers, lines hold weights; fully connected means that every neuron sees all neurons of the layer before.
# - Forward: multiply, add, bend. Backward: the same weights in reverse, and nothing through a neuron that is off.
# - The task decides the head and the loss; a label that was not measured counts for nothing.
# - A hidden layer pays where effects interact (protein G), and buys nothing where they do not, or where data are few (1988).
# - Accuracy flatters when actives are rare: report AUROC, AUPRC and prevalence, with a baseline, several splits and an interval.
# - Split by what you want to generalise over: structures at least, scaffolds for new chemistry.
#
# **Words:** multilayer perceptron (多层感知器), hidden layer (隐藏层), fully connected (全连接), logit, backpropagation (反向传播),
# cross-entropy (交叉熵), epistasis (上位效应), prevalence, scaffold (分子骨架).

# %% tags=["quiz"]
quiz("mlp.quiz")

# %% tags=["retrieval"]
quiz("mlp.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Backpropagation: Rumelhart, Hinton & Williams 1986, [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0); Adam: Kingma & Ba 2014, [doi:10.48550/arXiv.1412.6980](https://doi.org/10.48550/arXiv.1412.6980)
# - Tox21: Huang and colleagues 2016, [doi:10.3389/fenvs.2015.00085](https://doi.org/10.3389/fenvs.2015.00085); its challenge was won with deep networks by Mayr and colleagues 2016, [doi:10.3389/fenvs.2015.00080](https://doi.org/10.3389/fenvs.2015.00080); the table: MoleculeNet, Wu and colleagues 2018, [doi:10.1039/C7SC02664A](https://doi.org/10.1039/C7SC02664A)
# - Scaffolds: Bemis & Murcko 1996, [doi:10.1021/jm9602928](https://doi.org/10.1021/jm9602928); precision and recall for rare classes: Saito & Rehmsmeier 2015, [doi:10.1371/journal.pone.0118432](https://doi.org/10.1371/journal.pone.0118432)
# - Protein G: Wu, Dai, Olson, Lloyd-Smith & Sun 2016, [doi:10.7554/eLife.16965](https://doi.org/10.7554/eLife.16965)
# - Secondary structure: Qian & Sejnowski 1988, [doi:10.1016/0022-2836(88)90564-5](https://doi.org/10.1016/0022-2836%2888%2990564-5); Holley & Karplus 1989, [doi:10.1073/pnas.86.1.152](https://doi.org/10.1073/pnas.86.1.152)
