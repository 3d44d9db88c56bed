# %% [markdown]
# ## 1 · Predict ⏱ 8 min
#
# **The question.** A protein that is to leave the cell carries an address label: its first fifteen to thirty residues, the **signal
# peptide** (信号肽). A positive charge, a fatty stretch, a few polar residues, and a place where it is cut off: three regions, none with a fixed
# sequence. Can a network tell from the first residues of a protein whether it begins with one, and can it show us where it looked?
#
# A recurrent network reads residue by residue and has to carry along what it saw. **Attention** (注意力机制) does something else: at each place the network
# may look at *all* places, and learns where to look. A network made of attention alone is called a **transformer**.
#
# First, three questions to warm up.

# %% tags=["retrieval"]
quiz("attention.warmup")

# %% [markdown]
# **A task for memory.** In random DNA one base carries a flag; at the end of the sequence the network is asked which base it was. All
# that separates the question from the answer is distance.

# %% tags=["predict"]
predict("attention.p1")

# %% [markdown]
# ## 2 · See ⏱ 12 min
#
# Three residues look at each other. Each has three short lists of numbers, called vectors: a **query** (what it asks for), a **key** (what it offers
# itself as) and a **value** (what it says). Here the first number of each is about charge, the second about fat. Lysine is positive and asks
# for a negative partner; glutamate is the reverse; leucine asks for fat.
#
# A row of the table is a residue that asks. Query times key gives a score, in brackets; a **softmax** turns the three scores of a row into weights
# that add up to 1; the output is the mean of the values with these weights. Three things to try, by mouse or keyboard:
#
# 1. Set *Change* to the key of Glu and move *charge* to +1. *Notice* which row loses its favourite, and that no *other* key or query changed.
# 2. Lower the *temperature* to 0.1, then raise it to 5. *Notice* that one weight goes to 1, and then that all move towards one third; their order stays.
# 3. Set *May look* to *not ahead*. *Notice* what Lys is left with, and that its row still adds up to 1.

# %% tags=["widget", "seed:S68"]
attention.TokensFigure()

# %% [markdown]
# **Find the neuron.** Queries, keys and values are computed from a residue's own numbers by three ordinary layers of neurons. `layer.query.weight` below is the
# matrix of one of them; PyTorch keeps a row for each neuron. Which part of it is neuron number 2, counted from 0?
#
# **Exercise 1, with pencil and paper.** Three tokens; the rows of `Q`, `K` and `V` are their queries, keys and values:
#
# - Q: (1, 1, 1, 1), (2, 0, 0, 0), (0, 0, 0, 0)
# - K: (1, 1, 1, 1), (1, 1, −1, −1), (0, 0, 0, 0)
# - V: 1, 2, 6
#
# Where does the *first* token look, and what does it collect? Dot products are divided by √d, here √4. Answer with four numbers to three digits:
# its three weights and its output. (e² = 7.389.)

# %% tags=["exercise", "independent", "retrieval", "seed:S26"]
layer = exercises.find_the_neuron_in()  # 8 numbers a token, 2 heads
# BEGIN SOLUTION
one_neuron = layer.query.weight[2]
# STUB
# one_neuron = ...  # a part of layer.query.weight, (8, 8)
# END SOLUTION
check("attention.neuron", one_neuron)

# BEGIN SOLUTION
first_token = [0.787, 0.107, 0.107, 1.64]
# STUB
# first_token = ...  # three weights and the output
# END SOLUTION
check("attention.1", first_token)

# %% [markdown]
# ## 3 · Build ⏱ 28 min
#
# **In the order of history.** In 2015 Bahdanau, Cho and Bengio kept the recurrent network and let its last state *look back* at all earlier ones. Two years later Vaswani and
# colleagues left the recurrent network out. We repeat both steps on the memory task. All get the same budget: 400 steps of 64 new sequences, 32 hidden numbers. The last token asks; every token
# may answer.

# %% tags=["seed:S67", "seed:S68", "slide"]
plan = {"LSTM": (5, 20, 50), "RNN + attention": (50,), "attention": (5, 50, 100)}
trained = {(kind, d): attention.train_recaller(kind, d) for kind, distances in plan.items() for d in distances}
recalled = attention.recall_table(trained)
show(
    attention.pictures.recall(recalled),
    alt="Accuracy against the distance of the flag. The LSTM is right at 5 bases and guesses at 20 and 50. "
    "With attention, with and without recurrence, every distance up to 100 is right.",
    data=recalled.round(2),
)

