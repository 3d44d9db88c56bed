# %% [markdown]
# ## 1 · Predict ⏱ 7 min
#
# **The question.** Before a gene of *E. coli* is read, RNA polymerase has to find its promoter: a few letters, somewhere in the
# genome. A pathologist looks for a cell of a certain kind, somewhere in the field of view. Both search for a *small pattern*
# whose place is not known. The network of chapter 3 would have to learn that pattern anew for every place. Can a network look for
# it everywhere at once?
#
# A **convolutional neural network** (卷积神经网络, CNN) does. Its neurons look at a small window, and slide.
#
# First, three questions to warm up. Then a piece of a real micrograph: glands of a human colon, the protein FHL2 stained brown. We keep one
# number a pixel, how dark it is, from 0 to 99. Three *filters* (滤波器, also called kernels, 核函数), nine weights each, have slid over it,
# and each has written a map. Bright means: here the pixels fit the filter. **Your prediction:** what becomes of such a map when the gland is moved?

# %% tags=["retrieval"]
quiz("cnn.warmup")

# %% tags=["seed:S43", "seed:S42"]
image = cnn.tissue(size=40, block=4, corner=(290, 240))  # 40 × 40 pixels
fig = cnn.pictures.feature_maps(image, {name: cnn.IMAGE_FILTERS[name] for name in list(cnn.IMAGE_FILTERS)[:3]})
show(
    fig,
    alt="A gland in stained tissue and three maps made of it. The first map is bright at the gland's left edge, the second at its "
    "upper edge, the third marks single dark spots.",
    data={"dark, first row": image[0, :12], "second row": image[1, :12]},
)

# %% tags=["predict"]
predict("cnn.p1")

# %% [markdown]
# ## 2 · See ⏱ 11 min
#
# Below, a filter slides over 24 letters of the *lac* promoter. At each place it multiplies what it sees by its weights, adds up, and
# writes **one** number. Three things to try, by mouse or keyboard:
#
# 1. Move the *place*. *Notice* that the weights stay the same, and where the sum is largest: TATGTT, the promoter's −10 box, nearly TATAAT.
# 2. Change to the *micrograph*. *Notice* that the window now moves in two directions, and that the output is a smaller image.
# 3. Raise the *stride*, the *padding*, the *dilation*. *Notice* what becomes of the output's length.

# %% tags=["widget", "seed:S7"]
slide = cnn.SlideFigure(position=13)
slide

# %% tags=["seed:S7", "nbval-check-output"]
F = torch.nn.functional
letters = torch.tensor(data.encode.one_hot(slide.sequence)).double()  # (4, 24)
weights = torch.tensor(slide.dna_filters["finds TATAAT"])  # (4, 6)
theirs = F.conv1d(letters[None], weights[None].double())[0, 0]  # (19,)
shown = [slide.compute({**slide.state(), "position": place})["sum"] for place in range(19)]
print("the figure's sums are PyTorch's, at all 19 places:", bool(np.allclose(shown, theirs, atol=1e-5)))
pixels = torch.tensor(slide.image).double()[None, None]  # (1, 1, 14, 14)
nine = torch.tensor(slide.image_filters[slide.image_filter]).double()[None, None]  # (1, 1, 3, 3)
shown = slide.compute({**slide.state(), "mode": "image"})["output"]
print("and over the micrograph, at all 144:", bool(np.allclose(shown, F.conv2d(pixels, nine).ravel(), atol=1e-5)))

# %% [markdown]
# **Exercise 1.** Give three whole numbers. (a) The filter [1, −2, 3] slides over the inputs [2, 0, 1, 4, 3] with stride 1 and no padding. What
# does it write at place 1, counted from 0? (b) An input of 20 numbers, window 5, stride 2, padding 1 at both ends: how long is the output?
# (c) The same with stride 3 and padding 2.
#
# **Find the neuron.** `network.conv.weight` holds the weights of four filters, 6 bases wide, in the shape (filters, channels, window). Which part of it is the second neuron?

