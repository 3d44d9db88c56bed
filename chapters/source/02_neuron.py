# %% [markdown] tags=["seed:S1"]
# ## 1 · Predict ⏱ 8 min
#
# **The question.** *Escherichia coli* makes the enzymes that digest lactose when lactose is there and glucose is not: two signals come in, one
# decision comes out. RNA polymerase decides too. It reads some 50 bases in front of a gene and starts transcription, or passes by.
#
# An **artificial neuron** (人工神经元) is the smallest machine for such a decision: many numbers go in, one comes out. It is the building
# block of every network in this course. In this chapter you will set one by hand, teach one, and let one read 106 pieces of
# *E. coli* DNA. Then we ask what a single neuron can *never* decide.
#
# Artificial neurons were first made to study how nerve cells behave and how they are connected. Today they are judged by what they predict,
# and nobody takes them for models of the brain.
#
# | year | who | what |
# |---|---|---|
# | 1943 | McCulloch & Pitts | a nerve cell as a logical element; nothing is learned |
# | 1958 | Rosenblatt | the perceptron: weights learned from examples |
# | 1969 | Minsky & Papert | a book on what one layer cannot do |
# | 1982 | Stormo and colleagues | a perceptron finds starts of translation in *E. coli* |
# | 1986 | Rumelhart, Hinton & Williams | back-propagation trains hidden layers |
# | 1988 | Qian & Sejnowski | protein secondary structure with a hidden layer |
# | 2015 | Alipanahi and colleagues | a convolutional network reads protein binding from DNA |
# | 2021 | Jumper and colleagues | AlphaFold 2 predicts protein structures |
# | 2022 | Greener and colleagues | the review that this course follows |
#
# First, three questions to warm up.

# %% tags=["retrieval"]
quiz("neuron.warmup")

# %% [markdown] tags=["seed:S28"]
# **The formula.** A neuron with $n$ inputs $x_1, \dots, x_n$ computes
#
# $$y = \sigma\Big(\sum_{i=1}^{n} w_i x_i + b\Big)$$
#
# In words: multiply each input by its own weight, add everything up, add the bias, and pass the sum through the activation, which turns one
# number into one number.
#
# | symbol | name | in a cell, roughly |
# |---|---|---|
# | $x_i$ | input (输入) | how much of a factor is there |
# | $w_i$ | weight (权重) | how strongly it acts; negative for a repressor |
# | $b$ | bias (偏差项, 偏置) | the threshold, with its sign turned around |
# | $z = \sum w_i x_i + b$ | weighted sum | everything for and against, added up |
# | $\sigma$ | activation (激活函数) | saturation: no more than all sites can be occupied |
#
# Weights and bias are *learned*, the rest is given. The usual $\sigma$ for a yes-or-no question is the **sigmoid**,
# $1 / (1 + e^{-z})$: near 0 for very negative $z$, one half at $z = 0$, near 1 for very positive $z$.

# %% tags=["predict"]
predict("neuron.p1")

# %% [markdown]
# ## 2 · See ⏱ 16 min
#
# Here is a neuron with two inputs. Left: the plane of the inputs, with the four cases *neither, first only, second only, both*. Black dots should be on,
# white dots off. The darker the blue, the larger the output; the dashed **decision line** is where $z = 0$. Right: the activation, with the same
# four cases on it. The sum of the ringed case is written out below. Three things to try, by mouse or with the arrow keys:
#
# 1. Move the bias from −10 to 10. *Notice that the line never turns.*
# 2. Set both weights to 1, then to 10, with the bias at minus one weight. *Notice what becomes sharper, and what stays.*
# 3. Choose another activation. *Notice that the line stays where it was:* the activation decides how large the output is, not where it switches.

# %% tags=["widget", "seed:S28"]
neuron.NeuronFigure(4, 4, -2, task="lac")

# %% tags=["observe", "nbval-check-output"]
for b in (-2, 2):
    outputs = neuron.neuron_forward(neuron.TRUTH_TABLE, [4, 4], b)
    print(f"b = {b:2d}: on in {int((outputs > 0.5).sum())} of 4 cases; outputs {outputs.round(2)}")
observe("neuron.p1", "c")

# %% tags=["explain"]
explain("neuron.p1")

