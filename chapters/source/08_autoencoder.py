# %% [markdown]
# ## 1 · Predict ⏱ 8 min
#
# **The question.** Thousands of relatives of one small protein domain are known, and no two look quite alike. How much of a sequence do you have to keep so that the
# rest can be worked out? And if a network can rebuild a sequence from a few numbers, can it build one that nature never made?
#
# An **autoencoder** (自编码器) is a network that has to give back what it gets, through a **bottleneck** of a few numbers. What comes before the bottleneck is the **encoder** (编码器), what comes after it
# the **decoder** (解码器), and the few numbers are the **latent vector** (隐向量). Nobody labels anything: the target is the input.
#
# First, three questions to warm up.

# %% tags=["retrieval"]
quiz("autoencoder.warmup")

# %% [markdown]
# **Five residues.** We begin with peptides of five residues, small enough to watch each one. Twelve families; in each, four positions are conserved (98 %), and position 3 is free.

# %% tags=["nbval-check-output"]
task = autoencoder.pentamers()
for number, rows in task.train.groupby("family"):
    if number < 3:
        print(f"family {number}:", *rows["sequence"].iloc[:6])
print(f"{len(task.train)} to train on, {len(task.test)} held out; different sequences: {task.train['sequence'].nunique()}")
print(f"always saying the commonest residue: {autoencoder.commonest(task):.2f} right")

# %% tags=["predict"]
predict("autoencoder.p1")

# %% [markdown]
# ## 2 · See ⏱ 12 min
#
# The cell below trains autoencoders with 1 to 16 numbers in the bottleneck on these peptides; the figure holds the weights of five of them. A residue goes in as 20 numbers, one of them 1: five residues are 100 numbers. A hidden layer of 64 neurons
# leads to the bottleneck, another one from it to 100 outputs. Each position takes the residue with the largest output.
#
# Three things to try, by mouse or keyboard:
#
# 1. At one number, go through the examples. *Notice* which position is wrong nearly every time, and that 4 of 5 right is a sequence identity of 80 %.
# 2. Move the bottleneck from 1 to 4. *Notice* when position 3 gets its ✓, and how sure the decoder is of it.
# 3. Put in a residue of your own at position 1. *Notice* that the decoder often "corrects" it: it knows families, not peptides.

# %% tags=["widget", "seed:S17", "seed:S19", "seed:S83", "seed:S85"]
models = autoencoder.train_side_by_side(task.X, [1, 2, 3, 4, 8, 16])
weights = {d: autoencoder.weights_of(models[d, 0]) for d in (1, 2, 3, 4, 8)}
examples = task.test["sequence"].iloc[:40].tolist()
back = zip(examples, autoencoder.rebuild(models[1, 0], examples))
four = next(one for one, other in back if autoencoder.sequence_identity(one, other) == 0.8)
autoencoder.BottleneckFigure(weights, examples, sequence=four)

# %% tags=["observe", "seed:S19", "seed:S83"]
curve = autoencoder.bottleneck_curve(task, models).set_index("d")
assert 0.75 <= curve.loc[1, "accuracy"] <= 0.86 and curve.loc[4, "accuracy"] >= 0.95
assert curve.loc[1, "four"] >= 0.8 and curve.loc[1, "p3"] < 0.15
print(f"100 numbers go in; one number in the bottleneck is {task.X.shape[1]} : 1. Most held-out sequences have exactly 4 of 5 right:")
held_out = task.test["sequence"].tolist()
pairs = zip(held_out, autoencoder.rebuild(models[1, 0], held_out))
a, b = next(pair for pair in pairs if autoencoder.sequence_identity(*pair) == 0.8)
marks = "".join("✓" if one == other else "✗" for one, other in zip(a, b))
print(f"in    {a}\nout   {b}\n      {marks}  sequence identity {autoencoder.sequence_identity(a, b):.0%}")
print("right by position at 1 number:", *curve.loc[1, "p1":"p5"].round(2), " at 4:", *curve.loc[4, "p1":"p5"].round(2))
observe("autoencoder.p1", round(5 * curve.loc[1, "accuracy"], 1))

# %% tags=["explain"]
explain("autoencoder.p1")