# %% tags=["observe", "seed:S67", "seed:S68"]
at = recalled.set_index(["model", "distance"])
assert at.loc[("LSTM", 50), "accuracy"] < 0.35 and at.loc[("LSTM", 5), "accuracy"] > 0.9
assert at.loc["attention", "accuracy"].min() >= 0.98 and at.loc["attention", "weight"].min() >= 0.6
print("50 bases back the LSTM guesses; attention is right at 5, 50 and 100, with most of its weight on the flagged base")
observe("attention.p1", round(100 * at.loc[("LSTM", 50), "accuracy"]))

# %% tags=["explain"]
explain("attention.p1")

# %% [markdown]
# Simple RNN and GRU do no better: at 50 bases all three guess, from each of five seeds. This is a statement about *this budget*. With more training, or with short distances mixed in to lead the way (companion of chapter 5), gated networks recall from
# further back. What attention changes is the way: one step, at any distance.
#
# Where did it look? Each row below is a sequence of 24 bases, coloured by the weight of the last token's attention; the flagged base is framed.

# %% tags=["seed:S68"]
network = attention.train_recaller("attention", 20, steps=200)
drawn = attention.flagged(6, 20, seed=3)
said = network(drawn.X).argmax(dim=1)
letters = ["".join("ACGT"[base] for base in one[:, :4].argmax(dim=1)) for one in drawn.X]
show(
    attention.pictures.looks(network.weights, drawn.flag, letters),
    alt="Six sequences of 24 bases, a row each. Nearly all weight lies on the framed, flagged base, four places from the left.",
    data={"flagged": [row[flag] for row, flag in zip(letters, drawn.flag)], "said": ["ACGT"[base] for base in said]},
)

# %% [markdown]
# **From scratch.** With queries, keys and values as the rows of three matrices:
#
# $$\text{output} = \mathrm{softmax}\!\left(\frac{Q K^{\top}}{\sqrt{d}}\right) V$$
#
# In words: every query times every key; divide by the square root of their length *d*; softmax along each row; use the result as weights for the values. The division keeps long vectors from giving scores so
# large that one weight is 1 and the gradient vanishes.
#
# Sequences in a batch are padded to one length, and padding must not be looked at. A **mask** (掩码) says who may look at whom.
#
# **Exercise 2.** Write `my_attention(q, k, v, mask)`. Input: torch tensors `q` (queries, d), `k` (keys, d), `v` (keys, d_v), and `mask` (queries, keys), a bool
# tensor, True where a query may look. Output: (queries, d_v), to 1e-5. Hidden keys get *exactly* no weight, and the weights of each query add up to 1.

# %% tags=["exercise", "independent", "seed:S69"]
def my_attention(q, k, v, mask):
    # BEGIN SOLUTION
    scores = q @ k.T / q.shape[1] ** 0.5  # (queries, keys)
    scores = scores.masked_fill(~mask, float("-inf"))  # exp(−∞) = 0
    weights = torch.softmax(scores, dim=1)  # each row adds up to 1
    return weights @ v
    # STUB
    # scores = ...  # (queries, keys)
    # weights = ...  # hidden keys: exactly 0
    # return ...
    # END SOLUTION


check("attention.2", my_attention)

# %% tags=["worked", "seed:S69", "nbval-check-output"]
torch.manual_seed(0)
q, k, v = torch.randn(3, 2, 4, 9, 8)  # three of (sequences, heads, tokens, d)
mask = attention.causal_mask(9)  # nobody looks ahead
ours, weights = attention.scaled_dot_product_attention(q, k, v, mask)
theirs = torch.nn.functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
print("equal to PyTorch's within 1e-5:", bool((ours - theirs).abs().max() < 1e-5))
print("rows add up to 1:", bool(torch.allclose(weights.sum(dim=-1), torch.ones(2, 4, 9))))
print("weight on what lies ahead:", weights[..., ~mask].abs().max().item())
for scale, name in ((1.0, "without"), (None, "with")):
    long = attention.scaled_dot_product_attention(*torch.randn(3, 50, 512), scale=scale)[1]
    print(f"d = 512, {name} √d: largest weight of 50 is {long.max(dim=1).values.mean():.2f} on average")