# %% [markdown]
# **Exercise 1.** A gene has three inputs, each between 0 (absent) and 1 (plenty): an activator with weight 2, a repressor with weight −3,
# a sigma factor with weight 1. The bias is −0.5, the activation the sigmoid. What is the output without the repressor, $x = (1, 0, 1)$,
# and with it, $x = (1, 1, 0.5)$? The first sum is given; fill in the rest (tolerance 0.005). `np.exp` computes the exponential.

# %% tags=["exercise", "faded"]
z_without = 2 * 1 - 3 * 0 + 1 * 1 - 0.5
# BEGIN SOLUTION
z_with = 2 * 1 - 3 * 1 + 1 * 0.5 - 0.5
without = 1 / (1 + np.exp(-z_without))
with_repressor = 1 / (1 + np.exp(-z_with))
# STUB
# z_with = ...
# without = ...  # the activation of z_without
# with_repressor = ...
# END SOLUTION
check("neuron.1", [without, with_repressor])

# %% [markdown]
# **Exercise 2 (the *lac* switch).** Find two weights and a bias for a sigmoid neuron with the inputs lactose and glucose. The output must be above 0.9 with
# lactose alone, and below 0.1 in the three other cases. Use the figure above, then hand in `[w_lactose, w_glucose, b]`. Any right answer counts.
#
# The real switch is softer than this. Measured over many concentrations, the *lac* promoter answers in steps, and a few mutations can turn it
# into something closer to AND or to OR (Mayo and colleagues, 2006). Zero and one are our simplification.

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
lac = [8, -8, -4]
# STUB
# lac = ...  # [w_lactose, w_glucose, b]
# END SOLUTION
check("neuron.2", lac)

# %% [markdown] tags=["seed:S1"]
# ## 3 · Build ⏱ 26 min
#
# **Is this a nerve cell?** Compare the two. A *leaky integrate-and-fire* neuron is a simple model of a real one: current charges its membrane, the charge leaks away, and
# at a threshold it fires. We give the same currents to it and to a weighted sum with a sigmoid.

# %% tags=["seed:S1"]
currents = np.linspace(0, 5, 26)  # nA, (26,) the same input for both
rates = neuron.spike_rates(currents)  # spikes per second
artificial = neuron.neuron_forward(currents[:, None], w=[2.0], b=-5.0)  # (26,)
potential, spikes = neuron.leaky_integrate_and_fire(np.full(2000, 2.0))  # 200 ms at 2 nA
times = 0.1 * np.arange(len(potential))
show(
    neuron.pictures.two_neurons(times, potential, spikes, currents, rates, artificial),
    alt="Left: at 2 nA the membrane potential of a leaky integrate-and-fire neuron climbs to 15 mV, fires and starts again, seven times in "
    "200 ms. Right: its spike rate is 0 up to 1.5 nA, then rises steadily; the sigmoid rises smoothly from 0 to 1 around 2.5 nA.",
    data={"current (nA)": currents, "spikes per second": rates, "artificial output": artificial.round(3)},
)

# %% [markdown]
# The spiking neuron has time, spikes and a rest. The artificial one has one number, at best a rate. What they share is a
# threshold and a sum of inputs.
#
# **Which activation?** Four are in use. Dashed is the slope, which learning needs: where it is 0, nothing is learned.

# %% tags=["static"]
show(
    neuron.pictures.activations(),
    alt="Four activations from z = −6 to 6. Sigmoid: from 0 to 1, slope at most one quarter. Tanh: from −1 to 1, slope up to 1. ReLU: 0 up "
    "to z = 0, then rising with slope 1. Step: jumps from 0 to 1, and its slope is 0 everywhere.",
)

# %% [markdown]
# For the *last* neuron the question decides: sigmoid for yes or no, none for a length in cm. Inside a network ReLU is the usual choice.
#
# **Exercise 3.** Write `my_neuron(X, w, b)`. Input: `X` of shape `(batch, n)`, one example a row; `w` of shape `(n,)`; `b`, one number. Output:
# the sigmoid neuron's output for each example, shape `(batch,)`. The check tries 100 random cases (tolerance 1e-6).
#
# In the cell after it we copy random weights into PyTorch's *linear layer* with a single neuron, and compare. The same lines run for 1 input, for 2, and for the
# 57 × 4 numbers that will describe a piece of DNA: **any number of inputs, one output**.