# %% [markdown]
# **Find the neuron.** `small.decoder[0].weight` is the matrix of the decoder's first layer in a smaller autoencoder: 6 neurons that read 2 latent numbers. Which part of it is neuron number 4, counted from 0?
#
# **Exercise 1.** What does "80 %" count? Write `my_identity(a, b)`: the share of positions at which two aligned sequences (texts) have the same residue, 0 to 1. A gap is `-`. A gap against a residue is a difference; a position where both have a
# gap is left out. Different lengths: return 0.0. (Each case has at least one position to compare.)

# %% tags=["exercise", "independent", "retrieval", "seed:S26", "seed:S19"]
small = exercises.find_the_neuron_in()
# BEGIN SOLUTION
one_neuron = small.decoder[0].weight[4]
# STUB
# one_neuron = ...  # a part of small.decoder[0].weight, (6, 2)
# END SOLUTION
check("autoencoder.neuron", one_neuron)


def my_identity(a, b):
    # BEGIN SOLUTION
    if len(a) != len(b):
        return 0.0
    pairs = [(one, other) for one, other in zip(a, b) if not one == other == "-"]
    return sum(one == other for one, other in pairs) / len(pairs)
    # STUB
    # return ...
    # END SOLUTION


check("autoencoder.1", my_identity)

# %% [markdown]
# ## 3 · Build ⏱ 28 min
#
# **Two halves.** The encoder is a function from 100 numbers to *d*, the decoder one from *d* numbers to 100. With two hidden layers:
#
# $$z = W_2\,\mathrm{relu}(W_1 x + b_1) + b_2, \qquad \hat{x} = W_4\,\mathrm{relu}(W_3 z + b_3) + b_4$$
#
# In words: a hidden layer and a linear layer make the latent vector z out of x; a hidden layer and a linear layer make x̂ out of z. No ReLU stands at either end: latent numbers and outputs may be negative. The loss compares x̂ with x.
#
# **Exercise 2.** How many parameters does the network 100-64-2-64-100 have? Then complete it: `encoder` takes (batch, 100) to (batch, 2), `decoder` takes it back, with one hidden layer of 64 neurons in each half.

# %% tags=["exercise", "faded", "seed:S17", "seed:S85"]
# BEGIN SOLUTION
count = (100 * 64 + 64) + (64 * 2 + 2) + (2 * 64 + 64) + (64 * 100 + 100)
# STUB
# count = ...
# END SOLUTION
check("autoencoder.2", count)

nn = torch.nn
encoder = nn.Sequential(nn.Linear(100, 64), nn.ReLU(), nn.Linear(64, 2))
# BEGIN SOLUTION
decoder = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Linear(64, 100))
# STUB
# decoder = ...  # the mirror image
# END SOLUTION
check("autoencoder.halves", (encoder, decoder))

# %% tags=["parsons"]
order("autoencoder.order")

# %% [markdown]
# Before a network learns thousands of examples it has to learn one by heart. Then: does the loss, at the far end, reach both halves? And **must both learn?** We freeze one half at its random starting weights and train the other; `both halves` is the usual way.

# %% tags=["worked", "seed:S84", "seed:S85", "seed:S87"]
model, example = autoencoder.Autoencoder((100, 64, 2), loss="residues", seed=0), task.X[:1]
z = model.encode(example)
print("example", tuple(example.shape), "→ latent vector", tuple(z.shape), "→ output", tuple(model.decode(z).shape))
print("one example:", training.overfit_one(model, (example, example), model.loss).cause)
model.loss(model(task.X[:64]), task.X[:64]).backward()
reached = [bool(half[0].weight.grad.abs().sum() > 0) for half in (model.encoder, model.decoder)]
print("a gradient reaches encoder and decoder:", reached)
halves = autoencoder.train_halves(task, latent=4)
for row in halves.itertuples():
    print(f"trained: {row.trained:13s} held-out residues right: {row.accuracy:.2f}")
best = halves.set_index("trained")["accuracy"]
assert best["both halves"] > max(best["decoder only"], best["encoder only"]) + 0.02

