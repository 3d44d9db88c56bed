# %% [markdown]
# ## 1 · A rule that needs no slope
#
# Chapter 2 taught a neuron by gradient descent. The first rule was simpler, and sixty years ago it was built into a machine with motors for
# weights (Rosenblatt, 1958). You need this companion for none of the later chapters.
#
# The *perceptron* (感知器) answers 1 if $z = \sum w_i x_i + b$ is above 0, and 0 otherwise. It looks at one example after the other. If the answer is right, nothing
# happens. If it is wrong, the example itself is added to the weights (answer too low) or subtracted from them (too high):
#
# $$w \leftarrow w + (y - \text{answer})\,x \qquad b \leftarrow b + (y - \text{answer})$$
#
# In words: error times input is added to each weight, and the error to the bias. It looks like the gradient of chapter 2, with a step in place of the sigmoid.
#
# **Exercise.** Write one step, `my_step(w, b, x, y)`. Input: the weights `w` and one example `x`, both of shape `(n,)`; the bias `b`; the truth `y`, 0 or 1. Output:
# the new weights and the new bias (tolerance 1e-9).

# %% tags=["exercise", "independent"]
def my_step(w, b, x, y):
    # BEGIN SOLUTION
    answer = 1.0 if x @ w + b > 0 else 0.0
    error = y - answer
    return w + error * x, b + error
    # STUB
    # answer = ...  # 1 or 0
    # error = ...
    # return ..., ...  # weights, bias
    # END SOLUTION


check("neuron.b1", my_step)

# %% [markdown]
# Now walk through the four cases of a gene that needs *both* of its factors, again and again, until a whole pass is free of mistakes.

# %% tags=["worked", "nbval-check-output"]
step = learning.mine_or_ours("neuron.b1", my_step)
both = [0, 0, 0, 1]  # neither, A, B, both
w, b = np.zeros(2), 0.0
for number in range(1, 7):
    for x, y in zip(neuron.TRUTH_TABLE, both):
        w, b = step(w, b, x, y)
    outputs = neuron.neuron_forward(neuron.TRUTH_TABLE, w, b, "step")
    print(f"pass {number}: w {w}, b {b:g}, right in {int((outputs == both).sum())} of 4 cases")

# %% [markdown]
# A few corrections, and the line stands still: Rosenblatt's rule always ends *if some line parts the classes*. It stops at the first such line, however close to an example it may run.
#
# ## 2 · Where it never ends
#
# Three tasks: promoters (228 inputs, so many that a line always exists), the *lac* switch of chapter 2, and XOR, for which no line exists.

# %%
promoters, card = data.load("promoters")
X, y = neuron.promoter_inputs(promoters)
tasks = {"promoters": (X, y), "lac": (neuron.TRUTH_TABLE, [0, 1, 0, 0]), "exactly one (XOR)": (neuron.TRUTH_TABLE, [0, 1, 1, 0])}
counts = {name: neuron.Perceptron(num_epochs=20).fit(*task).mistakes for name, task in tasks.items()}
show(
    neuron.pictures.mistakes(counts),
    alt="Mistakes in each pass. For the promoters they fall from some twenty to 0 within a few passes, for the lac switch from 2 to 0. For XOR "
    "they go up and down between 1 and 4 and never reach 0.",
    data={name: [*one, *[None] * (20 - len(one))] for name, one in counts.items()},
    card=card,
)

# %% [markdown]
# That is what Minsky and Papert made precise in 1969, and what a layer in between mends. But only with a *non-linear* activation. Without one, two layers are one:
# the weights can be multiplied out.

# %% tags=["worked", "nbval-check-output"]
rng = np.random.default_rng(3)
W, b, v, c = rng.normal(size=(2, 2)), rng.normal(size=2), rng.normal(size=2), 0.5
hidden = neuron.TRUTH_TABLE @ W.T + b  # (4, 2) two neurons without activation
two_layers = hidden @ v + c  # (4,)
one_layer = neuron.TRUTH_TABLE @ (v @ W) + (v @ b + c)  # (4,) one neuron, weights multiplied out
print("two layers", two_layers.round(3))
print("one neuron", one_layer.round(3))

# %% [markdown]
# ## 3 · Is 0.9 really 90 %?
#
# A sigmoid's output lies between 0 and 1, and so it looks like a probability. Is it one? Take the outputs for left-out promoters, put them into four bins, and ask how often "about 0.9" came true.

# %% tags=["needs-real-data"]
left_out = neuron.left_out_probabilities(X, y)  # (106,) each from a neuron that never saw the sequence
table = neuron.reliability(left_out, y, bins=4)
show(
    neuron.pictures.reliability(table),
    alt="Share that was a promoter against the predicted probability, in four bins with 95 percent intervals. Every interval crosses the diagonal "
    "of perfect calibration, but the two middle bins hold only about ten sequences each and their intervals are wide.",
    data=table.round(2),
    card=card,
)

# %% [markdown]
# Every interval reaches the diagonal: nothing speaks against these probabilities, and with ten sequences in a bin, little speaks for them. Calibration
# (校准) has to be *measured*; that an output lies between 0 and 1 shows nothing. Chapter 9 measures it on larger data.
#
# Try another penalty: `neuron.left_out_probabilities(X, y, C=100)`. What happens to the number of sequences in the middle bins?

# %% [markdown] tags=["keypoints"]
# **Key points**
#
# - Rosenblatt's rule corrects mistakes only, and ends if a line parts the classes; on XOR it never ends.
# - Layers without a non-linear activation collapse into one neuron.
# - A number between 0 and 1 is a probability only if it comes true that often.

# %% [markdown] tags=["references"]
# **References**
#
# - Rosenblatt 1958, [doi:10.1037/h0042519](https://doi.org/10.1037/h0042519)
# - Stormo, Schneider, Gold & Ehrenfeucht 1982: a perceptron that finds starts of translation, *Nucleic Acids Research* 10:2997
