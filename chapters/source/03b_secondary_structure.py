# %% [markdown]
# ## 1 · What the network of 1988 saw
#
# In chapter 3 the first network of bioinformatics reached a Q3 of 0.63, with its hidden layer and without. This companion asks what
# stands behind the number. You need it for none of the later chapters.
#
# The network never sees a protein. It sees thirteen residues at a time, and names the state of the one in the middle.
#
# **Exercise.** Write `my_windows(residues, size)`. Input: a chain as a text, and an odd `size`. Output: a list with one text of length
# `size` for each residue, that residue in the middle; places beyond the ends of the chain hold `"-"`.

# %% tags=["exercise", "independent", "seed:S36"]
def my_windows(residues, size):
    # BEGIN SOLUTION
    padded = "-" * (size // 2) + residues + "-" * (size // 2)
    return [padded[i : i + size] for i in range(len(residues))]
    # STUB
    # padded = ...  # the chain with "-" on both sides
    # return ...
    # END SOLUTION


check("mlp.b1", my_windows)

# %% tags=["seed:S36", "nbval-check-output", "needs-real-data"]
chains, card = data.load("secondary_structure")
fitted, test = (mlp.windows(chains[chains["split"] == split]) for split in ("train", "test"))
print(f"training: {len(set(fitted.chain))} chains, {fitted.X.shape[0]:,} windows of {fitted.X.shape[1]} inputs")
print(f"test: {len(set(test.chain))} chains, {test.X.shape[0]:,} windows")
for number, name in enumerate(("helix", "strand", "coil")):
    print(f"{name}: {(test.y == number).mean():.3f} of the test residues")

# %% [markdown]
# More than half is coil. A program that always says "coil" is right for 0.546 of the residues, so a score of 0.63 is less than it sounds.
#
# ## 2 · How large should the hidden layer be?
#
# The hidden layer gets 0, 5, 40 and 200 neurons, each from two seeds, forty times through the training residues. The number of epochs is fixed beforehand.
# Open diamonds are the residues that were learned from, filled dots the test chains.

# %% tags=["seed:S36", "seed:S37", "needs-real-data"]
import pandas as pd

majority = evaluation.q3(test.y, np.full(len(test.y), mlp.STATES.index("C")))
settings = [(size, seed) for size in (0, 5, 40, 200) for seed in (0, 1)]
runs = {one: mlp.experiment_1988(fitted, test, hidden_size=one[0], seed=one[1], num_epochs=40) for one in settings}
sizes = pd.DataFrame(
    {"hidden": size, "training Q3": run.q3_training, "test Q3": run.q3, "seconds": run.seconds, "majority": majority}
    for (size, _), run in runs.items())
fig = mlp.pictures.by_size(sizes)
show(
    fig,
    alt="Q3 against the number of hidden neurons: 0, 5, 40, 200. The training score climbs from 0.65 to about 0.8. "
    "The test score stays at 0.62 to 0.63 throughout, above the line of always saying coil.",
    data=sizes.round(3),
    card=card,
)

# %% [markdown]
# The larger the network, the better it knows its training chains; the test chains do not profit, and 200 neurons do rather worse. That gap is **overfitting** (过拟合). What
# limits the score is not the size of the network but what it is told: thirteen letters, of a hundred proteins. Helices and strands are also
# made by contacts with residues far away in the chain, which no window shows. Predictors became clearly better when they were given
# *profiles* of related sequences in place of single letters, in the 1990s.
#
# ## 3 · How sure is 0.63?
#
# 3,520 test residues sound like many. But residues of one chain resemble each other: a protein that is all helix is right or wrong as a
# whole. The honest unit is the chain, and there are 17. The bootstrap draws the test set again and again, once by residue, once by chain.

# %% tags=["worked", "seed:S36", "needs-real-data"]
run = runs[40, 0]
for unit, groups in {"residue": None, "chain": test.chain}.items():
    interval = evaluation.bootstrap_interval(evaluation.q3, test.y, run.predicted, groups=groups, n=500)
    print(f"Q3 {interval.estimate:.3f}; 95 % interval by {unit}: {interval.low:.3f} to {interval.high:.3f}")

# %% [markdown]
# By chain the interval is about twice as wide. The published 64.3 % lies inside it, and so do the figures of the linear model: with these test chains nobody can tell
# them apart.
#
# ## 4 · Where it is right
#
# One test chain: the three probabilities along it, the true states below.

# %% tags=["seed:S36", "needs-real-data"]
lengths = np.bincount(test.chain)
chosen = int(np.argmin(np.abs(lengths - 90)))  # a chain of middle length
here = test.chain == chosen
states = "".join(mlp.STATES[state] for state in test.y[here])
fig = mlp.pictures.one_chain(states, run.probabilities[here])
show(
    fig,
    alt="Probabilities of helix, strand and coil along one test chain, with the true states below. The probabilities rise and fall slowly, "
    "often in the right places, and hardly ever come near 1 for helix or strand.",
    data={"state": list(states[:20]), "helix": run.probabilities[here][:20, 0].round(2), "strand": run.probabilities[here][:20, 1].round(2)},
    card=card,
)
for number, name in enumerate(("helix", "strand", "coil")):
    print(f"found of the {name} residues: {(run.predicted[test.y == number] == number).mean():.2f}")

# %% [markdown]
# Coil is found best, strand worst: strands depend most on partners elsewhere in the chain. A single Q3 hides that.
#
# **The table to be continued.** Chapters 5 and 6 come back to this task with networks that read whole chains.
#
# | model | sees | Q3 on these 17 chains |
# |---|---|---|
# | always coil | nothing | 0.546 |
# | no hidden layer | 13 residues | about 0.63 |
# | 40 hidden neurons | 13 residues | about 0.63 |
# | convolution, recurrence | the chain | chapters 4 and 5 |
# | pre-trained language model | millions of proteins | chapter 6 |

# %% [markdown] tags=["honesty"]
# **What this does not show.** These are the proteins that were known in 1988, and some test chains have relatives among the training chains by
# today's measure, so even 0.63 may flatter. Training differs from 1988 too: cross-entropy and Adam stand in for squared error and plain
# gradient descent, and the data are those that were deposited later, not necessarily every chain of the paper.

# %% [markdown] tags=["references"]
# **References**
#
# - Qian & Sejnowski 1988, *Predicting the secondary structure of globular proteins using neural network models*, [doi:10.1016/0022-2836(88)90564-5](https://doi.org/10.1016/0022-2836%2888%2990564-5)
# - Holley & Karplus 1989, *Protein secondary structure prediction with a neural network*, [doi:10.1073/pnas.86.1.152](https://doi.org/10.1073/pnas.86.1.152)
# - Profiles in place of letters: Rost & Sander 1993, [doi:10.1073/pnas.90.16.7558](https://doi.org/10.1073/pnas.90.16.7558)