# %% [markdown]
# A random encoder throws away what the decoder would need; a random decoder speaks a language in which few peptides can be said. Trained together, the halves agree on a code.
#
# **PCA is an autoencoder.** Principal component analysis (主成分分析) also sends data through *d* numbers and back: it projects on the *d* directions along which they vary most.

# %% tags=["predict"]
predict("autoencoder.p2")

# %% tags=["observe", "seed:S86"]
X = task.X[:1000].double().numpy()
linear = autoencoder.linear_autoencoder(X, 3)  # no ReLU, trained by gradients
components = autoencoder.pca(X, 3)
with torch.no_grad():
    error = linear.loss(linear(torch.tensor(X)), torch.tensor(X)).item()
gap = error / components.error(X) - 1
cosines = autoencoder.angles(components.components, linear.decoder[0].weight.detach().T)
assert abs(gap) < 1e-3 and cosines.min() > 0.999
print(f"squared error: PCA {components.error(X):.4f}, linear autoencoder {error:.4f}")
print("the two errors differ by less than 0.1 %; all principal angles have a cosine above 0.999")
observe("autoencoder.p2", "b")

# %% tags=["explain"]
explain("autoencoder.p2")

# %% [markdown]
# **Exercise 3 (repair).** `my_pca(X, d)` should return the mean of the rows of `X`, shape (columns,), and d directions, shape (d, columns), so that projecting on them loses as little as possible. The function below runs, and finds the wrong directions. Mend it.

# %% tags=["exercise", "independent", "seed:S86"]
def my_pca(X, d):
    mean = X.mean(axis=0)
    # BEGIN SOLUTION
    _, _, directions = np.linalg.svd(X - mean, full_matrices=False)
    # STUB
    # _, _, directions = np.linalg.svd(X, full_matrices=False)
    # END SOLUTION
    return mean, directions[:d]


check("autoencoder.3", my_pca)

# %% [markdown]
# **Compress, decompress.** gzip does so too. How many bytes does a peptide cost? For the autoencoder we keep each latent number in 8 bits, one byte.

# %% tags=["seed:S86"]
random_task = autoencoder.pentamers(families=0)
for name, one in (("families", task), ("random", random_task)):
    cost = autoencoder.bytes_a_sequence(one.train["sequence"])
    print(f"{name}:", ", ".join(f"{kind} {value:.2f}" for kind, value in cost.items()), "bytes a peptide")
for d in (1, 4):
    kept = autoencoder.accuracy_at(models[d, 0], held_out, bits=8)
    print(f"autoencoder, {d} byte{'s' * (d > 1)}: {kept:.2f} of the residues right")

# %% [markdown]
# gzip gives back *every* residue, of any text, and needs no training. The autoencoder loses some, and its 13,000 weights have to be kept as well. As a compressor it is poor. What it has that gzip has not: its few numbers are a *point in a space*.
#
# **Without structure.** Random peptides have nothing to exploit. The orange line is the control.

# %% tags=["seed:S88", "slow", "slide"]
sizes = [2, 4, 8, 16]
control = autoencoder.bottleneck_curve(random_task, autoencoder.train_side_by_side(random_task.X, sizes, num_epochs=40, learning_rate=1e-2))
families = autoencoder.bottleneck_curve(task, models)
show(
    autoencoder.pictures.curves({"12 families": families, "random peptides": control}, baseline=autoencoder.commonest(task)),
    alt="Held-out residues right against the numbers in the bottleneck. Families: 0.78 at one number, above 0.95 from four on. "
    "Random peptides: below 0.45 at two numbers, and as good as the families only at sixteen.",
    data={"d": sizes, "random": list(control["accuracy"].round(2)), "families": list(families.set_index("d").loc[sizes, "accuracy"].round(2))},
)

