# %% [markdown]
# ## 1 · Before you ask for a graphics card ⏱ 5 min
#
# "Do I need a GPU for this?" is the first question that biologists ask about neural networks, and it is asked too early. A processor
# (**CPU**, 中央处理器) has a few quick cores; a graphics card (**GPU**, 图形处理器) has thousands of slow ones that all do the same; a **TPU** is built for
# nothing but the sums of neural networks. Which one you need follows from two numbers that you can work out on paper.
#
# In this notebook you measure, compute, interrupt a run and resume it, and let two processes train one network. First, two questions to warm up.

# %% tags=["retrieval"]
from bioml_helpers.practice import hardware, hardware_exercises, models

quiz("practice.cwarmup")

# %% [markdown]
# What is there to compute with?

# %% tags=["seed:S107"]
for device in hardware.devices():
    print(device.explain())
print(f"This processor multiplies tables at {hardware.reached() / 1e9:.0f} billion operations a second, with one thread or a few.")

# %% [markdown]
# If only the processor is listed, all of this notebook still runs. (On Colab, *Runtime → Change runtime type* offers a card; whether one is free is not guaranteed.)
#
# ## 2 · How to time a network ⏱ 14 min
#
# Two traps. The **first step** pays for memory and for preparing programs: it is a **warm-up** (预热) and may not count. And a card works
# **later**: a command to it comes back at once, while the work has hardly begun. So one must wait for it, before the clock starts and before it stops (**synchronisation**, 同步).
#
# The check brings a pretended card, with a clock of its own: `step()` gives the order for one training step, `wait()` returns when all that was ordered is done, `clock()` tells the seconds.
#
# **Exercise 1.** Write `my_time(step, wait, clock)`. Output: the seconds that one step takes, warm-up not counted, to 1 %. Call `step` as often as you like.

# %% tags=["exercise", "faded", "seed:S107"]
def my_time(step, wait, clock):
    # BEGIN SOLUTION
    step()  # the warm-up
    wait()
    begun = clock()
    step()
    wait()
    return clock() - begun
    # STUB
    # step()  # the warm-up
    # ...  # what is missing here?
    # begun = clock()
    # step()
    # ...  # and here?
    # return ...
    # END SOLUTION


check("practice.c1", my_time)

# %% [markdown]
# The package's `stopwatch` does the same and takes the median of several steps. Now time three networks: perceptrons for windows of 13 residues
# with two hidden layers of 32, 256 and 1,536 neurons.

# %% tags=["predict", "seed:S107"]
predict("practice.cp1")

# %% tags=["observe", "seed:S107"]
timed = hardware.benchmark()
print(timed.round({"ms a step": 2, "billion operations a second": 1, "times the CPU": 1}).to_string(index=False))
on_cpu = timed[timed["device"] == "cpu"]
longer = on_cpu["ms a step"].iloc[-1] / on_cpu["ms a step"].iloc[0]
more = on_cpu["parameters"].iloc[-1] / on_cpu["parameters"].iloc[0]
print(f"On this processor: {more:.0f} times the parameters, {longer:.0f} times the time of a step.")
observe("practice.cp1", "b" if longer < 0.8 * more else "a" if longer < 1.25 * more else "c")

# %% tags=["explain"]
explain("practice.cp1")

# %% [markdown] tags=["honesty"]
# Read the column of operations a second. The small network uses a fraction of what the processor can do: it waits for orders. **That is the whole secret of when a card helps.** With
# large tables a card is often said to be 10 to 100 times as fast; with small ones it gains little, or loses. Your table shows which of the two you have. The figures are
# those of this machine at this moment: another program running beside it changes them.
#
# ## 3 · What training costs ⏱ 12 min
#
# A weight costs about two operations for each token on the way forward (multiply, add) and four on the way back. A token is a residue, a base, or whatever the network reads one by one. So
#
# $$\text{operations} \approx 6 \cdot \text{parameters} \cdot \text{tokens}$$
#
# In words: six times the number of weights, times all tokens gone through, each as often as it is gone through. Divide by what the hardware does in a second. Data sheets name a peak; training reaches perhaps
# 30 to 40 % of it, its **utilisation** (利用率).
#
# **Exercise 2.** Write `my_hours(parameters, tokens, speed, utilisation)`. Input: four numbers; `speed` in operations a second (312 TFLOP/s are `312e12`), `utilisation` a share, such as 0.4.
# Output: the hours of training, to 1e-6.