# %% tags=["exercise", "independent", "seed:S28"]
def my_neuron(X, w, b):
    # BEGIN SOLUTION
    z = X @ w + b  # (batch,)
    return 1 / (1 + np.exp(-z))
    # STUB
    # z = ...  # (batch,)
    # return ...
    # END SOLUTION


check("neuron.3", my_neuron)

# %% tags=["seed:S27", "seed:S28", "nbval-check-output"]
forward = learning.mine_or_ours("neuron.3", my_neuron)
rng = np.random.default_rng(2)
for n in (1, 2, 57 * 4):
    layer = torch.nn.Linear(n, 1).double()  # n weights and a bias
    X = rng.normal(size=(100, n))  # (100, n)
    with torch.no_grad():
        theirs = torch.sigmoid(layer(torch.tensor(X)))[:, 0].numpy()  # (100,)
        ours = forward(X, layer.weight[0].numpy(), layer.bias.item())  # (100,)
    print(f"{n:3d} inputs: output shape {ours.shape}, agrees to 1e-6: {bool(np.abs(ours - theirs).max() < 1e-6)}")

# %% [markdown]
# **How a neuron learns.** Let $p$ be its output for an example and $y$ the truth, 0 or 1. The **binary cross-entropy** (二元交叉熵) punishes a
# confident error hard:
#
# $$L = -\frac{1}{N}\sum \big[\,y \ln p + (1-y)\ln(1-p)\,\big]$$
#
# In words: for each example take the probability that the neuron gave to what was true, take minus its logarithm, and average.
#
# Then change the weights a little so that the loss falls, and repeat. The way to go is told by the **gradient** (梯度): for each weight, how fast the loss grows
# when that weight grows. With a sigmoid it is surprisingly simple, since the slope of σ cancels the slope of the logarithm:
#
# $$\frac{\partial L}{\partial w_i} = \frac{1}{N}\sum (p - y)\,x_i \qquad \frac{\partial L}{\partial b} = \frac{1}{N}\sum (p - y)$$
#
# In words: the mean, over all examples, of the error times the input; for the bias the input is 1.
#
# Put the steps of such a training in order. Two lines do not belong to it.

# %% tags=["parsons"]
order("neuron.order")

# %% [markdown]
# **Exercise 4.** Write `my_gradient(X, y, w, b)` for the *mean* binary cross-entropy of a sigmoid neuron. Output: the slopes `d_w` of shape `(n,)` and `d_b`, one number, in
# this order (tolerance 1e-6). Below the check, a gradient is verified without any formula: push each weight by a tiny step to both sides, and see how the loss changes.

# %% tags=["exercise", "independent"]
def my_gradient(X, y, w, b):
    # BEGIN SOLUTION
    error = 1 / (1 + np.exp(-(X @ w + b))) - y  # (batch,)
    return X.T @ error / len(y), error.mean()
    # STUB
    # error = ...  # p − y, (batch,)
    # return ...  # d_w, d_b
    # END SOLUTION


check("neuron.4", my_gradient)
gradient = learning.mine_or_ours("neuron.4", my_gradient)
X, y, at = rng.normal(size=(20, 3)), rng.integers(0, 2, 20), rng.normal(size=4)  # three weights and the bias
tiny_steps = neuron.numeric_gradient(lambda v: neuron.bce(neuron.neuron_forward(X, v[:3], v[3]), y), at)
print("formula   ", np.append(*gradient(X, y, at[:3], at[3])).round(3))
print("tiny steps", tiny_steps.round(3))

# %% [markdown]
# Both agree. Now let a neuron learn from real roots: chapter 1's ryegrass. Its input is the logarithm of the dose, its answer whether the root is stunted (shorter than
# 7.5 cm). We train with the lines you put in order, and ask scikit-learn for **logistic regression** (逻辑回归) on the same roots.