# %% tags=["exercise", "independent", "retrieval", "seed:S43", "seed:S41"]
# BEGIN SOLUTION
by_hand = [0 * 1 + 1 * (-2) + 4 * 3, (20 + 2 * 1 - 5) // 2 + 1, (20 + 2 * 2 - 5) // 3 + 1]
# STUB
# by_hand = ...  # three whole numbers
# END SOLUTION
check("cnn.1", by_hand)

network = exercises.small_network()  # untrained
W = network.conv.weight.detach().numpy()  # (4, 4, 6)
# BEGIN SOLUTION
second_neuron = W[1]
# STUB
# second_neuron = ...  # a part of W
# END SOLUTION
check("cnn.neuron", second_neuron)

# %% [markdown]
# ## 3 · Build ⏱ 25 min
#
# For filter *f* at place *p*, with input channels *c* (four letters, three colours) and window places *k*:
#
# $$\text{out}[f, p] = b[f] + \sum_c \sum_k W[f, c, k] \cdot X[c, p + k]$$
#
# In words: lay the filter on the window that begins at *p*, multiply number by number, add everything up, add the filter's bias.
#
# **Exercise 2 (one blank).** Complete `my_conv1d(X, W, b)`. Input: `X` of shape (channels, length), `W` (filters, channels, k), `b`
# (filters,), NumPy arrays. Output: shape (filters, length − k + 1), to 1e-5; stride 1, no padding.

# %% tags=["exercise", "faded", "seed:S7"]
def my_conv1d(X, W, b):
    filters, _, k = W.shape
    out = np.zeros((filters, X.shape[1] - k + 1))
    for f in range(filters):
        for p in range(X.shape[1] - k + 1):
            # BEGIN SOLUTION
            out[f, p] = (W[f] * X[:, p : p + k]).sum() + b[f]
            # STUB
            # out[f, p] = 0  # the sum at this place
            # return ...
            # END SOLUTION
    return out


check("cnn.2", my_conv1d)

# %% [markdown]
# A loop over places is slow. Lay all windows side by side as rows of a table ("unfold"), and one matrix product does it: a convolutional
# layer **is** a small fully connected layer, applied to every window. The same few lines serve sequences, images and volumes, because only the number
# of directions differs. The next cell shows them and times one batch. Neighbouring windows share most of their numbers, so our own layers
# write down only part of the table, and are faster; PyTorch's, which writes none of it, is the fastest, and from here on we train with it. The cell
# after it compares ours with PyTorch's, values *and* gradients.

# %% tags=["worked", "seed:S41", "seed:S10"]
import timeit

show_source(cnn.conv_unfold)
batch, filters = torch.rand(32, 3, 28, 28), torch.rand(16, 3, 5, 5)
milliseconds = {}
for name, way in {"loop": cnn.conv_loops, "unfold": cnn.conv_unfold, "shared": cnn.conv, "PyTorch": F.conv2d}.items():
    runs = timeit.repeat(lambda way=way: way(batch, filters), number=1, repeat=2 if name == "loop" else 20)
    milliseconds[name] = 1000 * min(runs)  # the quickest: a computer is often busy with something else too
print(", ".join(f"{name} {value:.1f} ms" for name, value in milliseconds.items()), "for 32 images, on this machine")

# %% tags=["worked", "seed:S41", "seed:S42", "seed:S10", "nbval-check-output"]
torch.manual_seed(0)
for dims, shape in {1: (2, 4, 50), 2: (2, 3, 28, 28), 3: (1, 1, 8, 12, 10)}.items():
    X = torch.randn(shape).double().requires_grad_()
    W, b = torch.randn(5, shape[1], *[3] * dims).double(), torch.randn(5).double()
    library = [F.conv1d, F.conv2d, F.conv3d][dims - 1]
    ours, theirs = cnn.conv(X, W, b, stride=2, padding=1), library(X, W, b, stride=2, padding=1)
    slopes = [torch.autograd.grad(one.square().sum(), X, retain_graph=True)[0] for one in (ours, theirs)]
    same = torch.allclose(ours, theirs, atol=1e-5) and torch.allclose(*slopes, atol=1e-5)
    print(f"{dims}-D: input {shape}, output {tuple(ours.shape)}; equal to PyTorch, gradients too: {same}")
patch = torch.nn.Linear(3 * 5 * 5, 8)  # one dense layer for a patch of 5 × 5 pixels in 3 colours: 75 inputs
image = torch.rand(1, 3, 28, 28)
dense = patch(cnn.unfold(image, [5, 5]))[0].T.reshape(8, 24, 24)
same = torch.allclose(dense, F.conv2d(image, patch.weight.reshape(8, 3, 5, 5), patch.bias)[0], atol=1e-5)
print("a dense layer on every patch of 75 numbers is Conv2d:", same)

# %% [markdown]
# **Shared weights.** The gland moves by two pixels; now you see what becomes of the map. Then the
# same motif in DNA moves by five bases, and *pooling* (池化) keeps only each filter's best match. One more test: the same site on the other strand.

# %% tags=["observe", "seed:S8", "nbval-check-output"]
pixels = torch.tensor(cnn.tissue(size=40, block=4, corner=(290, 240))).float()[None, None]
shifted = torch.roll(pixels, 2, dims=3)  # two pixels to the right
before, after = F.conv2d(pixels, nine.float()), F.conv2d(shifted, nine.float())  # (1, 1, 38, 38)
print("same map, two pixels further:", torch.allclose(after[..., 2:], before[..., :-2], atol=1e-5))
sites = ["ACCTATAATGGCAGGCA", "ACGGCCTATAATGGCAA", "TGCCTGCCATTATAGGT"]  # moved by 3; the first on the other strand
best = F.conv1d(torch.tensor(data.encode.one_hot(sites)), weights[None]).amax(2).ravel()
print("best match in the sequence, after the move, on the other strand:", best.int().tolist())
observe("cnn.p1", "b")

# %% tags=["explain"]
explain("cnn.p1")

# %% [markdown]
# The map is *equivariant* (等变): it moves along. The maximum is *invariant* (不变) to the move, but not to the strand. Shifts are built in; strands, rotations and
# sizes are not. One adds them by training on turned copies, or with a turned filter.
#
# **A filter is a position weight matrix.** Since the 1980s binding sites have been searched with tables: at each position, how much more often does this letter
# stand in known sites than in the genome, as a logarithm? Below, twenty simulated sites are counted, the table becomes a filter, and one convolution scans both strands.
# What is new in a CNN: nobody writes the table. It is *learned*.
#
# **Exercise 3**, after it. Write `my_best_site(X, counts)`. Input: one-hot `X` (4, length), rows A, C, G, T; `counts` (4, width). Add a pseudocount of 0.25 to
# every count, divide each column by its sum, take log₂(share / 0.25). Output: `(score, start, strand)` of the best site on both
# strands: its sum in bits (to 1e-5), its first position in `X` counted from 0, and +1 for this strand or −1 for the other.

# %% tags=["worked", "seed:S46"]
scores = cnn.pwm_to_filter(cnn.site_counts())  # (4, 6): log-odds in bits
both = np.stack([scores, cnn.reverse_complement_filter(scores)])  # (2, 4, 6): a filter for each strand
found = cnn.conv1d(letters[None], both)[0].numpy()  # (2, 19)
scan = cnn.pwm_scan(slide.sequence, scores)  # letter by letter, as in the 1980s
print("the convolution is the classical scan, at every offset:", bool(np.allclose(found[0], scan, atol=1e-5)))
fig = cnn.pictures.scan(slide.sequence, scores, found)
show(
    fig,
    alt="Left, the filter as a logo: letters that resemble TATAAT stand above the axis. Right, its sum at each of 19 offsets of the lac "
    "promoter for both strands; the highest peak is on this strand, at offset 14, where TATGTT begins.",
    data={"offset": np.arange(1, 20), "this strand": found[0].round(2), "other strand": found[1].round(2)},
)

# %% tags=["exercise", "independent", "seed:S46"]
def my_best_site(X, counts):
    # BEGIN SOLUTION
    shares = (counts + 0.25) / (counts + 0.25).sum(axis=0)
    scores = np.log2(shares / 0.25)
    found = []
    for strand, W in ((1, scores), (-1, scores[::-1, ::-1])):
        for p in range(X.shape[1] - W.shape[1] + 1):
            found.append(((W * X[:, p : p + W.shape[1]]).sum(), p, strand))
    return max(found)
    # STUB
    # scores = ...  # (4, width), in bits
    # return ...  # (score, start, strand)
    # END SOLUTION


check("cnn.3", my_best_site)

# %% [markdown]
# **How far does it see?** One output of a stack of layers depends on a stretch of the input, its **receptive field** (感受野). Wider windows, pooling and
# *dilation* (空洞, gaps between what the window looks at) widen it: 1 + Σ (window − 1) · dilation · steps, where one step is as long as all strides before it together. Move the controls: how do four
# layers of window 3 reach 31 inputs?
#
# **Exercise 4**, below the figure. Two motifs of six bases have 10 to 14 bases between them. Three whole numbers: (a) how many bases must the field span to see the whole
# pair at the widest spacing? And the field of two convolutions of window 8 with a pooling between them, of window and stride (b) 2, (c) 4. Then: one pattern, three dimensions. Which data have how many?

# %% tags=["widget"]
cnn.receptive_field_explorer()

# %% tags=["exercise", "independent", "quiz", "seed:S10"]
# BEGIN SOLUTION
seen = [6 + 14 + 6, cnn.receptive_field([8, (2, 2), 8]), cnn.receptive_field([8, (4, 4), 8])]
# STUB
# seen = ...  # three whole numbers
# END SOLUTION
check("cnn.8", seen)
quiz("cnn.shapes")

# %% [markdown]
# ## 4 · Use ⏱ 29 min
#
# **One dimension: a motif somewhere.** 1,000 of 2,000 simulated sequences of 50 bases hold GCATGGACGTCC, at a random place. We know the truth, so we can see what a network found. The
# CNN: 16 filters, 12 bases wide; ReLU; the best match of each; a fully connected **head** of two outputs. **Count:** how many inputs has the head, how many parameters, and how many have the filters?

# %% tags=["exercise", "independent", "seed:S30"]
task = cnn.motifs()
with torch.no_grad():
    print("without its head it gives", tuple(cnn.SequenceCNN(16, 12).features(torch.tensor(task.X[:3])).shape), "for 3 sequences")
# BEGIN SOLUTION
head = [16, 16 * 2 + 2, 16 * 4 * 12 + 16]
# STUB
# head = ...  # inputs of the head, parameters of the head, parameters of the filters
# END SOLUTION
check("cnn.head", head)

# %% tags=["seed:S8", "baseline", "slide"]
example = torch.tensor(task.X[:1]), torch.tensor(task.y[:1])  # a network that cannot learn one by heart has a bug
print("one example:", training.overfit_one(cnn.SequenceCNN(16, 12), example, torch.nn.CrossEntropyLoss()).cause)
table = cnn.compare_on_motif(task).set_index("model")
reached, learned = table["test"] >= 0.97, table["training"] == 1
print("at least 0.97 on the test sequences:", ", ".join(table.index[reached]))
print("all right in training, at most 0.80 in the test:", ", ".join(table.index[learned & (table["test"] <= 0.80)]))
fig = cnn.pictures.motif_rivals(table.reset_index())
show(
    fig,
    alt="Training and test accuracy of five models. Text search is always right. GC content and logistic regression stay below 0.75. The MLP is "
    "always right in training and below 0.80 in the test. The CNN is right in both, with 818 parameters.",
    data=table.reset_index().round(3),
)

# %% [markdown] tags=["honesty"]
# The MLP has learned its 1,200 sequences by heart. The CNN has learned the motif. But look at the first row: **who knows the motif, needs no network.** And counting G and C beats
# a coin, because the motif is rich in them.
#
# Why does sharing win? Three controls: neighbours torn apart, filters that are *not* shared, and a single filter. Predict the first.

# %% tags=["predict"]
predict("cnn.p2")

# %% tags=["observe", "seed:S39", "nbval-check-output"]
torn = cnn.compare_on_motif(cnn.shuffle_positions(task)).set_index("model")["test"]
drop = table["test"] - torn
print("lost more than 0.2:", ", ".join(drop.index[drop > 0.2]), "| MLP changed by less than 0.06:", abs(drop["MLP"]) < 0.06)
observe("cnn.p2", "c")

# %% tags=["explain"]
explain("cnn.p2")

# %% tags=["seed:S44", "seed:S8"]
half = cnn.half_trained(task).set_index("network")  # trained with motifs in the left half only
for name, row in half.iterrows():
    print(f"{name}, {row['parameters']:,.0f}: found on the left {row['motif left']:.0%}, on the right {row['motif right']:.0%}")
single = cnn.one_filter_networks(task, networks=8)
fig = cnn.pictures.one_filter(single)
show(
    fig,
    alt=f"Test accuracy of eight one-filter networks: {(single > 0.9).sum()} lie above 0.9, {(single < 0.75).sum()} below 0.75, near guessing.",
    data={"start": range(8), "test accuracy": single.round(3)},
)

# %% [markdown]
# Filters of their own at every place cost 39 times the parameters, and have learned nothing about the right half, where no motif was shown. The dots are eight networks of *one* filter that
# differ in their start alone: some find the motif, some never do. One good run proves little. <!-- allow: proves -->
#
# **Exercise 5.** Train three networks from three seeds, so that *each* reaches 0.97 on new sequences, and hand them in as a list. `cnn.fit(make, task, seed=…)` returns a network and its history; `make` is a function without
# arguments that returns a new `cnn.SequenceCNN(filters, width)`. Then put the lines of **in-silico mutagenesis** (虚拟突变) in order: change every base of a sequence and watch the score.

# %% tags=["exercise", "independent", "parsons"]
# BEGIN SOLUTION
networks = [cnn.fit(cnn.SequenceCNN, task, seed=seed)[0] for seed in range(3)]
# STUB
# networks = ...  # a list of three trained networks
# END SOLUTION
check("cnn.4", networks)
order("cnn.order")

# %% tags=["seed:S53"]
model, overlap = cnn.fit(cnn.SequenceCNN, task, seed=0)[0], []
for row in task.test[task.y[task.test] == 1][:100]:
    change = evaluation.in_silico_mutagenesis(lambda X: cnn.promoter_score(model, X), task.X[row])  # (50, 4)
    top, start = np.argsort(-np.abs(change).max(axis=1))[:12], task.table["start"][row]
    overlap.append(np.isin(top, np.arange(start, start + 12)).mean())
print(f"of the 12 positions that matter most, {np.mean(overlap):.0%} lie in the planted 12 (100 sequences)")
fig = cnn.pictures.mutagenesis(task.text(row), change, start)
show(
    fig,
    alt="Heat map of how each base change alters the score of one sequence. Inside the frame of the planted site nearly every change lowers it; outside, changes matter little.",
    data={"position": np.arange(1, 51), "largest fall": change.min(axis=1).round(2)},
)

# %% [markdown]
# It found the site without being told where it was. This is knowledge about *this model*; that it is also true, we know because we planted it.
#
# **Real promoters.** σ70 promoters of *E. coli*, and TATA promoters of the mouse, each against other DNA. Many of the negatives overlap each other, so we split by *groups* of similar sequences.
# Vote: which model wins on the mouse, where the TATA box stands at a *fixed* place?

# %% tags=["seed:S53", "seed:S46", "baseline", "needs-real-data"]
rivals = {"E. coli σ70": cnn.compare_on_promoters("sigma70")}
rivals["mouse TATA"] = cnn.compare_on_promoters("mouse_promoters", num_epochs=5)
fig = cnn.pictures.promoter_rivals(rivals)
show(
    fig,
    alt="AUROC of five models on two sets of promoters, over all pairs and among pairs of equal GC content. In E. coli GC content alone is already near 0.9, and "
    "0.5 at equal GC. In the mouse the linear model is far ahead of the CNN that keeps the best match anywhere; the CNN that keeps regions draws level with it.",
    data=rivals["E. coli σ70"].merge(rivals["mouse TATA"], on="model", suffixes=(", E. coli", ", mouse")).round(3),
    card=cnn.promoters("sigma70").card,
)

# %% [markdown] tags=["honesty"]
# **E. coli:** the negatives come from genes, which hold more G and C. Counting them is worth an AUROC of about 0.9! Among pairs of *equal* GC content (open marks) the CNN is still ahead, at about 0.87: that much
# is more than composition. **Mouse:** the linear model (about 0.98) beats the CNN that asks for the best match *anywhere* (about 0.87), because *where* is the information, and the maximum threw it away. Pool by region instead, and the CNN is level with the linear model. Architecture is a bet.
#
# **Two dimensions: blood cells.** Crops of stained smears, 28 × 28 pixels. Of 100, 85 are red.

# %% tags=["seed:S9", "seed:S47", "baseline", "needs-real-data"]
smear = cnn.cells()
print(f"{len(smear.y):,} cells; test part:", {name: int((smear.y[smear.test] == c).sum()) for c, name in enumerate(smear.classes)})
fig = cnn.pictures.crops(smear)
show(fig, alt="Crops of blood cells, nine a class: red cells are pale discs, white cells are large and violet, platelets are small violet specks.", card=smear.card)
cell_network, _ = cnn.fit_cells(smear)  # turned and mirrored copies, each class equally often
cnn.compare_on_cells(smear, cell_network).round(3)

# %% [markdown]
# "Always red" is right for 85 of 100, and useless. So read *balanced* accuracy, the mean of the recalls. Colours alone do well, for white cells are violet; platelets need shape and size.
#
# **Exercise 6.** Report the network on the test rows as a dictionary: `predictions` (class numbers for `smear.test`), `matrix` (3 × 3 counts, rows true, columns predicted), `balanced` (balanced accuracy), `worst` (the name
# of the class found least often) and `augmented` (which part was turned and mirrored: "train", "validation" or "test"). It has to beat the colours.

# %% tags=["exercise", "independent", "seed:S9", "needs-real-data"]
y_test = smear.y[smear.test]
# BEGIN SOLUTION
predictions = cnn.logits(cell_network, smear.X[smear.test]).argmax(axis=1)
matrix = evaluation.confusion_matrix(y_test, predictions, classes=range(3)).to_numpy()
recalls = matrix.diagonal() / matrix.sum(axis=1)
report = {"predictions": predictions, "matrix": matrix, "balanced": recalls.mean(),
          "worst": smear.classes[recalls.argmin()], "augmented": "train"}
# STUB
# predictions = cnn.logits(cell_network, smear.X[smear.test]).argmax(axis=1)
# report = ...  # a dictionary with the five keys
# END SOLUTION
check("cnn.5", report)

# %% tags=["seed:S9", "seed:S40", "needs-real-data"]
names = np.array(smear.classes)
fig = cnn.pictures.confusion(evaluation.confusion_matrix(names[y_test], names[predictions], classes=smear.classes))
show(fig, alt="Confusion matrix of the test cells: nearly all counts on the diagonal.", card=smear.card)
fig = cnn.pictures.filters_and_patches(cell_network, smear)
show(
    fig,
    alt="Five learned filters as small colour images, and below each the nine patches that excite it most: some answer to violet, one to the brownish pink of red cells, one to the pale background.",
    card=smear.card,
)

# %% [markdown]
# Nobody drew these filters: local patterns, here mostly of colour, learned because they help to tell cells apart.
#
# **Three dimensions: the hippocampus.** Magnetic resonance volumes; experts marked its anterior and posterior part. The network, a small *U-Net*, names each voxel. **Dice** is twice the overlap over the sum of both sizes. The
# baseline looks at no image: it says what is commonest at that place in the 40 training volumes, a mean atlas. On the real data this trains for some ten seconds.

# %% tags=["seed:S48", "seed:S10", "baseline", "needs-real-data"]
volumes = cnn.scans()
unet, history = cnn.fit_scans(volumes, num_epochs=5)
atlas = cnn.mean_atlas(volumes)
labels = cnn.logits(unet, volumes.X[volumes.test]).argmax(axis=1)  # (test volumes, 32, 48, 32)
dice = {"network": cnn.dice_of(volumes, labels), "mean atlas": cnn.dice_of(volumes, [atlas] * len(volumes.test))}
for name, one in dice.items():
    print(f"{name}: Dice anterior {one['anterior'].mean():.2f}, posterior {one['posterior'].mean():.2f}")
fig = cnn.pictures.segmentation(volumes, labels, atlas)
show(
    fig,
    alt="One slice of a test volume: the image, the outlines by experts, by the network and by the mean atlas. The network's outline follows the experts'; the atlas is the same for everybody.",
    data={name: one.mean(axis=1).round(3) for name, one in dice.items()},
    card=volumes.card,
)

# %% [markdown] tags=["peer"]
# One pattern in three dimensions: `Conv1d` on (N, 4, L), `Conv2d` on (N, 3, H, W), `Conv3d` on (N, 1, D, H, W).
#
# **Deeper.** More layers see further and can build parts out of parts. *Vote:* will 20 layers learn the motif faster than 2? Orange: plain stacks. Blue: each layer's result is *added* to what came in, a **residual connection** (残差连接). Three networks from three starts each.

# %% tags=["seed:S45"]
stacks = (2, False, 6), (10, False, 12), (20, False, 4), (20, True, 6)  # layers, skips, epochs
runs = [cnn.train_towers(task, depth, skip=skip, num_epochs=epochs) for depth, skip, epochs in stacks]
learned = [f"{(run.losses[-1] < 0.6).sum()} of 3" for run in runs]
fig = cnn.pictures.depths(runs)
show(
    fig,
    alt=f"Training loss of three networks each. Below 0.6 at the end: with 2 layers {learned[0]}, with 10 plain layers {learned[1]}, "
    f"with 20 plain layers {learned[2]}, with 20 layers and skips {learned[3]}. The others stay at 0.69.",
    data={f"{run.depth} layers{' with skips' if run.skip else ''}": run.losses[-1].round(3) for run in runs},
)

# %% [markdown]
# A loss of ln 2 = 0.693 is a coin's. The plain stack does not overfit: it does not even learn its training sequences.
#
# ## 5 · Exercises ⏱ 6 min
#
# **Exercise 7.** `my_stack(x, matrices, scale)` sends a vector `x` (channels,) through plain layers, one for each matrix (channels, channels). Repair it by changing *one line*, so that each layer's result times `scale` is added to what came into that layer. Output: (channels,), to 1e-6.

# %% tags=["exercise", "faded", "seed:S45"]
def my_stack(x, matrices, scale):
    for W in matrices:
        # BEGIN SOLUTION
        x = x + scale * np.maximum(0, W @ x)
        # STUB
        # x = np.maximum(0, W @ x)  # the layer replaces what came in
        # END SOLUTION
    return x


check("cnn.6", my_stack)

# %% [markdown]
# ## 6 · Caution ⏱ 8 min
#
# A laboratory's software stamps a coloured square into each image, and each kind of cell was photographed on another day. Train and test images come from the same laboratory.

# %% tags=["predict", "caution"]
predict("cnn.p3")

# %% tags=["observe", "caution", "needs-real-data"]
marked = cnn.with_corner_mark(smear)
fig = cnn.pictures.marked_crops(marked)
show(fig, alt="Crops of blood cells with a square in the upper left corner: red for red cells, blue for white cells, yellow for platelets.", card=smear.card)
fooled, _ = cnn.fit_cells(marked, num_epochs=3, augment=False)
tempting = cnn.balanced_accuracy(fooled, marked, smear.test)
clean = cnn.balanced_accuracy(fooled, smear, smear.test)
exchanged = cnn.balanced_accuracy(fooled, cnn.with_corner_mark(smear, exchanged=True), smear.test)
print(f"balanced accuracy: same laboratory {tempting:.2f}, without the stamp {clean:.2f}, stamps exchanged {exchanged:.2f}")
observe("cnn.p3", round(clean, 2))

# %% tags=["explain"]
explain("cnn.p3")

# %% [markdown]
# **Exercise 8.** Mend it. Train a network on `marked` images whose corner is covered (`cnn.without_corner`), and report a dictionary: `model`, `marked` (balanced accuracy on the test rows of `marked`) and `clean` (on those of `smear`).

# %% tags=["exercise", "independent", "caution", "needs-real-data"]
# BEGIN SOLUTION
covered = cnn.without_corner(marked)
mended, _ = cnn.fit_cells(covered)
repaired = {"model": mended, "marked": cnn.balanced_accuracy(mended, marked, smear.test),
            "clean": cnn.balanced_accuracy(mended, smear, smear.test)}
# STUB
# covered = cnn.without_corner(marked)
# repaired = ...  # a dictionary with the three keys
# END SOLUTION
check("cnn.7", repaired)

# %% [markdown] tags=["honesty", "keypoints"]
# **What this does not show.** A stamp is easy to see; a stain, a microscope or a hospital is not, and the companion to this chapter shows how far that goes. The crops were cut around boxes that people drew: finding the cells is another task. Ten
# places on these slides were photographed for the training *and* for the test list of the set; we leave their training images out. Twenty volumes are few. Mutagenesis tells what the model uses, not what the protein touches.
#
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - A filter is a neuron with a small window; it slides, and writes one number at each place.
# - The same weights everywhere: few parameters, and a pattern is found wherever it is. The map moves along (equivariant); pooling forgets where.
# - A filter with log-odds weights is the classical scan with a position weight matrix; training writes the table.
# - Dimension means directions to slide in: sequence 1, image 2, volume 3. Colours and bases are channels.
# - Sharing is a bet that neighbours belong together and that places are alike. Where place matters, a linear model may win.
# - Deep plain stacks may not train at all; residual connections let signals pass by.
# - Composition, a class that is common, a stamp: look for what is easier than the biology, and test without it.
#
# **Words:** convolution (卷积), filter or kernel (滤波器, 核函数), channel (通道), feature map (特征图), stride (步长), padding (填充), dilation (空洞), pooling (池化),
# receptive field (感受野), equivariant (等变), residual connection (残差连接), augmentation (数据增强).

# %% tags=["quiz", "retrieval"]
quiz("cnn.quiz")
quiz("cnn.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Shared weights: LeCun, Bottou, Bengio & Haffner 1998, [doi:10.1109/5.726791](https://doi.org/10.1109/5.726791); residual connections: He, Zhang, Ren & Sun 2016, [doi:10.1109/CVPR.2016.90](https://doi.org/10.1109/CVPR.2016.90)
# - Receptive fields: Araujo, Norris & Sim 2019, [doi:10.23915/distill.00021](https://doi.org/10.23915/distill.00021)
# - Position weight matrices: Stormo 2000, [doi:10.1093/bioinformatics/16.1.16](https://doi.org/10.1093/bioinformatics/16.1.16); the planted motif as a lesson: Zou and colleagues 2019, [doi:10.1038/s41588-018-0295-5](https://doi.org/10.1038/s41588-018-0295-5)
# - Promoters: Umarov & Solovyev 2017, [doi:10.1371/journal.pone.0171410](https://doi.org/10.1371/journal.pone.0171410)
# - Hippocampus: Antonelli and colleagues 2022, [doi:10.1038/s41467-022-30695-9](https://doi.org/10.1038/s41467-022-30695-9); 3-D U-Net: Çiçek and colleagues 2016, [doi:10.1007/978-3-319-46723-8_49](https://doi.org/10.1007/978-3-319-46723-8_49); Dice as a loss: Milletari, Navab & Ahmadi 2016, [doi:10.1109/3DV.2016.79](https://doi.org/10.1109/3DV.2016.79)
# - Tissue: `skimage.data.immunohistochemistry`, Center for Microscopy and Molecular Imaging; no known copyright restrictions. Blood cells: the BCCD set, see its card.