# %% [markdown]
# **A cloud instead of a point.** Where no peptide was encoded, a plain decoder may say anything. The **variational autoencoder** (变分自编码器, VAE) encodes each example as a small cloud: a mean and a log-variance for each latent number. Training decodes *a point drawn from the cloud*,
#
# $$z = \text{mean} + \sigma\,\varepsilon, \qquad \mathrm{KL} = \tfrac12 \sum \left(\sigma^2 + \text{mean}^2 - 1 - \log \sigma^2\right)$$
#
# In words: draw ε from the standard normal distribution, stretch it by σ, shift it to the mean; the KL term sums over the latent numbers how far a cloud is from the standard normal one, and is added to the loss. So neighbouring points mean similar things, and one can draw new points around 0.
#
# **Exercise 4.** Write `my_kl(mean, log_variance)`: two torch tensors (batch, d) in, the KL term of *each* example out, (batch,), to 1e-5.

# %% tags=["exercise", "independent", "seed:S90"]
def my_kl(mean, log_variance):
    # BEGIN SOLUTION
    return 0.5 * (log_variance.exp() + mean**2 - 1 - log_variance).sum(dim=1)
    # STUB
    # return ...
    # END SOLUTION


check("autoencoder.4", my_kl)

# %% tags=["worked", "seed:S90", "nbval-check-output"]
torch.manual_seed(0)
mean, log_variance = torch.randn(2, 5, 8, dtype=torch.float64)
ours = autoencoder.kl_divergence(mean, log_variance)
cloud, standard = torch.distributions.Normal(mean, (log_variance / 2).exp()), torch.distributions.Normal(0, 1)
theirs = torch.distributions.kl_divergence(cloud, standard).sum(dim=1)
print("equal to torch.distributions within 1e-6:", bool((ours - theirs).abs().max() < 1e-6))
drawn = autoencoder.reparameterise(mean.expand(20000, 5, 8), log_variance.expand(20000, 5, 8))
ratio = (cloud.log_prob(drawn) - standard.log_prob(drawn)).sum(dim=2)  # (draws, 5)
off = (ratio.mean(dim=0) - ours) / (ratio.std(dim=0) / 20000**0.5)
print("mean of 20,000 draws within 3 standard errors:", bool(off.abs().max() < 3))

# %% [markdown]
# **What the KL term buys, and what it costs.** Four VAEs with two latent numbers differ in its weight. We measure the residues rebuilt, the families that a *linear* reader names from the latent vector, and how many of 1,000 peptides decoded from
# random points have the conserved residues of a family.

# %% tags=["seed:S90"]
trade, clouds = autoencoder.weigh(task, [0, 0.1, 1, 4])
show(
    autoencoder.pictures.trade(trade),
    alt="Left: residues rebuilt, families named by a linear reader, and samples that belong to a family, against the weight of the KL term. "
    "Right: the KL term, which falls as its weight grows.",
    data=trade.round(2),
)
row = trade.set_index("beta")
assert row.loc[1, "sampled"] > row.loc[0, "sampled"] and row.loc[4, "accuracy"] < row.loc[0.1, "accuracy"]

# %% [markdown]
# Without the KL term more of the random points decode to no family. With it the space closes up; with too much of it all clouds become one, the latent vector says next to nothing, and the decoder gives the commonest residues. Move the cross in the map: *notice* the borders, and the peptides at them.
#
# **Denoising** (去噪), in the cell below the map, is another way to forbid mere copying: hide residues in training and ask for the whole. Such a network mends gaps. We hide each position in turn.

# %% tags=["widget", "seed:S84", "seed:S85"]
autoencoder.latent_map(clouds[1], task, at=(0.0, 0.0))

# %% tags=["seed:S90"]
for name, kind, how in (("plain", autoencoder.Autoencoder, {}), ("denoising", autoencoder.DenoisingAutoencoder, {"hide": 0.3})):
    network = kind((100, 64, 8), loss="residues", seed=0, **how)
    autoencoder.train_autoencoder(task.X, network, num_epochs=15)
    found = autoencoder.mended(network, held_out)
    print(f"{name:9s} hidden residue named, by position:", *(f"{share:.2f}" for share in found))

# %% [markdown]
# The denoising network restores conserved residues from the others, and the free one by no means: what is not in the data, no network can mend.
#
# ## 4 · Use ⏱ 22 min
#
# **A real family.** The Kunitz domain is a small inhibitor of proteases, some 53 residues held together by three disulfide bridges: six cysteines. Aprotinin is one; snakes have made toxins out of others. Look first. Groups that are 70 % alike stay together: none is in training and test.