# %%
ryegrass, card = data.load("ryegrass")
x = np.log(ryegrass["dose_mM"].replace(0, 0.3).to_numpy())  # the untreated stand at 0.3 mM
stunted = (ryegrass["root_length_cm"] < 7.5).to_numpy(float)
w, b, losses = neuron.descend(x[:, None], stunted, learning_rate=1.0, num_steps=1000)
theirs = neuron.fit_neuron(x[:, None], stunted, C=np.inf)  # scikit-learn, no penalty
print(f"gradient descent: w {w[0]:.2f}, b {b:.2f}, loss {losses[0]:.3f} to {losses[-1]:.3f}")
print(f"scikit-learn:     w {theirs.coef_[0, 0]:.2f}, b {theirs.intercept_[0]:.2f}")
show(
    neuron.pictures.one_input(x, stunted, w[0], b),
    alt="Stunted roots stand at 1, others at 0, against the dose. The neuron's output rises from about 0.25 for the untreated to nearly 1 "
    "above 3 mM, and passes one half at 0.58 mM.",
)

# %% [markdown]
# The same numbers: **a sigmoid neuron with cross-entropy *is* logistic regression**. And its bias has a meaning: $z = 0$ at ln(dose) = −b/w, that is at 0.58 mM,
# where half of the roots are stunted.
#
# **What one neuron cannot do.** Some genes should be on if *exactly one* of two factors is bound, but not both: in logic, XOR.

# %% tags=["predict", "seed:S29"]
predict("neuron.p2")

# %% tags=["observe", "seed:S29"]
xor = [0, 1, 1, 0]  # none, A, B, both
best, tried = neuron.best_single_neuron(xor)
print(f"{tried} neurons tried; the best is right in {best} of 4 cases")
observe("neuron.p2", best)
show(
    neuron.pictures.xor(),
    alt="Left: in the plane of factors A and B the cases A and B, which should be on, lie at opposite corners; the on region is a diagonal band. Right: in "
    "the plane of two hidden neurons A and B fall on one spot, and one straight line parts them from none and from both.",
)

# %% tags=["explain"]
explain("neuron.p2")

# %% [markdown] tags=["seed:S29"]
# **Exercise 5.** Two neurons can. Their outputs become the *inputs* of a third: that is a **layer** (层), and the whole chapter 3. Hand in two things: `hidden`, a row
# `[w1, w2, b]` for each of two hidden neurons, and `output`, `[v1, v2, c]` for the last. All use the sigmoid. Wanted: above 0.9 for one factor, below 0.1 for none and for both.
# The right-hand picture shows what the last neuron sees when two hidden neurons say "at least one" and "both".

# %% tags=["exercise", "independent", "seed:S29"]
# BEGIN SOLUTION
hidden = [[20, 20, -10], [20, 20, -30]]  # at least one; both
output = [20, -20, -10]  # at least one, and not both
# STUB
# hidden = ...  # [[w1, w2, b], [w1, w2, b]]
# output = ...  # [v1, v2, c]
# END SOLUTION
check("neuron.5", hidden, output)

# %% [markdown]
# ## 4 · Use ⏱ 18 min
#
# **Promoters of *E. coli*.** RNA polymerase holds on to a promoter at two places, about 35 and about 10 bases before the start of transcription; their typical
# sequences are TTGACA and TATAAT. We have 53 promoters and 53 other pieces of DNA, 57 bases each (Harley and Reynolds, 1987). Can one neuron tell them apart?
#
# Each base becomes four numbers, one each for A, C, G, T: 1 where the letter stands, else 0 (*one-hot*, 独热编码). That makes 228 inputs. First, look.

# %% tags=["needs-real-data"]
promoters, card = data.load("promoters")
X, y = neuron.promoter_inputs(promoters)  # (106, 228), (106,)
show(
    neuron.pictures.letters(promoters),
    alt="Share of A, C, G and T at each of 57 positions. In promoters TTG stands out at −36 to −34, with 80 percent each, and A and T around "
    "−12 to −7. In the other sequences nothing stands out.",
    data=promoters.assign(sequence=promoters["sequence"].str.slice(0, 30) + "…"),
    card=card,
)
card

# %% [markdown]
# **Leave-one-out** (留一法) uses each sequence as test once: train on 105, judge the one left out, 106 times. The baseline knows only the share of G and C. *Perceptron* is Rosenblatt's rule, from five orders of
# the examples. Bars: 95 % intervals (Wilson), or the range over the orders.
#
# Older results, by leave-one-out: a network that starts from biologists' rules 4 errors, one with a hidden layer 8, a method from the biological literature 12, three nearest neighbours
# 13, a decision tree 19 (Towell and colleagues, 1990).

# %% tags=["needs-real-data", "baseline"]
from bioml_helpers.evaluation import leave_one_out_errors, results_table, wilson_interval