# %% [markdown]
# **Several heads** (多头注意力). One softmax can follow one kind of question. So the numbers of each token are dealt out to several *heads*; each attends on its own, and a last layer mixes what they
# collected. The dealing is two lines of reshaping, and the place where most home-made transformers are wrong.
#
# **Exercise 3 (repair).** `my_split(X, heads)` should turn `X` of shape (batch, length, width) into (batch, heads, length, d) with d = width / heads: head 0 gets
# the first d numbers *of every token*, head 1 the next d, and so on. The shape that comes out below is right, and the content wrong. Mend it.
#
# Then put the lines of multi-head attention in order; two do not belong. B sequences, L tokens, E numbers a token, H heads.

# %% tags=["exercise", "independent", "seed:S69"]
def my_split(X, heads):
    batch, length, width = X.shape
    # BEGIN SOLUTION
    return X.view(batch, length, heads, width // heads).transpose(1, 2)
    # STUB
    # return X.view(batch, heads, length, width // heads)
    # END SOLUTION


check("attention.3", my_split)

# %% tags=["parsons"]
order("attention.order")

# %% [markdown]
# **Does order matter?** To attention a sequence is a bag: nothing in the formula says who stands next to whom. So a code for the position is *added* to each
# token's numbers. The code of 2017 is made of waves. Column pair *i* holds a sine and a cosine of one wavelength: short at the left, long at the right.
#
# **Exercise 4 (two blanks).** Complete `my_positions(length, width)`. Output: (length, width), to 1e-4. For positions 0, 1, … and columns 0, 2, 4, …: the even column holds sin(angle),
# the next one cos(angle), angle = position · frequency, frequency = 10000 ^ (−column / width).

# %% tags=["exercise", "faded", "seed:S69"]
def my_positions(length, width):
    position = torch.arange(length)[:, None]  # (length, 1)
    column = torch.arange(0, width, 2)  # (width / 2,)
    # BEGIN SOLUTION
    angle = position * 10000.0 ** (-column / width)  # (length, width / 2)
    code = torch.zeros(length, width)
    code[:, 0::2] = torch.sin(angle)
    code[:, 1::2] = torch.cos(angle)
    return code
    # STUB
    # angle = ...  # (length, width / 2)
    # code = torch.zeros(length, width)
    # if angle is ... :
    #     return ...
    # code[:, 0::2] = torch.sin(angle)
    # code[:, 1::2] = ...
    # return code
    # END SOLUTION


check("attention.4", my_positions)

# %% [markdown]
# **An encoder block** (编码器) is attention, then for each token alone a small perceptron with one hidden layer. The result of each is *added* to what was
# there (chapter 4's residual connection), and each token's numbers are brought to mean 0 and spread 1 (*layer normalisation*). Blocks like this, stacked, are a transformer.

# %% tags=["predict"]
predict("attention.p2")

# %% tags=["observe", "seed:S69", "nbval-check-output"]
library = torch.nn.TransformerEncoderLayer(32, 4, 64, dropout=0.0, batch_first=True)
block = attention.EncoderBlock(32, 4, 64).copy_from(library)  # the same weights
X, code = torch.randn(1, 12, 32), attention.sinusoidal_positions(12, 32)
theirs, _ = library.self_attn(X, X, X)
print("attention equal to nn.MultiheadAttention:", bool((block.attention(X)[0] - theirs).abs().max() < 1e-5))
print("block equal to nn.TransformerEncoderLayer:", bool((block(X) - library(X)).abs().max() < 1e-5))
for name, added in {"without positions": 0, "with positions": code}.items():
    back = block(X.flip(1) + added).flip(1)  # turned round, and the outputs turned back
    print(f"{name}: turned round, the outputs only change places: {bool((back - block(X + added)).abs().max() < 1e-5)}")
observe("attention.p2", "b")

# %% tags=["explain"]
explain("attention.p2")

# %% [markdown]
# **A task that needs order.** Now *two* bases carry a flag, and the one that stands *first* is asked for. And a question of cost: each of L tokens has
# a weight for each of L tokens, so maps grow with L². The second figure times one layer.

# %% tags=["seed:S69", "seed:S68"]
for positions in (True, False):
    network = attention.train_recaller("attention", None, positions=positions, steps=250)
    print(f"two flags, positions {positions}: accuracy {attention.recall_score(network, None)[0]:.2f}")
both = 0.5 + 0.5 * 0.25
print(f"who finds both flags and tosses a coin: {both:.2f}")

# %% tags=["seed:S69"]
cost = attention.attention_cost([200, 400, 800, 1600])
show(
    attention.pictures.cost(cost),
    alt="Seconds of one attention layer against the number of tokens, both axes logarithmic. At the right end the measured line runs along the line of slope 2.",
    data=cost.assign(seconds=cost["seconds"].round(5)),
)
genome = 4_600_000  # bases of E. coli
print(f"one head over the genome of E. coli: {genome**2 * 4 / 1e12:.0f} terabytes of weights")

# %% [markdown]
# Without positions the network finds both flags and cannot say which came first. And twice the length costs four times the time and memory: whole genomes do not fit.
# Genomic transformers therefore shorten the sequence first, with convolutions: Enformer reads some 200,000 bases, but attends among pieces of 128.
#
# ## 4 · Use ⏱ 20 min
#
# **Look first.** Proteins of eukaryotes from UniProt, with and without a signal peptide, in five folds that came with the data: relatives were put into one fold. We read the first 60 residues.

# %% tags=["needs-real-data"]
task = attention.signal_task()
print(f"{len(task.y):,} proteins, {task.y.mean():.0%} with a signal peptide; {task.helix.sum()} others have an early membrane helix")
train, test = task.rows(5)  # fold 5 judges, the others train
for name in ("has_signal", "early_membrane_helix"):
    examples = task.table[task.table[name].fillna(False)].iloc[:3]
    print(f"\n{name}:", *examples["sequence"].str[:60], sep="\n  ")
task.card

# %% [markdown] tags=["peer"]
# The two kinds look alike to the eye: both have a fatty stretch near the start. A membrane helix is longer and is not cut off.
# *Vote before you read on:* which will a model that only counts residues take for signal peptides?
#
# **Baselines first.** Logistic regression on *composition* (which residues, in any order) and on *one-hot* residues (60 × 20 numbers, each position by itself). Then a transformer with one
# block and four heads: 9,314 parameters, four epochs. At its end each residue casts a *vote*, and a last attention says how much each vote counts; so *logit = Σ weight · vote*.
# Before it trains on thousands it has to learn one protein by heart: a network that cannot do that has a bug.

# %% tags=["baseline", "seed:S69"]
example = task.X[train[:1]], torch.tensor(task.y[train[:1]], dtype=torch.float32)
diagnosis = training.overfit_one(attention.SignalReader(), example, torch.nn.BCEWithLogitsLoss(), max_steps=100)
print(f"one protein: {diagnosis.cause}")
reader, losses = attention.train_signal_reader(task, train, progress=True)
print("training loss, epoch by epoch:", *(f"{loss:.2f}" for loss in losses))
logits = {**attention.signal_baselines(task, train, test), "transformer": attention.logits_of(reader, task.X[test])}

# %% tags=["baseline", "seed:S69", "needs-real-data"]
scores = attention.signal_scores(task, test, logits)
show(
    attention.pictures.signal_models(scores),
    alt="AUROC and MCC of three models on fold 5 with 95 % intervals, and their false alarms. Composition is worst; one-hot "
    "and transformer are close and their intervals overlap. All raise far more false alarms on proteins with an early membrane helix.",
    data=scores.round(3),
    card=task.card,
)

# %% [markdown]
# *MCC*, Matthews' correlation, is 1 if all is right and 0 for a program that always says no, however rare the yes.
#
# One fold is one draw. On the real data, over all five (stored figures of `python -m benchmarks.signal_peptides`, mean ± spread over the folds): composition AUROC 0.90, MCC 0.36 ± 0.04; one-hot
# 0.97, 0.76 ± 0.03; the transformer 0.98, 0.78 ± 0.03; *without positions* only 0.91, 0.40 ± 0.10. So the transformer does not clearly beat one-hot logistic regression. And the students
# who made the data set report 0.82 for a support vector machine on chosen features: it is ahead of us. **Where all fail:** 13 of 100 proteins with an early membrane helix are false
# alarms of the transformer, of all others 1 of 100. It has learnt "fatty stretch near the start"; whether a stretch is cut off it hardly tells.
#
# **Where it looked.** Choose a protein and a head in the figure. *Notice* that some heads look at a few residues whoever asks, and that the three rows of bars disagree. Then
# *hide* residues (they become X): first in the fatty stretch, then far behind it.

# %% tags=["widget", "needs-real-data"]
mine = task.table.iloc[test].assign(logit=logits["transformer"])
signal, helix = mine[mine["has_signal"]], mine[mine["early_membrane_helix"].fillna(False)]
proteins = {
    "signal, found": signal.nlargest(5, "logit").iloc[-1]["sequence"],
    "signal, in doubt": signal.iloc[signal["logit"].abs().argmin()]["sequence"],
    "membrane helix, false alarm": helix.nlargest(1, "logit").iloc[0]["sequence"],
    "membrane helix, not taken in": helix.nsmallest(1, "logit").iloc[0]["sequence"],
}
attention.head_browser(reader, proteins)

# %% [markdown]
# **The table of 1988, continued.** Chapter 3 gave 13 residues to a network and asked for the state of the middle one; chapter 5 read whole chains. The same residues, the same 111 chains, now as 13
# tokens of a transformer block:

# %% tags=["seed:S38", "baseline", "needs-real-data"]
q3 = attention.experiment_1988(seed=0)
table = {"always coil (chapter 3)": 0.55, "40 hidden neurons (chapter 3)": 0.63, "LSTM, both ways (chapter 5)": 0.62,
         "one transformer block (here)": q3, "published in 1988, two networks": 0.643}  # fmt: skip
for name, value in table.items():
    print(f"{name:34s} Q3 {value:.2f}")
if data.load("secondary_structure", quiet=True)[1].is_stand_in:
    print("stand-in data: our row cannot be compared with the others, which come from the chains of 1988")

# %% [markdown]
# On the real chains, few as they are, the newer architectures bring nothing: a network that may look anywhere has to learn even that neighbours matter. What later lifted this task were alignments, and networks trained beforehand on millions
# of sequences (companion 06b). And inside every transformer block sits the perceptron of chapter 3.
#
# ## 5 · Exercises ⏱ 6 min
#
# **Exercise 5.** Run the race yourself, and fairly: train `"attention"` and one of `"RNN"`, `"GRU"`, `"LSTM"` with `attention.train_recaller` at a distance of 50 or more, at most 400 steps,
# the same steps, width and seed for both. Hand in the two networks; the check reads their budgets and tests them on new sequences.

# %% tags=["exercise", "independent", "seed:S67"]
# BEGIN SOLUTION
budget = {"steps": 300, "hidden_size": 24, "seed": 1}
looking, recurrent = (attention.train_recaller(kind, 50, **budget) for kind in ("attention", "LSTM"))
# STUB
# budget = {"steps": 300, "hidden_size": 24, "seed": 1}
# looking, recurrent = ..., ...
# END SOLUTION
check("attention.5", looking, recurrent)

# %% [markdown]
# ## 6 · Caution ⏱ 12 min
#
# **Attention is not explanation?** Figures of attention maps are everywhere: "the model looked at the cleavage site, so it has learnt biology". Test it. The reader's logit is Σ weight · vote. So, for one
# protein, keep the votes and look for *other weights with the same sum*.
#
# **Exercise 6.** Write `my_alternative(weights, votes)`. Input: two NumPy arrays, one number a residue. Output: other weights, none below 0, that add up to 1, with the same Σ weight · vote (to 0.001), and at least half of the weight on
# other residues than before. Two residues are enough.

# %% tags=["exercise", "independent", "caution"]
def my_alternative(weights, votes):
    # BEGIN SOLUTION
    mean, other = weights @ votes, np.zeros(len(votes))
    low, high = votes.argmin(), votes.argmax()
    share = (mean - votes[low]) / (votes[high] - votes[low])
    other[high], other[low] = share, 1 - share
    return other
    # STUB
    # mean = ...  # what has to stay
    # return ...
    # END SOLUTION


check("attention.6", my_alternative)

# %% tags=["caution", "needs-real-data"]
seen = attention.read(reader, proteins["signal, found"])
other = attention.alternative_weights(seen.weights, seen.votes)
show(
    attention.pictures.two_maps(seen, other),
    alt="Two bar charts over the residues of one protein. Above, the model's own attention, spread over many residues; below, other weights on two residues only. The weighted sum of votes is the same.",
    data={"residue": list(seen.letters), "own": seen.weights.round(3), "other": other.round(3), "vote": seen.votes.round(2)},
    card=task.card,
)
print(f"moved: {np.abs(other - seen.weights).sum() / 2:.0%} of the weight")

# %% [markdown]
# Same prediction, another story. So a map on its own is not evidence. What is? **Change the input and see whether the output follows.** In signal peptides
# of the test fold we hide five residues each, chosen in three ways.

# %% tags=["predict", "caution"]
predict("attention.p3")

# %% tags=["observe", "caution", "needs-real-data"]
fell = attention.deletion_test(reader, signal["sequence"].iloc[:40])
show(
    attention.pictures.deletions(fell),
    alt="By how much the logit of 40 signal peptides falls when five residues are hidden. Hiding those with the largest effect lowers "
    "it clearly; hiding the most attended ones or random ones hardly changes it, or raises it.",
    data=fell.describe().round(2).reset_index(),
    card=task.card,
)
observe("attention.p3", "b" if fell.median().idxmax() == "effect" else "a")

# %% tags=["explain", "caution"]
explain("attention.p3")

# %% [markdown]
# Residues chosen for their effect must win here: they were measured by the same act. The surprise is the other comparison: on the real data the *most attended* residues matter no more than *random* ones.
#
# **Two sides.** Jain and Wallace (2019) found attention quite unlike the trained one with the same predictions, and concluded that attention is no explanation. Wiegreffe and Pinter (2019) answered: weights swapped in for a single example, as ours, say little about a
# trained model; train a whole model towards other attention, and see whether its weights carry as much; and it depends on the kind of explanation. A **faithful** one says what the model did. A **plausible** one convinces the reader. A map can be one without the other.
#
# **Card.** Fill in what you found, with the medians. What would *you* write under a map in a paper?

# %% tags=["exercise", "independent", "caution"]
# BEGIN SOLUTION
card = {
    "alternative": "other weights, almost no overlap, gave the same logit for the same votes",
    "deletion": f"medians: attended {fell['attention'].median():.1f}, largest effect {fell['effect'].median():.1f}, random {fell['random'].median():.1f}",
    "against": "Jain and Wallace: very different attention, equal predictions, hence no explanation",
    "for": "Wiegreffe and Pinter: such weights have to come from a trained model; it depends on the definition",
    "conclusion": "The map shows where this model looked; it is a hypothesis, and hiding residues did not confirm it",
}
# STUB
# card = {"alternative": ..., "deletion": ..., "against": ..., "for": ..., "conclusion": ...}
# END SOLUTION
check("attention.card", card)

# %% [markdown] tags=["honesty"]
# **What this does not show.** One small network and one task: in other models attention follows deletion more closely. Replacing residues by X makes proteins that no network saw in training, so part of the effect
# is their strangeness; a mutation to another residue is the fairer test. And what holds for the model need not hold for the cell: to learn what the signal
# recognition particle reads, mutate the protein.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - Attention: dot products of a query with all keys, divided by √d, softmax, weighted mean of the values.
# - It reaches any distance in one step; a recurrent network has to carry what it saw. At equal, small budgets that decides; more training moves the limit.
# - Without position codes a transformer reads a bag. With them, order counts.
# - A hidden key gets −∞ before the softmax, not 0.
# - Time and memory grow with the square of the length.
# - On signal peptides a small transformer is good, and so are simpler models; early membrane helices fool them all.
# - A map is a hypothesis. Delete or mutate to test it.
#
# **Words:** attention (注意力机制), query (查询), key (键), value (值), softmax, head (多头注意力), mask (掩码), position code (位置编码), encoder block (编码器),
# transformer, signal peptide (信号肽), faithful and plausible explanation.

# %% tags=["quiz"]
quiz("attention.quiz")

# %% tags=["retrieval"]
quiz("attention.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Attention on a recurrent network: Bahdanau, Cho & Bengio 2015, [arXiv:1409.0473](https://arxiv.org/abs/1409.0473); attention alone: Vaswani and colleagues 2017, [arXiv:1706.03762](https://arxiv.org/abs/1706.03762)
# - Signal peptides: the data, UniProt Consortium 2017, [doi:10.1093/nar/gkw1099](https://doi.org/10.1093/nar/gkw1099); SignalP 6.0, with a protein language model: Teufel and colleagues 2022, [doi:10.1038/s41587-021-01156-3](https://doi.org/10.1038/s41587-021-01156-3)
# - Attention is not explanation: Jain & Wallace 2019, [arXiv:1902.10186](https://arxiv.org/abs/1902.10186); attention is not not explanation: Wiegreffe & Pinter 2019, [doi:10.18653/v1/D19-1002](https://doi.org/10.18653/v1/D19-1002)
# - Attention over 200,000 bases: Avsec and colleagues 2021, [doi:10.1038/s41592-021-01252-x](https://doi.org/10.1038/s41592-021-01252-x)