# %% tags=["needs-real-data", "baseline", "seed:S18"]
kunitz = autoencoder.family("kunitz")
print(f"{len(kunitz.train):,} sequences to train on, {len(kunitz.test):,} held out, {kunitz.length} columns")
print(*kunitz.test["sequence"].iloc[:4], sep="\n")
print(kunitz.consensus, "  the consensus of the training sequences")
print("columns with C in at least 80 %:", kunitz.conserved("C"))
always = autoencoder.recovery([kunitz.consensus] * len(kunitz.test), kunitz.test["sequence"])
print(f"baseline: always the consensus gets {always:.3f} of the held-out residues right")
kunitz.card

# %% [markdown]
# The VAE gets 53 columns of 21 letters, 1,113 numbers, and has 8 latent numbers. Near copies are drawn less often. First the same network without clouds has to learn a single sequence.

# %% tags=["baseline", "seed:S18", "seed:S93", "slow"]
one = autoencoder.flat_one_hot(kunitz.train["sequence"].iloc[:1], kunitz.alphabet)
plain = autoencoder.Autoencoder((one.shape[1], 64, 8), loss="residues", letters=21, seed=0)
print("one sequence:", training.overfit_one(plain, (one, one), plain.loss).cause)
vae = autoencoder.family_vae(kunitz.train, progress=True)
mine = autoencoder.recovery(autoencoder.rebuilt(vae, kunitz.test["sequence"]), kunitz.test["sequence"])
assert mine > always + 0.03
print(f"held-out residues recovered: VAE {mine:.2f}, consensus {always:.2f}")

# %% [markdown] tags=["peer"]
# **Are neighbours relatives?** Each held-out protein is now a point of 8 numbers, by the VAE and by PCA. *Vote before you run the cell:* whose distances follow sequence identity more closely, the trained network's or PCA's? And what would all 1,113 numbers give?

# %% tags=["baseline", "needs-real-data", "seed:S89", "seed:S88"]
columns, names = kunitz.encode(kunitz.test["sequence"]), kunitz.test["sequence"]
eight = autoencoder.pca(kunitz.encode(kunitz.train["sequence"]), 8).encode(columns)
places = {"VAE, 8 numbers": autoencoder.latent_of(vae, names, kunitz.alphabet), "PCA, 8 numbers": eight}
near = autoencoder.neighbours_agree(places | {"all 1,113 numbers": columns}, kunitz.test["group"])
for row in near.itertuples():
    print(f"nearest neighbour of the same group, {row.kind:17s}: {row.agree:.2f} ({row.low:.2f} to {row.high:.2f}); chance {row.chance:.2f}")
table, pairs = autoencoder.relatedness(places, names)
show(
    autoencoder.pictures.related(table, pairs),
    alt="Distance of two vectors against the identity of the two sequences, for the VAE and for PCA. Both fall with identity; PCA's fall is the clearer one.",
    data=table.round(2),
    card=kunitz.card,
)

# %% [markdown]
# Groups were *made* from sequence identity, so all 1,113 numbers must name them; 8 numbers nearly do. Both distances fall as identity rises, with moderate rank correlations (95 % intervals: sequences drawn anew). On the real data PCA is, if anything, ahead of the VAE. A latent distance *ranks* relatives roughly; to know their identity, align them. The VAE was not built for distances. It can do something that PCA cannot: *generate*.

# %% tags=["seed:S18", "seed:S91", "seed:S93"]
drawn = autoencoder.generate(vae, 1000, seed=0)
shuffled = autoencoder.from_profile(kunitz.train, 1000, seed=0)
counts, ordered = autoencoder.order_list(drawn, kunitz)
others, _ = autoencoder.order_list(shuffled, kunitz)
show(
    autoencoder.pictures.funnel({"VAE": counts, "columns alone": others}),
    alt="How many of 1,000 sequences each filter leaves, for the VAE and for sequences whose columns were drawn each by itself. More of the VAE's keep all six cysteines.",
    data=counts.assign(columns_alone=others["left"]),
    card=kunitz.card,
)
for row in ordered.iloc[:5].itertuples():
    print(f"{row.sequence}  {row.residues} residues, {row.identity:.0%} identical to {row.nearest}")