FIXED = {"metric": "errors of 106", "deterministic": True}
rows = []
for name, fit, inputs in [("GC content", neuron.fit_neuron, neuron.gc_content(X)), ("one neuron", neuron.fit_neuron, X)]:
    wrong = leave_one_out_errors(fit, inputs, y)  # (106,) True where the left-out sequence is misjudged
    ends = 106 * np.array(wilson_interval(int(wrong.sum()), 106)[1:])
    rows.append({"model": name, "values": int(wrong.sum()), "interval": ends, "baseline": name == "GC content", **FIXED})
by_rule = [int(leave_one_out_errors(neuron.Perceptron(seed=seed).fit, X, y).sum()) for seed in range(5)]
rows.append({"model": "perceptron, 5 orders", "values": by_rule, "metric": "errors of 106"})
table = results_table(rows)
show(neuron.pictures.errors(table), data=table, card=card,
     alt="Errors out of 106 by leave-one-out, with intervals; guessing would make 53. "
     + ", ".join(f"{row.model}: {row.mean:.0f}" for row in table.itertuples()) + ".")
print(table[["model", "mean", "low", "high", "seeds"]].round(1).to_string(index=False))

# %% tags=["needs-real-data", "slide"]
fitted = neuron.fit_neuron(X, y)  # one neuron, all 106 sequences
weights = neuron.weight_table(fitted)  # 57 positions × A, C, G, T
show(
    neuron.pictures.logo(weights),
    alt="Weights of the promoter neuron as letters over positions −50 to +7. Along the top of the shaded −35 box stands TTGACA, with "
    "tall T, T, G and A; in the −10 box A at −12 and −11 is tall. Smaller letters are spread over all positions.",
    data=weights.round(2).reset_index(),
    card=card,
)

# %% [markdown]
# On the real data one neuron makes 8 errors; its interval reaches from 4 to 15. So it neither beats 12 or 13 errors, nor loses to 4. Along the top of the
# −35 box you can read TTGACA (up means: for a promoter). TATAAT is smeared, because its distance from the start varies by a base or two, and a neuron looks at *fixed* positions. Chapter 4 mends that.
#
# **Exercise 6.** Report it. Hand in a dictionary: `"errors"`, the leave-one-out errors of the neuron; `"training_errors"`, its errors on the 106 sequences it was fitted on;
# `"positions"`, the five positions with the largest weights. `wrong` (a left-out sequence misjudged), `fitted.predict(X)` and `neuron.strongest_positions(fitted, 5)` help.

# %% tags=["exercise", "independent", "needs-real-data"]
# BEGIN SOLUTION
report = {
    "errors": int(wrong.sum()),
    "training_errors": int((fitted.predict(X) != y).sum()),
    "positions": neuron.strongest_positions(fitted, 5),
}
# STUB
# report = {
#     "errors": ...,
#     "training_errors": ...,
#     "positions": ...,
# }
# END SOLUTION
check("neuron.6", report)

# %% [markdown] tags=["seed:S30"]
# ## 5 · Exercises ⏱ 6 min
#
# How neurons are arranged is called the **architecture** (架构): a single one, layers in which each neuron sees the whole layer before (chapter 3), filters that
# slide along a sequence (4), loops (5), attention (6), graphs (7). Architectures are combined. The network below looks for motifs with sliding filters, and ends with fully connected layers that weigh
# what was found. In every one of these layers sits the neuron of this chapter.
#
# **Exercise 7.** Read the printed list. Which layers are *fully connected*: they have weights, and each of their neurons sees every number of the layer before? Hand in their numbers as a list. The last
# lines show what comes out without them.
#
# **Exercise 8 (open).** Write a yes-or-no decision from your own work as one neuron. Name the inputs with units, which of them push up or down and why, what the bias means, a simple
# rule as baseline, and what must be left out *together* for a fair test (the wells of a plate, the sites of a patient). The check looks for completeness; a colleague judges the content.