# %% tags=["exercise", "faded", "seed:S108"]
def my_hours(parameters, tokens, speed, utilisation):
    # BEGIN SOLUTION
    operations = 6 * parameters * tokens
    seconds = operations / (speed * utilisation)
    return seconds / 3600
    # STUB
    # operations = ...
    # seconds = ...
    # return ...
    # END SOLUTION


check("practice.c2", my_hours)

# %% tags=["predict", "seed:S108"]
predict("practice.cp5")

# %% [markdown]
# Four jobs on four machines. "Course size" is 50,000 weights and 2 million tokens, as in most chapters. ESM-2, the family of protein language models of chapter 6, went
# through 500,000 steps of 2 million tokens: 10¹² of them. Peaks are from data sheets (T4: 65 TFLOP/s, A100: 312 TFLOP/s, both in 16 bits); the laptop's 0.2 TFLOP/s is a round figure of ours.

# %% tags=["observe", "seed:S108", "nbval-check-output"]
costs = hardware.cost_table()
print(costs.map(hardware.in_words).to_string())
observe("practice.cp5", "c")

# %% tags=["explain"]
explain("practice.cp5")

# %% tags=["seed:S108"]
show(
    hardware.cost_figure(costs),
    alt="Hours of training on a logarithmic axis, four jobs by four machines. The course-size job takes seconds on a laptop and milliseconds on a card. The smallest ESM-2 takes 19 years on "
    "a laptop and days on one A100; the one of 3 billion weights thousands of years on a laptop, 4.6 years on one A100, and three days on 512 of them.",
    data=costs.map(lambda hours: f"{hours:.3g}").rename_axis("job").reset_index(),
)

# %% [markdown]
# This is why acceleration is a *necessity* for large models on large data, and why it is not one for anything you have trained in this course.
#
# How good is such a reckoning? For 3 billion weights it gives 40,000 hours of an A100. The authors of a small rival, trained in 24 hours on one card, write that ESM-2 3B took over 15,000 times as many
# card hours: at least 360,000. Take the result as a *lower bound*.
#
# ## 4 · Running is cheaper than training ⏱ 6 min
#
# A prediction is the way forward only: a third of the operations, and one example instead of a batch. Timed: a perceptron on one molecule, and a transformer
# of the smallest ESM-2's size (7.4 million weights, untrained) on 200 residues, each beside a training step of eight examples.

# %% tags=["seed:S109"]
running = hardware.inference_table()
print(running.round(2).to_string(index=False))
protein = running["one prediction (ms)"].iloc[1]
print(f"The transformer reads one protein in {protein / 1000:.2g} s; 5,000 proteins would take {5000 * protein / 60000:.0f} min here.")
assert (running["ratio"] > 1.5).all()

# %% [markdown]
# So a model that took a cluster weeks may well run on the computer you have. The limit then is memory: 4 bytes a weight, 2.6 GB for 650 million.
#
# **Exercise 3.** Five jobs. 1: the promoter neuron of chapter 2. 2: running a trained network of 8 million weights on the protein that your laboratory sequences each day. 3: training a
# network of 25 million weights on images of patients of your hospital. 4: training 650 million weights on 10¹² residues. 5: training 11 million weights on 60,000 *public* images.
# Four kinds of hardware: **a** your own laptop; **b** a card lent by a free cloud; **c** a cluster with 512 cards; **d** a card in your institution. Answer with five letters, the simplest hardware that will do.

# %% tags=["exercise", "independent", "seed:S107", "seed:S108"]
# BEGIN SOLUTION
my_choice = "aadcb"
# STUB
# my_choice = ...  # five letters, the one for job 1 first
# END SOLUTION
check("practice.c5", my_choice)

# %% [markdown]
# ## 5 · Sixteen bits ⏱ 9 min
#
# Cards compute several times as fast with numbers of 16 bits as with 32, and half the memory holds them. **Mixed precision** (混合精度) keeps the weights in 32 bits and does the large multiplications in 16. There are two kinds:

# %% tags=["nbval-check-output"]
print(hardware.number_formats().map(lambda value: f"{value:.3g}" if value < 1 or value > 100 else f"{value:g}").to_string())

# %% [markdown]
# `float16` spends its bits on digits, `bfloat16` on range. Which of the two matters for gradients?

# %% tags=["predict"]
predict("practice.cp2")

# %% tags=["observe", "nbval-check-output"]
left = {dtype: hardware.small_gradient(1e-8, dtype) for dtype in ("bfloat16", "float16")}
print({dtype: f"{value:.1e}" for dtype, value in left.items()})
print(f"float16, multiplied by 65,536 first: {hardware.small_gradient(1e-8, scale=65536):.1e}")
observe("practice.cp2", "b")

# %% tags=["explain"]
explain("practice.cp2")

# %% [markdown]
# The last line is the remedy: a **loss scaler** multiplies the loss, and so all gradients, by a large number, and divides again before the step. Our loop has both built in (`mixed_precision=True` takes what the
# hardware is fast at; a T4 gets float16 with a scaler, newer cards bfloat16). Here, three times the same short training on residues of 1988:

# %% tags=["needs-real-data"]
task = models.structure_task()
runs = {name: hardware.train_in(name, task.train.X, task.train.y, num_epochs=3) for name in hardware.FORMATS}
for name, history in runs.items():
    print(f"{name}: training loss {' → '.join(f'{loss:.3f}' for loss in history.train_loss)}")
losses = [history.train_loss[-1] for history in runs.values()]
assert max(losses) - min(losses) < 0.02

# %% [markdown]
# The losses agree to about two digits: noise of this size is nothing beside that of the batches. Do not expect speed on a processor: most have no quick circuits for 16 bits, and then it is slower.
#
# ## 6 · Killed, and resumed ⏱ 9 min
#
# Colab ends a session when it likes; a cluster ends a job after its hours; a laptop's lid is closed. A run that takes longer than you can afford to lose writes a **checkpoint** (检查点): one file with all that it takes to go on.
# Our loop writes it after an epoch, at most every five seconds, and whole or not at all.

# %% tags=["predict"]
predict("practice.cp3")

# %% [markdown]
# A run of ten epochs without disturbance; the same run, whose loss function fails in step 250 like a power cut; and the same command once more, with `resume=True`. The network has dropout, the batches are shuffled.

# %% tags=["worked"]
from functools import partial

X, y = task.train.X[:3000], task.train.y[:3000]
loss_fn = torch.nn.CrossEntropyLoss()
run = partial(training.train, train_data=(X, y), num_epochs=10, batch_size=64, seed=3, progress=False)


def network():
    training.seed_everything(3)
    return torch.nn.Sequential(torch.nn.Linear(273, 32), torch.nn.ReLU(), torch.nn.Dropout(0.3), torch.nn.Linear(32, 3))


undisturbed = network()
run(undisturbed, loss_fn=loss_fn)

# %% tags=["observe", "nbval-check-output"]
import tempfile

with tempfile.TemporaryDirectory() as folder:
    saved = f"{folder}/run.pt"
    run(network(), num_epochs=4, loss_fn=loss_fn, checkpoint=saved)  # four epochs are in the file
    with hardware.power_cut():
        run(network(), loss_fn=hardware.fails_after(249, loss_fn), checkpoint=saved, resume=True)
    resumed = network()
    history = run(resumed, loss_fn=loss_fn, checkpoint=saved, resume=True)
print(f"epochs in the resumed history: {len(history.train_loss)}")
print(f"the same weights, bit for bit: {hardware.same_weights(undisturbed, resumed)}")
observe("practice.cp3", "c")

# %% tags=["explain"]
explain("practice.cp3")