assert len(ordered) >= 5

# %% [markdown]
# The rival, orange, draws each column by itself: it does not know that cysteines come in pairs, and loses more; and on the real data fewer of its sequences stay near a natural one. (There is no filter for stop codons: we decode residues, not bases.)
#
# **Do such proteins work?** Once, this was tried thoroughly. Hawkins-Hooker and colleagues (2021) trained VAEs on some 70,000 relatives of the luciferase LuxA and *made* the proteins: of the unconditional models' variants, 6 of 12 (raw sequences) and 9 of 11 (alignment) still glowed, and all 23 less distant ones from conditional models;
# the most distant working one had 35 differences from the nearest training sequence. Half of one kind, all of another: what a list is worth, only making it tells.
#
# **Exercise 5.** From the same VAE, with a seed of your own: a list of at least five *aligned* new sequences, all different, that exist neither in `kunitz.train` nor in `kunitz.test` and have all six cysteines.

# %% tags=["exercise", "independent", "seed:S18", "seed:S91"]
# BEGIN SOLUTION
natural = {text.replace("-", "") for part in (kunitz.train, kunitz.test) for text in part["sequence"]}
cysteines = kunitz.conserved("C")
new = [text for text in dict.fromkeys(autoencoder.generate(vae, 200, seed=5)) if text.replace("-", "") not in natural]
chosen = [text for text in new if all(text[column] == "C" for column in cysteines)][:8]
# STUB
# chosen = ...  # a list of aligned sequences
# END SOLUTION
check("autoencoder.5", chosen, kunitz)

# %% [markdown]
# ## 5 · Exercises ⏱ 6 min
#
# **Exercise 6.** Train autoencoders with 1, 2, 3 and 4 numbers on the families, with a seed of your own, and hand in a dictionary {d: held-out accuracy}. What explains the step between 2 and 3? (a) with three numbers it begins to overfit; (b) the family needs a number or two, and only what is left over can hold the free residue; (c) three positions are
# conserved, so three numbers are needed; (d) more numbers make training faster.
#
# **Exercise 7.** From the two curves of *Build*: how many numbers reach 0.95 for the families, how many for random peptides? (`autoencoder.numbers_needed` reads a curve.) And which sentence follows: (a) random sequences cannot be encoded at all; (b) structure lets a few numbers do, without it many more are needed; (c) random sequences need as many
# numbers, training only takes longer.

# %% tags=["exercise", "independent", "seed:S83", "seed:S88"]
# BEGIN SOLUTION
again = autoencoder.train_side_by_side(task.X, [1, 2, 3, 4], seeds=[3])
accuracy = dict(zip([1, 2, 3, 4], autoencoder.bottleneck_curve(task, again)["accuracy"]))
reason = "b"
few, many, follows = autoencoder.numbers_needed(families), autoencoder.numbers_needed(control), "b"
# STUB
# accuracy = {1: ..., 2: ..., 3: ..., 4: ...}
# reason = ...
# few, many, follows = ..., ..., ...
# END SOLUTION
check("autoencoder.6", accuracy, reason)
check("autoencoder.7", few, many, follows)

# %% [markdown]
# ## 6 · Caution ⏱ 10 min
#
# **Held out, and yet known.** We held out *rows*. But 4,000 rows hold only some 530 different peptides.

# %% tags=["predict", "caution"]
predict("autoencoder.p3")

# %% tags=["observe", "caution"]
strict = autoencoder.pentamers(split="sequence")
honest = autoencoder.bottleneck_curve(strict, autoencoder.train_side_by_side(strict.X, [1, 2, 4, 8, 16]))
print(f"held-out rows whose peptide is in training too: {task.copies:.0%} by row, {strict.copies:.0%} by sequence")
show(
    autoencoder.pictures.curves({"split by row": families, "split by sequence": honest}),
    alt="Held-out residues right against the numbers in the bottleneck, for two splits. By row the curve passes 0.95 at four numbers; by sequence it stays below 0.9.",
    data=honest[["d", "accuracy", "p3"]].round(2),
)
strict_four = honest.set_index("d").loc[4]
assert strict_four["accuracy"] < 0.85 and strict_four["p3"] < 0.4
observe("autoencoder.p3", round(100 * strict_four["accuracy"]))