# %% tags=["exercise", "independent", "seed:S30", "seed:S26"]
network = torch.nn.Sequential(
    torch.nn.Conv1d(4, 8, kernel_size=7), torch.nn.ReLU(), torch.nn.MaxPool1d(3), torch.nn.Flatten(),
    torch.nn.Linear(136, 16), torch.nn.ReLU(), torch.nn.Linear(16, 2),
)
one_sequence = torch.zeros(1, 4, 57)  # (batch, letters, positions)
print(network)
print("whole network:", tuple(network(one_sequence).shape), "two classes")
print("without 4–6:  ", tuple(network[:4](one_sequence).shape), "no classes any more")
print("one neuron of layer 4 has", network[4].weight[0].numel(), "weights; one of layer 0 has", network[0].weight[0].numel())
# BEGIN SOLUTION
fully_connected = [4, 6]
# STUB
# fully_connected = ...  # numbers of layers, as a list
# END SOLUTION
check("neuron.7", fully_connected)

# %% tags=["exercise", "optional"]
# BEGIN SOLUTION
my_decision = {
    "decision": "is this bacterial isolate resistant",
    "inputs": "growth at 1 mg/l of the antibiotic (OD), efflux expression (fold change)",
    "signs": "both push up: growth is resistance, and pumps remove the drug",
    "bias": "how much growth counts as none, given the noise of the reader",
    "baseline": "a cut-off on growth alone",
    "left_out": "all isolates of one patient",
}
# STUB
# my_decision = {
#     "decision": ...,
#     "inputs": ...,  # with units
#     "signs": ...,
#     "bias": ...,
#     "baseline": ...,
#     "left_out": ...,
# }
# END SOLUTION
check("neuron.8", my_decision)

# %% [markdown] tags=["caution"]
# ## 6 · Caution ⏱ 12 min
#
# **A large weight is not an important input.** Write the doses of chapter 1 in µM instead of mM, and fit the stunted roots again.

# %% tags=["caution", "nbval-check-output"]
both = neuron.in_two_units(ryegrass["dose_mM"], stunted)
for unit, weight in both.weights.items():
    print(f"dose in {unit}: weight {weight:.3g}")
largest = np.abs(both.probabilities["mM"] - both.probabilities["µM"]).max()
print("predictions differ by less than 0.001:", bool(largest < 0.001))

# %% [markdown]
# A weight a thousand times smaller, and the same predictions. (Letters of DNA share one unit, 0 or 1, so the logo may compare them.)
#
# **Is there anything to learn at all?** A neuron with 228 weights and 106 sequences can learn *anything* by heart. The control: mix the labels, so that nothing is left to learn, and run the whole analysis again.
#
# **Exercise 9.** Write `my_control(X, y, seed)`. It returns inputs and labels (two arrays) in which sequences and labels no longer belong together: the same sequences, the same labels, in an order that `seed` decides.

# %% tags=["exercise", "independent", "caution"]
def my_control(X, y, seed):
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    return X, rng.permutation(y)
    # STUB
    # rng = np.random.default_rng(seed)
    # return ...  # inputs, labels
    # END SOLUTION


check("neuron.9", my_control)

# %% tags=["caution"]
for seed in range(3):
    labels = neuron.shuffled_labels(y, seed)
    trained = (neuron.fit_neuron(X, labels).predict(X) == labels).mean()
    errors = int(leave_one_out_errors(neuron.fit_neuron, X, labels).sum())
    print(f"shuffle {seed + 1}: training accuracy {trained:.2f}, but {errors} of 106 left-out sequences wrong")

# %% tags=["predict", "caution"]
predict("neuron.p3")

# %% tags=["observe", "caution"]
outside, inside = [], []
for seed in range(5):
    labels = neuron.shuffled_labels(y, seed)
    columns = neuron.choose_columns(X, labels, 20)  # chosen with all 106 labels in view
    outside.append(int(leave_one_out_errors(neuron.fit_neuron, X[:, columns], labels).sum()))
    inside.append(int(leave_one_out_errors(neuron.choose_then_fit, X, labels).sum()))  # chosen among 105, 106 times
observe("neuron.p3", int(np.mean(outside)))
show(neuron.pictures.leak(outside, inside), data={"chosen on all 106": outside, "chosen without the left-out one": inside}, card=card,
     alt="Errors out of 106 for five shuffles of the labels. With columns chosen on all sequences there are about 20 to 35; chosen "
     "without the left-out one, more in each shuffle, scattered around what guessing makes.")

# %% tags=["explain"]
explain("neuron.p3")