# %% [markdown] tags=["caution"]
# **Three things a checkpoint does not give you.** On a card, sums are added in changing order, so two runs differ in the last digits anyway. A file from a stranger may hold a program instead of weights: load with
# `weights_only=True`, as `training.load_checkpoint` does. And a checkpoint of weights alone is good for predicting, not for going on: without the optimizer's memory the first steps after it are other steps.
#
# ## 7 · More than one machine ⏱ 12 min
#
# Suppose that one card is not enough. The plainest way to use two: each holds a copy of the network, takes *half of every batch*, computes its gradient, and the two gradients are combined before both take the same step.
# This is **data parallelism** (数据并行). Is it still the same training?
#
# **Exercise 4.** Write `my_combined(gradients, counts)`. Input: one gradient for each process (rows of an array; each the gradient of the *mean* loss over its share), and the number of examples in each share, which may differ.
# Output: the gradient of the mean loss over the whole batch, to 1e-6.

# %% tags=["exercise", "faded"]
def my_combined(gradients, counts):
    # BEGIN SOLUTION
    gradients, counts = np.asarray(gradients), np.asarray(counts)
    total = (gradients * counts[:, None]).sum(axis=0)
    return total / counts.sum()
    # STUB
    # gradients, counts = np.asarray(gradients), np.asarray(counts)
    # total = ...
    # return ...
    # END SOLUTION


check("practice.c3", my_combined)

# %% tags=["nbval-check-output"]
model = hardware.perceptron(32)
X_batch, y_batch = torch.tensor(X[:96]), torch.tensor(y[:96])
whole = hardware.gradient(model, X_batch, y_batch)
for first in (48, 64):
    parts = hardware.shares(X_batch, y_batch, first)
    combined = hardware.combine([hardware.gradient(model, *part) for part in parts], [len(part[1]) for part in parts])
    apart = np.abs(combined - whole).max() / np.abs(whole).max()
    print(f"shares of {first} and {96 - first}: the same gradient as the whole batch, to 1e-5: {apart < 1e-5}")

# %% [markdown]
# Same gradients, same steps, same losses: two processes train *the same network as one*, only each does half the work. Our loop does this when it is started by **torchrun**, PyTorch's launcher. The script changes by one line, `with training.together()`:

# %%
print(hardware.SCRIPT)

# %% [markdown]
# | What you have | What you type |
# |---|---|
# | one processor or card | `python script.py` |
# | two processes on this machine | `torchrun --nproc-per-node 2 script.py` |
# | a machine with four cards | `torchrun --nproc-per-node 4 script.py` |
# | four machines with four cards each; on *each* of them | `torchrun --nnodes 4 --nproc-per-node 4 --rdzv-backend c10d --rdzv-endpoint FIRST_MACHINE:29500 script.py` |
#
# Processors talk to each other by *gloo*, NVIDIA's cards by *NCCL*; the loop chooses. Set `LAUNCH = True` to see it: two processes, then one (half a minute, as each loads PyTorch anew).

# %% tags=["optional"]
LAUNCH = False
if LAUNCH:
    print(hardware.torchrun(processes=2))
    print(hardware.torchrun(processes=1))

# %% [markdown]
# Both print the same losses; a test of this course holds them to that. Four honest limits. Dropout falls differently in each process, and batch normalisation sees only a share, so such networks agree on average only. Every step sends all gradients:
# 4 bytes a weight, 2.6 GB for 650 million, so slow cables eat the gain. `batch_size` here is that of *all* processes together; elsewhere it is often that of *each*, and then the learning rate no longer fits. And a model that does not fit into one card at all must itself be cut in pieces,
# which is another craft.
#
# ## 8 · The same network in Keras ⏱ 8 min
#
# The other large library is **TensorFlow**, today mostly used through **Keras**, which also runs on PyTorch. You will meet published models in it. The same network twice:
#
# ```python
# model = keras.Sequential([                              # torch.nn.Sequential(
#     keras.layers.Input((12,)),                          #
#     keras.layers.Dense(16, activation="relu"),          #     torch.nn.Linear(12, 16), torch.nn.ReLU(),
#     keras.layers.BatchNormalization(),                  #     torch.nn.BatchNorm1d(16, eps=1e-3),
#     keras.layers.Dropout(0.5),                          #     torch.nn.Dropout(0.5),
#     keras.layers.Dense(3, activation="softmax"),        #     torch.nn.Linear(16, 3))
# ])                                                      # the softmax stands in the loss
# model.compile("adam", "sparse_categorical_crossentropy")
# model.fit(X, y, epochs=20)                              # training.train(model, (X, y), …)
# model.predict(X)                                        # model.eval(); model(X).softmax(dim=1)
# ```
#
# Keras has trained this network; its weights and answers are stored with the course (`benchmarks/keras_numbers.py` made them). Can PyTorch give the same answers?
#
# **Exercise 5.** Write `my_layer(kernel, bias)`: from the two arrays of a Keras `Dense` layer, `kernel` of shape (inputs, outputs) and `bias` of shape (outputs,), return the pair (weight, bias) for `torch.nn.Linear`.