# %% tags=["explain", "caution"]
explain("autoencoder.p3")

# %% [markdown]
# The panel's "4 of 5" survives: one number says the family either way. What does not survive is the free residue of a *new* peptide. So the control of *Build* was flattered on the families' side: random peptides hardly ever repeat, so they were judged honestly all along. At sixteen numbers the honest families fall even behind them. Exercise 7's sentence (b) holds for small bottlenecks.
#
# **Before you order** (生物安全). A decoder makes sequences of any family, and a list can be sent to a company that makes the DNA. Two questions belong to it. *Does it work?* Identity is not function: one residue in the loop that binds the protease decides. *May it be made?* The Kunitz family
# has harmless inhibitors and venom toxins. Synthesis companies screen sequences and customers for hazards; screening compares with known ones, and a designed sequence may slip through. So ask your biosafety officer first, choose a harmless family (as we did for everything but this list: nobody orders it), and never aim a
# model at a hazard.
#
# **Card.** Fill it in for your eight sequences as if you were to order them.

# %% tags=["exercise", "independent", "caution", "seed:S91"]
# BEGIN SOLUTION
card = {
    "evidence": "drawn from a model of 7,500 relatives; six cysteines in place; identity to the nearest relative printed",
    "missing": "folding, binding, expression, and whether coupled residues fit together",
    "assay": "inhibition of trypsin beside the nearest natural domain and a mutant without one bridge",
    "screening": "the company screens sequence and customer; I ask the biosafety officer before I send it",
    "conclusion": "Eight candidates pass sequence filters; whether they fold and inhibit is not known before they are made",
}
# STUB
# card = {"evidence": ..., "missing": ..., "assay": ..., "screening": ..., "conclusion": ...}
# END SOLUTION
check("autoencoder.card", card)

# %% [markdown] tags=["honesty", "keypoints"]
# **What this does not show.** One family, one split, one seed, 13 epochs: longer training recovers more residues. The filters see letters only; nothing was folded, made or measured. That a linear reader names families says that they can be told apart, not that a latent axis *means* something: turn the axes, and the loss is the same. And five residues of
# invented families are a toy: they show the mechanism, nothing about peptides.
#
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - An autoencoder rebuilds its input through a few latent numbers; both halves learn from one loss.
# - What fits through the bottleneck is what the data repeat: one number for the family, four of five residues right.
# - The linear autoencoder is PCA. Compare with it, and with the consensus.
# - A low error is no proof of a good representation; nearness in latent space is a rough guide to relatedness.
# - A VAE encodes clouds; the KL term makes the space one can draw from, at a price in rebuilding.
# - A decoder proposes, filters select, the bench decides. Copies across the split flatter everything.
#
# **Words:** autoencoder (自编码器), encoder (编码器), decoder (解码器), bottleneck, latent vector (隐向量), principal component analysis (主成分分析), variational autoencoder (变分自编码器), KL term, denoising (去噪), sequence identity, consensus.

# %% tags=["quiz"]
quiz("autoencoder.quiz")

# %% tags=["retrieval"]
quiz("autoencoder.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Deep autoencoders against PCA: Hinton & Salakhutdinov 2006, [doi:10.1126/science.1127647](https://doi.org/10.1126/science.1127647); the linear one and PCA: Baldi & Hornik 1989, [doi:10.1016/0893-6080(89)90014-2](https://doi.org/10.1016/0893-6080%2889%2990014-2)
# - The variational autoencoder: Kingma & Welling 2014, [arXiv:1312.6114](https://arxiv.org/abs/1312.6114)
# - Luciferases that were generated, made and measured: Hawkins-Hooker and colleagues 2021, [doi:10.1371/journal.pcbi.1008736](https://doi.org/10.1371/journal.pcbi.1008736)
# - Screening of synthesis orders: Wheeler and colleagues 2024, [doi:10.1089/apb.2023.0033](https://doi.org/10.1089/apb.2023.0033)