# %% [markdown]
# Look back at the first control: training accuracy 1.00 on nonsense, and guessing on left-out sequences. So training accuracy is worth nothing here, and the 8 errors with the real labels mean something.
# And with the leak, nonsense looks like skill. Only the control shows it.
#
# **Exercise 10 (repair).** The function below should count leave-one-out errors with 20 chosen columns. It runs, and it leaks. `choose(X, y)` returns column numbers; `fit(X, y)` returns a
# model with `predict`. Mend it. The check hands in its own `choose` and `fit`, which remember each row they were shown.

# %% tags=["exercise", "independent", "caution"]
def my_leave_one_out(X, y, choose, fit):
    # BEGIN SOLUTION
    errors = 0
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        columns = choose(X[rest], y[rest])
        model = fit(X[rest][:, columns], y[rest])
        errors += int(model.predict(X[[i]][:, columns])[0] != y[i])
    return errors
    # STUB
    # errors = 0
    # columns = choose(X, y)
    # for i in range(len(y)):
    #     rest = np.arange(len(y)) != i
    #     model = fit(X[rest][:, columns], y[rest])
    #     errors += int(model.predict(X[[i]][:, columns])[0] != y[i])
    # return errors
    # END SOLUTION


check("neuron.10", my_leave_one_out)

# %% [markdown] tags=["honesty"]
# **What this does not show.** The promoters were cut out and aligned for us; finding them in a genome of 4.6 million bases is another task. The 53 other sequences come from elsewhere, so part of the success is
# composition: GC content alone leaves 38 errors on the real data, fewer than guessing. The logo tells which letters raise *this model's* score. That polymerase touches these bases is known from experiments, not from weights; and a letter
# that is small here can still matter in the cell. Finally, 106 sequences: 8 errors and 12 are the same result.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - A neuron: weighted sum of any number of inputs, plus bias, through an activation; one number comes out.
# - Weights are strengths with a sign, the bias is a threshold. Their size depends on the units.
# - With sigmoid and cross-entropy it is logistic regression; its gradient is the mean of error times input.
# - One neuron draws one straight line. XOR needs two and a third: the outputs of one layer are the inputs of the next.
# - Whatever learns from data learns without the row that judges it. Shuffled labels find out who cheated.
#
# **Words:** artificial neuron (人工神经元), weight (权重), bias (偏差项), activation function (激活函数), gradient (梯度), layer (层), architecture (架构), one-hot (独热编码), leave-one-out (留一法), promoter (启动子).

# %% tags=["quiz"]
quiz("neuron.quiz")

# %% tags=["retrieval"]
quiz("neuron.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - First neurons: McCulloch & Pitts 1943, [doi:10.1007/BF02478259](https://doi.org/10.1007/BF02478259); Rosenblatt 1958, [doi:10.1037/h0042519](https://doi.org/10.1037/h0042519); Rumelhart, Hinton & Williams 1986, [doi:10.1038/323533a0](https://doi.org/10.1038/323533a0)
# - In biology: Stormo, Schneider, Gold & Ehrenfeucht 1982, *Nucleic Acids Research* 10:2997; Qian & Sejnowski 1988, [doi:10.1016/0022-2836(88)90564-5](https://doi.org/10.1016/0022-2836(88)90564-5); Alipanahi et al. 2015, [doi:10.1038/nbt.3300](https://doi.org/10.1038/nbt.3300); Jumper et al. 2021, [doi:10.1038/s41586-021-03819-2](https://doi.org/10.1038/s41586-021-03819-2)
# - Promoters: Harley & Reynolds 1987, [doi:10.1093/nar/15.5.2343](https://doi.org/10.1093/nar/15.5.2343); data set, [doi:10.24432/C5S01D](https://doi.org/10.24432/C5S01D); Towell, Shavlik & Noordewier 1990, *Proceedings of AAAI-90*, pages 861–866
# - The *lac* promoter's answer: Mayo, Setty, Shavit, Zaslaver & Alon 2006, [doi:10.1371/journal.pbio.0040045](https://doi.org/10.1371/journal.pbio.0040045)
# - Intervals for counts: Wilson 1927, [doi:10.1080/01621459.1927.10502953](https://doi.org/10.1080/01621459.1927.10502953); leaks in genomics: Whalen, Schreiber, Noble & Pollard 2022, [doi:10.1038/s41576-021-00434-9](https://doi.org/10.1038/s41576-021-00434-9)