# %% tags=["exercise", "independent", "seed:S106"]
def my_layer(kernel, bias):
    # BEGIN SOLUTION
    return np.asarray(kernel).T, bias
    # STUB
    # return ...
    # END SOLUTION


check("practice.c4", my_layer)

# %% [markdown]
# Now copy everything: both layers, and of the batch normalisation the scale, the shift, and the means and variances it has collected.

# %% tags=["predict"]
predict("practice.cp4")

# %% tags=["observe", "seed:S106", "nbval-check-output"]
stored = hardware.keras_numbers()
twin = hardware.torch_twin()
twin[0] = hardware.copy_linear(stored["weights"]["kernel 1"], stored["weights"]["bias 1"])
twin[4] = hardware.copy_linear(stored["weights"]["kernel 2"], stored["weights"]["bias 2"])
hardware.copy_norm(twin[2], stored["weights"])
with torch.no_grad():
    for epsilon in (1e-5, stored["epsilon"]):
        twin.eval()[2].eps = epsilon
        apart = np.abs(twin(torch.tensor(stored["X"])).softmax(dim=1).numpy() - stored["probabilities"]).max()
        print(f"epsilon {epsilon:g}: differs from Keras by {'less than 1e-5' if apart < 1e-5 else f'{apart:.0e}'}")
observe("practice.cp4", "c")

# %% tags=["explain"]
explain("practice.cp4")

# %% [markdown]
# With Keras's constant the two agree to better than 1e-5. Three differences to remember when you translate: kernels are turned; `epsilon` (0.001 against 0.00001) and the momentum of batch normalisation (0.99 there is 0.01 here) differ;
# Keras often puts the softmax *into* the model, and `model.eval()` has no counterpart, because `predict` switches dropout off by itself. Where Keras is installed, the next cell asks it live.

# %% tags=["optional", "seed:S106"]
live = hardware.keras_live()
if live is None:
    print("Keras is not installed here; the stored numbers above stand in for it.")
else:
    print(f"Keras, asked now, differs from the stored numbers by less than 1e-5: {np.abs(live - stored['probabilities']).max() < 1e-5}")

# %% [markdown] tags=["keypoints"]
# ## 9 · Recap ⏱ 5 min
#
# - Time with a warm-up, and wait for the hardware before you look at the clock.
# - A card helps where tables are large. A small network waits for orders, on any hardware.
# - Training costs about 6 × parameters × tokens operations; take the hours that follow as a lower bound.
# - A trained model runs on an ordinary processor; memory is the limit.
# - float16 loses small gradients without a scaler; bfloat16 has the range of float32.
# - With a full checkpoint a run that was killed ends, on a processor, exactly where an undisturbed one ends.
# - Several processes that share each batch take the steps of one.
#
# **Words:** CPU (中央处理器), GPU (图形处理器), warm-up (预热), synchronisation (同步), utilisation (利用率), mixed precision (混合精度), checkpoint (检查点), data parallelism (数据并行).

# %% tags=["quiz"]
quiz("practice.cquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Six operations a parameter and token: Kaplan and colleagues 2020, [doi:10.48550/arXiv.2001.08361](https://doi.org/10.48550/arXiv.2001.08361)
# - ESM-2 (steps and tokens in its supplement): Lin and colleagues 2023, [doi:10.1126/science.ade2574](https://doi.org/10.1126/science.ade2574); the small competitor: Frey and colleagues 2024, [doi:10.1101/2024.05.14.594108](https://doi.org/10.1101/2024.05.14.594108)
# - Launching several processes: [torchrun in PyTorch's documentation](https://docs.pytorch.org/docs/stable/elastic/run.html)
