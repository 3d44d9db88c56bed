# %% [markdown]
# ## 1 · Predict ⏱ 8 min
#
# **The question.** A transcription factor (转录因子) sits down on a few bases of DNA and switches a gene on. You have a long sequence
# and want to know, *at each base*, how likely it is that the protein binds there. DNA is a **sequence** (序列): an order of entries in
# which what one entry means depends on its neighbours. So is a protein, and so is the expression of a gene over time.
#
# The networks of chapters 3 and 4 take a fixed number of inputs, or a window. A **recurrent neural network** (循环神经网络, RNN) reads one
# entry after another, as you read this line, and carries along a few numbers of what it has read: its **hidden state** (隐藏状态).
#
# Three questions to warm up. Then **your prediction**: a recurrent network reads eight bases from left to right, and after each base
# gives the probability that this base has just completed TGA, the stop codon.

# %% tags=["retrieval"]
quiz("rnn.warmup")

# %% tags=["predict"]
predict("rnn.p1")

# %% [markdown]
# ## 2 · See ⏱ 12 min
#
# This network was trained a moment ago, in your kernel. Each box is a **cell** with the three numbers of its hidden state; the base comes in from below, the
# state before from the side, the probability goes out above. Four things to try, by mouse or keyboard:
#
# 1. Choose base 4 and make it a C. *Notice* which outputs carry an orange ring, and that the earlier ones did not move at all.
# 2. Switch *reading* to *backward*. *Notice* on which side of the base the rings are now.
# 3. Switch the *drawing* to *rolled* and move the step. *Notice* that nothing is lost: **unrolled** (展开) is a way to draw a loop.
# 4. Untie the *weights*. *Notice* the colours, and the number of parameters for 5, 50 and 500 bases in the sentence below.

# %% tags=["widget", "seed:S11", "seed:S12", "seed:S14", "seed:S58"]
networks = rnn.small_networks()  # one cell for all steps, and one cell a step; both trained on 8 bases
panel = rnn.UnrolledFigure(networks, "CTGATTGA", position=4, letter="C")
panel

# %% tags=["observe", "seed:S12", "seed:S58", "nbval-check-output"]
for direction in ("forward", "backward"):
    numbers = panel.compute({**panel.state(), "position": 4, "letter": "C", "direction": direction})
    change = np.abs(np.subtract(numbers["probabilities"], numbers["probabilities_before"]))
    moved = [step for step, one in enumerate(numbers["moved"], start=1) if one]
    still = change[:3] if direction == "forward" else change[4:]
    print(f"{direction}: outputs that moved {moved}; largest change of the others {still.max():g}")
observe("rnn.p1", "b")

# %% tags=["explain"]
explain("rnn.p1")

# %% [markdown]
# **One cell, drawn many times.** Which weights work at each step? And what if every step had a cell of its own? The next cell
# asks Python whether two steps hold the same object, counts parameters, and then gives both networks *longer* sequences than they were
# trained on.

# %% tags=["worked", "seed:S11", "seed:S14"]
used = {id(panel.cell_at(step)["W_h"]) for step in range(1, 9)}
print(f"8 steps are drawn, and they hold {len(used)} weight matrix")
counts = panel.compute(panel.state())
for name in ("tied", "untied"):
    print(f"{name}: {', '.join(f'{n:,}' for n in counts['parameters_' + name])} parameters for 5, 50 and 500 bases")
for length in (8, 50):
    scores = [f"{name} {rnn.on_longer_sequences(network, length):.2f}" for name, network in networks.items()]
    print(f"{length} bases: AUPRC {', '.join(scores)}")
try:
    networks["untied"].probabilities(np.zeros((1, 9, 4)))
except ValueError as error:
    print(error)

# %% [markdown]
# The tied network has read 8 bases in training and reads 50 as well, since there is no ninth weight to be learnt. The untied one has nothing to say from
# step 9 on, and must learn TGA anew for each place.
#
# **Find the neuron.** `cell = rnn.RNNCell(4, 8, seed=5)` has a table `W_x` (4, 8), from the base, and `W_h` (8, 8), from the hidden state.
# Which numbers are the weights of its second neuron? Join them to one array, those from the base first. Then **Exercise 1**, by hand: a cell
# with one neuron, h′ = tanh(1 · x + 0.5 · h), starts with h = 0 and reads 1, 0, 1. Give its three hidden states, to 0.005.

# %% tags=["exercise", "independent", "retrieval", "seed:S26"]
cell = rnn.RNNCell(4, 8, seed=5)
# BEGIN SOLUTION
second_neuron = np.concatenate([cell.W_x[:, 1], cell.W_h[:, 1]])
# STUB
# second_neuron = ...  # two slices, joined
# END SOLUTION
check("rnn.neuron", second_neuron)

# BEGIN SOLUTION
states = [0.762, 0.364, 0.828]
# STUB
# states = ...  # three numbers
# END SOLUTION
check("rnn.1", states)

# %% [markdown]
# ## 3 · Build ⏱ 24 min
#
# A simple recurrent cell is one layer of chapter 3 that also hears itself:
#
# $$h_t = \tanh(x_t W_x + b_x + h_{t-1} W_h + b_h)$$
#
# In words: multiply the new entry by one table of weights and the old hidden state by another, add, and bend with tanh, so that each number lies between −1 and 1. The
# same tables at every step. Reading a sequence is then a short loop. Put it in order; three lines do not belong.

# %% tags=["parsons"]
order("rnn.order")

# %% tags=["worked", "seed:S11", "nbval-check-output"]
X = np.random.default_rng(0).normal(size=(5, 40, 4))  # (batch, length, n_in)
for kind, Cell in {"rnn": rnn.RNNCell, "gru": rnn.GRUCell, "lstm": rnn.LSTMCell}.items():
    ahead, back = Cell(4, 8, seed=1), Cell(4, 8, seed=2)
    theirs = rnn.copy_into_torch(ahead, rnn.make_layer(4, 8, kind=kind, both=True))
    rnn.copy_into_torch(back, theirs, reverse=True)
    gap = np.abs(rnn.unroll_both(ahead, back, X) - theirs(torch.tensor(X))[0].detach().numpy()).max()
    print(f"{kind}: {rnn.count_parameters(kind, 4, 8)} parameters a direction, equal to PyTorch to 1e-6: {bool(gap < 1e-6)}")
show_source(rnn.unroll)

# %% [markdown]
# **Gates.** A simple cell overwrites its whole state at each step, so what it read long ago fades. Two later cells have *gates*, numbers between 0 and 1 that
# let through or hold back. The **gated recurrent unit** (门控循环单元, GRU) has two:
#
# $$r = \sigma(\ldots),\quad z = \sigma(\ldots),\quad n = \tanh(x W_x^n + b_x^n + r \cdot (h W_h^n + b_h^n)),\quad h' = (1 - z) \cdot n + z \cdot h$$
#
# In words: *reset* r says how much of the past the new proposal n may hear; *update* z says how much of the old state stays. **Long short-term memory** (长短期记忆, LSTM) has
# three gates and a second state, which is only scaled and added to. The companion to this chapter watches gates open and close.
#
# **Exercise 2 (two blanks).** Complete one step of a GRU. `x` has shape (batch, n_in), `h` (batch, hidden_size); the tables hold three blocks of columns side by side: reset, update, new.
# Return the new hidden state, to 1e-6. It must equal PyTorch's.

# %% tags=["exercise", "faded", "seed:S63"]
def my_gru_step(x, h, W_x, W_h, b_x, b_h):
    # BEGIN SOLUTION
    from_x = np.split(x @ W_x + b_x, 3, axis=1)  # three arrays (batch, hidden_size)
    from_h = np.split(h @ W_h + b_h, 3, axis=1)
    r, z = (1 / (1 + np.exp(-(from_x[k] + from_h[k]))) for k in (0, 1))
    n = np.tanh(from_x[2] + r * from_h[2])
    return (1 - z) * n + z * h
    # STUB
    # from_x = np.split(x @ W_x + b_x, 3, axis=1)  # three arrays (batch, hidden_size)
    # from_h = np.split(h @ W_h + b_h, 3, axis=1)
    # r, z = (1 / (1 + np.exp(-(from_x[k] + from_h[k]))) for k in (0, 1))
    # n = ...  # the proposal: which term does r act on?
    # return ...  # a mixture of n and h
    # END SOLUTION


check("rnn.2", my_gru_step)

# %% [markdown]
# **Learning.** The loop is differentiable, so blame goes back through it step by step: *backpropagation through time*. Since the weights are shared, the slopes of
# all steps are *added*. The cell compares ours with PyTorch's, and shows how much of a slope is left after some steps back.

# %% tags=["worked", "seed:S11", "nbval-check-output"]
simple = rnn.RNNCell(4, 8, seed=1)
theirs = rnn.copy_into_torch(simple, rnn.make_layer(4, 8, kind="rnn"))
weights = np.random.default_rng(1).normal(size=(5, 40, 8))  # any loss that is a weighted sum of the outputs
(theirs(torch.tensor(X))[0] * torch.tensor(weights)).sum().backward()
ours = rnn.bptt_gradients(simple, X, weights)
gaps = [np.abs(mine - p.grad.numpy().T).max() for mine, p in zip(ours, theirs.parameters())]
print("slopes equal to PyTorch's to 1e-6:", bool(max(gaps) < 1e-6))
entries = torch.tensor(X, requires_grad=True)
theirs(entries)[0][:, -1].sum().backward()  # what the last output owes to each entry
owed = entries.grad.norm(dim=2).mean(dim=0)  # (length,)
print("the last output owes to the entry 20 steps back less than to the last:", bool(owed[-21] < 0.01 * owed[-1]))

# %% [markdown]
# **Any length into a fixed number of values.** For one answer about a whole sequence, take the mean of its hidden states: `hidden_size` numbers, whatever the length, ready for
# an MLP. To compute several sequences at once, the short ones are filled up with zeros: *padding*. It must not count, and a **mask** says where a sequence really is.
#
# **Exercise 3.** Write `my_masked_mean(outputs, mask)`. Input: `outputs` (batch, length, hidden_size), `mask` (batch, length), True where there is an entry; what stands in the
# padding of `outputs` may be anything. Output: the mean over the entries of each sequence, (batch, hidden_size), to 1e-6.

# %% tags=["exercise", "independent", "seed:S59"]
def my_masked_mean(outputs, mask):
    # BEGIN SOLUTION
    kept = np.where(mask[..., None], outputs, 0)  # (batch, length, hidden_size)
    return kept.sum(axis=1) / mask.sum(axis=1, keepdims=True)
    # STUB
    # kept = ...  # 0 where there is no entry
    # return ...
    # END SOLUTION


check("rnn.3", my_masked_mean)

# %% tags=["worked", "seed:S59", "nbval-check-output"]
encoder = rnn.Summariser(4, 32, seed=0)  # a GRU, the masked mean, then an MLP 32 → 16 → 1
for length in (20, 100, 500):
    print(f"{length} bases → {tuple(encoder.summary(torch.ones(1, length, 4)).shape)} → {tuple(encoder(torch.ones(1, length, 4)).shape)}")
one = torch.tensor(data.encode.one_hot(["GATTACATGACTCATTTGCA"], channels_first=False))  # (1, 20, 4)
padded = torch.cat([one, torch.zeros(1, 40, 4)], dim=1)  # the same 20 bases, 40 of padding
careless = rnn.Summariser(4, 32, masked=False, seed=0)
for name, network in {"with mask": encoder, "without": careless}.items():
    moved = (network.summary(one) - network.summary(padded)).abs().max().item()
    print(f"{name}: padding changes nothing (1e-6): {moved < 1e-6}")

# %% [markdown]
# **Does order matter?** Of 1,000 sequences of 20 to 60 bases half hold a site, TGACTCA. The network that you have just seen, 32 numbers and an MLP, learns to tell which.
# Then the letters of every sequence are shuffled, in training and in test, and it is trained again from the start.

# %% tags=["predict"]
predict("rnn.p2")

# %% tags=["observe", "baseline", "seed:S56", "seed:S59"]
fitted, judged = rnn.sites_of_any_length(1000, seed=0), rnn.sites_of_any_length(500, seed=1)
found = {}
for name, change in {"in order": lambda one: one, "shuffled": rnn.shuffled}.items():
    trained = rnn.train_summariser(change(fitted))
    found[name] = evaluation.auroc(judged.y, trained.probabilities(change(judged).X))
print(", ".join(f"{name}: AUROC {value:.2f}" for name, value in found.items()))
print(f"counts of letters and the length only: AUROC {rnn.composition_auroc(fitted, judged):.2f}")
observe("rnn.p2", round(found["shuffled"], 2))

# %% tags=["explain"]
explain("rnn.p2")

# %% [markdown]
# ## 4 · Use ⏱ 26 min
#
# **Binding at each base.** The transcription factor AP-1 likes TGACTCA. In 60 of 100 sequences of 60 bases one such site was planted; 7 % of the bases are bound. We train two GRUs
# with 24 hidden numbers: one reads from left to right, one from *both* ends, with a cell of its own for each direction.
#
# In the figure below the numbers, edit the sequence and press Enter. *Notice* where the one-directional reader makes up its mind, and what happens to both when you change one base of the site.
# Then put two sites into one sequence, which training never showed. As always, a network first has to learn one example by heart.

# %% tags=["seed:S13", "baseline"]
sites, test = rnn.binding_sites(1500, seed=0), rnn.binding_sites(500, seed=1)
example = torch.tensor(sites.X[:1]), torch.tensor(sites.y[:1])
print("one sequence, by heart:", training.overfit_one(rnn.Tagger(4, 24), example, torch.nn.BCEWithLogitsLoss()).cause)
readers = {name: rnn.train_tagger(sites, both=both) for name, both in {"one direction": False, "both": True}.items()}
probabilities = {name: reader.probabilities(test.X) for name, reader in readers.items()}
for name, values in probabilities.items():
    print(f"{name}: AUPRC {evaluation.auprc(test.y.ravel(), values.ravel()):.2f}")
print(f"a coin has the prevalence, {test.y.mean():.2f}; always no has accuracy {1 - test.y.mean():.2f}")

# %% tags=["widget", "seed:S13"]
row = int(np.flatnonzero(test.start > 20)[0])
rnn.binding_explorer({name: reader.probabilities for name, reader in readers.items()}, test.sequences[row])

# %% [markdown]
# **Read the probabilities aloud, base by base.** At the T of a true site the one-directional network is nearly silent; at the last A it is sure. Is that weak training, or is it *right*? Before
# the site is read, nobody can know. How sure can one be at most?
#
# **Exercise 4.** A site begins at a given base with probability 0.6 / 54 (60 % of the sequences, 54 possible places). If it is a site, each further base matches for certain; if not, with
# probability ¼. By Bayes' rule, how likely is a site after 1, 2, …, 7 matching bases? Give seven numbers, to 0.01. The figure then lays the rule over both networks.

# %% tags=["exercise", "independent", "seed:S13"]
# BEGIN SOLUTION
prior = 0.6 / 54
by_bayes = [prior / (prior + (1 - prior) * 0.25**k) for k in range(1, 8)]
# STUB
# prior = 0.6 / 54
# by_bayes = ...  # seven numbers
# END SOLUTION
check("rnn.4", by_bayes)

# %% tags=["seed:S13", "static", "slide"]
exact = {name: np.array([rnn.posterior(one, whole=whole) for one in test.sequences])
         for name, whole in {"Bayes, left to right": False, "Bayes, whole sequence": True}.items()}
profiles = {name: rnn.along_the_site(values, test.start) for name, values in (probabilities | exact).items()}
show(
    rnn.pictures.along_the_site(profiles, rnn.SITE),
    alt="Mean probability at the seven bases of a true site. The one-directional network climbs from near 0 to near 1, closely along "
    "Bayes' rule for a reader from left to right. The network that reads from both ends is high at every base, like Bayes' rule for the whole sequence.",
    data={"base": list(rnn.SITE), **{name: values.round(2) for name, values in profiles.items()}},
)
for name, values in (probabilities | exact).items():
    print(f"{name}: AUPRC {evaluation.auprc(test.y.ravel(), values.ravel()):.2f}")

# %% [markdown]
# Nobody taught the network Bayes' rule. It was only told to be right as often as possible, and its hidden state came to hold the evidence so far. What its AUPRC lacks is not skill but the bases still to come, and the backward
# reader supplies them. **Exercise 5.** Report the two-directional network on `test`: a dictionary with `probabilities` (500, 60), `auprc` and `prevalence`.

# %% tags=["exercise", "independent", "seed:S13"]
# BEGIN SOLUTION
report = {
    "probabilities": probabilities["both"],
    "auprc": evaluation.auprc(test.y.ravel(), probabilities["both"].ravel()),
    "prevalence": evaluation.prevalence(test.y.ravel()),
}
# STUB
# report = ...  # a dictionary with the three keys
# END SOLUTION
check("rnn.5", report)

# %% [markdown]
# **Promoters again.** The 106 sequences of chapter 2, half of them promoter regions (启动子区域) of *E. coli*. There one neuron, which looks at fixed positions, made few errors. A GRU does not mind where a box
# begins. Both get the *same* folds: five times, four fifths to learn from and one fifth to judge. *Vote before you run it:* who makes fewer errors?

# %% tags=["seed:S60", "baseline", "needs-real-data"]
promoters, card = data.load("promoters")
y = promoters["is_promoter"].to_numpy(float)
folds = rnn.folds_of(len(y), 5, seed=0)  # made once, for both
by_neuron = rnn.neuron_errors(promoters["sequence"], y, folds)  # (106,) True where it errs
by_gru = np.array([rnn.gru_errors(promoters["sequence"], y, folds, seed=seed) for seed in (0, 1)])  # (2, 106)
difference = by_gru.mean(axis=0) - by_neuron
ends = evaluation.bootstrap_interval(lambda _, d: 106 * d.mean(), np.zeros(106), difference)
print(f"errors of 106: neuron {by_neuron.sum()}, GRU {' and '.join(map(str, by_gru.sum(axis=1)))} (2 seeds)")
print(f"difference {ends.estimate:.0f}, 95 % interval {ends.low:.0f} to {ends.high:.0f}")

# %% [markdown] tags=["peer"]
# On the real data the neuron, the simplest network there is, makes fewer errors than either GRU; yet with 106 sequences the interval of the difference reaches past 0. So: the GRU does not beat it, and no more can be said. These promoters are aligned at their
# start, so fixed positions are the right idea, and 106 examples are few for a network that must first learn what a position is.
#
# **Secondary structure.** A window sees 17 residues; a recurrent network reads the whole chain, from both ends. 1,000 short chains of the NetSurfP-2.0 set teach; its own test chains judge, and **CB513**,
# collected by others (near relatives left out). Intervals are drawn by chain.

# %% tags=["seed:S61", "seed:S38", "baseline", "needs-real-data", "slow"]
task = rnn.chain_task(1000)
models = {"window of 17": rnn.train_on_chains(task.fitted, recurrent=False, num_epochs=8),
          "bi-LSTM": rnn.train_on_chains(task.fitted, recurrent=True, num_epochs=5)}
rows = []
for part, chains in {"NetSurfP test": task.netsurfp, "CB513": task.cb513}.items():
    common = np.bincount(chains.truth).argmax()
    said = {"majority": np.full(len(chains.truth), common)}
    said |= {name: rnn.states_of(model.network, chains) for name, model in models.items()}
    for name, states in said.items():
        q3 = rnn.q3_by_chain(chains, states)
        rows.append({"model": f"{name}, {part}", "mean": q3.estimate, "low": q3.low, "high": q3.high, "baseline": name == "majority"})
table = pd.DataFrame(rows)
table.round(3)

# %% tags=["seed:S61", "seed:S38", "needs-real-data", "static"]
show(
    rnn.pictures.intervals(table, xlabel="Q3, with a 95 % interval by chain"),
    alt="Q3 of three models on two test sets. Window and recurrent network stand close together, their intervals overlapping, far above the majority class.",
    data=table.round(3),
    card=task.card,
)
old, _ = data.load("secondary_structure", quiet=True)  # the 111 + 17 chains of 1988
fitted_1988, test_1988 = (rnn.chains_of(old[old["split"] == split]) for split in ("train", "test"))
lstm_1988 = rnn.train_on_chains(fitted_1988, recurrent=True, num_epochs=8, batch_size=16)
print(f"bi-LSTM on the data of 1988: Q3 {evaluation.q3(test_1988.truth, rnn.states_of(lstm_1988.network, test_1988)):.2f}")
print("chapter 3, on the same test chains: no hidden layer 0.63, 40 hidden neurons 0.63, always coil 0.55")

# %% [markdown]
# On the real data the sequence model stays within a point or two of a window: what a sequence tells of its secondary structure (蛋白质二级结构) is mostly local. With all 4,355 chains (stored: `python -m benchmarks.secondary_structure`) the window has 0.69 on NetSurfP's test chains,
# bi-LSTM and bi-GRU 0.71; all have 0.65 to 0.67 on CB513. In 2014, on eight states: 0.674 against 0.664.
#
# **Gene expression over time.** Three genes in a ring, each repressing the next, oscillate (基因表达). 120 simulated series train, 40 judge. Each model forecasts the next time point; then it **runs free** from point 20 on, fed with its forecasts.

# %% tags=["seed:S62", "baseline"]
series = rnn.oscillations()  # ln(expression), in SD of the training series: (120, 40, 3) and (40, 40, 3)
gru = rnn.train_forecaster(series.train, learning_rate=0.02, num_epochs=40)
rivals = {"persistence": rnn.Persistence(), "VAR(2)": rnn.Autoregression.fit(series.train, 2), "GRU": gru}
for name, model in rivals.items():
    print(f"{name}: one step {rnn.one_step_error(model, series.test):.3f}, "
          f"free-running, 10 steps {rnn.free_run_errors(model, series.test)[9]:.3f}")
floor = float(((0.05 / series.scale) ** 2).mean())  # noise of the measurement, which nobody can forecast
show(
    rnn.pictures.growing_errors({name: rnn.free_run_errors(model, series.test) for name, model in rivals.items()}, floor=floor),
    alt="Squared error against the steps since the last measurement, on a logarithmic scale. Persistence is bad at once, VAR(2) grows worse "
    "with each step, the GRU stays lowest throughout, a little above the noise of the measurement.",
    data={"step": [1, 10, 20], **{name: rnn.free_run_errors(model, series.test)[[0, 9, 19]].round(3) for name, model in rivals.items()}},
)

# %% [markdown]
# ## 5 · Exercises ⏱ 8 min
#
# **Exercise 6.** Report the forecast so that it can be judged: a dictionary with `network`, `train` and `test` (numbers of the series: 0 to 119 and 120 to 159), `scaled_by` (which part mean and spread came from, a text), the one-step errors
# `one_step`, `var2`, `persistence`, and `free_run_10`, the GRU's error at the tenth free-running step.
#
# **Exercise 7.** Report the promoters: `folds_neuron`, `folds_gru` (lists of test rows), `neuron` (106 True or False), `gru` (at least two rows of 106), and `claim`, the letter of the sentence that *your* interval allows: on the same folds, over two seeds, **a** the
# interval of the difference in errors includes 0; **b** the GRU made more errors, and the interval excludes 0; **c** the neuron made more errors, and the interval excludes 0; **d** recurrent networks are not suited to promoters.
#
# **Exercise 8 (repair).** A colleague's free run looks fine and is wrong: every forecast is the same. Mend it. Input: `next_value`, a function that takes a series (steps, n) and returns its next time point (n,); `known` (steps, n); `num_steps`.
# Output: the forecasts, (num_steps, n), to 1e-6. Do not change `known` itself.

# %% tags=["exercise", "independent", "seed:S62"]
# BEGIN SOLUTION
errors = {name: rnn.one_step_error(model, series.test) for name, model in rivals.items()}
forecast = {
    "network": gru, "train": range(120), "test": range(120, 160), "scaled_by": "train", "one_step": errors["GRU"],
    "var2": errors["VAR(2)"], "persistence": errors["persistence"], "free_run_10": rnn.free_run_errors(gru, series.test)[9],
}
# STUB
# forecast = ...  # a dictionary with the eight keys
# END SOLUTION
check("rnn.6", forecast)

# %% tags=["exercise", "independent", "seed:S60"]
# BEGIN SOLUTION
claim = "b" if ends.low > 0 else "c" if ends.high < 0 else "a"
comparison = {"folds_neuron": folds, "folds_gru": folds, "neuron": by_neuron, "gru": by_gru, "claim": claim}
# STUB
# comparison = ...  # a dictionary with the five keys
# END SOLUTION
check("rnn.7", comparison)

# %% tags=["exercise", "independent", "seed:S62"]
def my_free_run(next_value, known, num_steps):
    # BEGIN SOLUTION
    series = np.array(known)
    for _ in range(num_steps):
        series = np.vstack([series, next_value(series)])  # the forecast becomes an input
    return series[len(known) :]
    # STUB
    # series = np.array(known)
    # forecasts = []
    # for _ in range(num_steps):
    #     forecasts.append(next_value(series))
    # return np.array(forecasts)
    # END SOLUTION


check("rnn.8", my_free_run)

# %% [markdown]
# ## 6 · Caution ⏱ 8 min
#
# **The real thing.** In dividing yeast 1,705 genes rise and fall with the cell cycle; here every 5 minutes for four hours. Seven tenths of the *genes* train, the rest judge. First one step ahead, then the second half of the course from the first.

# %% tags=["predict", "caution"]
predict("rnn.p3")

# %% tags=["observe", "seed:S62", "baseline", "needs-real-data"]
yeast = rnn.cell_cycle()  # (genes, 50, 1), each gene standardised by its first 25 time points
cycle_gru = rnn.train_forecaster(yeast.train, hidden_size=24, learning_rate=0.02, num_epochs=12, batch_size=100)
found = rnn.compare_on_yeast(yeast, cycle_gru)
for name, scores in {"next point": found.one_step, "25 points ahead": found.scores}.items():
    print(f"{name}: {', '.join(f'{model} R² {score:.2f}' for model, score in scores.items())}")
sizes = np.where(np.abs(yeast.test).max(axis=1) < 3.5, yeast.test.std(axis=1), 0)[:, 0]  # outliers left out
most = np.argsort(-sizes)[:3]  # three genes that move much
show(
    rnn.pictures.forecasts(yeast, found.ahead, most), card=yeast.card, data={"gene": [yeast.names[one] for one in most]},
    alt="Three genes over four hours, measured as dots; after 125 minutes two forecasts. Both hint at the next wave, stay near "
    "the mean, and miss much of what was measured later.",
)
observe("rnn.p3", "d" if found.scores["ridge"] > found.scores["GRU"] else "b")

# %% tags=["explain"]
explain("rnn.p3")

# %% [markdown]
# **Too good to be true.** Now a mistake that looks like progress: the same GRU, but reading from *both* ends, which helped so much with DNA. Its one-step score is nearly perfect; half of it has read the value it is asked for. In DNA both directions are there at once, so reading both is fair. In time
# the future is not there yet. The remedy is one word, `both=False`, and a test that notices: change the future, and look whether forecasts of the past move.
#
# **Exercise 9.** The same leak enters through a careless split. Give `known` and `forecast`, the numbers (0 to 49) of the time points that a forecaster may see and those it must forecast; each of the 50 in one of them, at least 10 in each.

# %% tags=["caution", "seed:S62", "needs-real-data"]
seer = rnn.train_forecaster(yeast.train, hidden_size=24, both=True, learning_rate=0.02, num_epochs=8, batch_size=100)
fooled = rnn.compare_on_yeast(yeast, seer)
print(f"both ends: next point R² {fooled.one_step['GRU']:.2f}, 25 points ahead R² {fooled.scores['GRU']:.2f}")
print(f"mended: next point R² {found.one_step['GRU']:.2f}, 25 points ahead R² {found.scores['GRU']:.2f}")
for name, model in {"both ends": seer, "left to right": cycle_gru}.items():
    print(f"{name}: forecasts of the past move when the future is changed: {rnn.future_leak(model, 1) > 0}")
verdict = learning.grade("rnn.6", {"network": rnn.Forecaster(3, both=True), "train": range(120),
                                   "test": range(120, 160), "scaled_by": "train", "one_step": 0.001})
print(f"Exercise 6 calls a network that reads from both ends: {verdict.mistake}")

# %% tags=["exercise", "independent", "caution", "seed:S62"]
# BEGIN SOLUTION
split = {"known": np.arange(25), "forecast": np.arange(25, 50)}
# STUB
# split = ...  # a dictionary with the two keys
# END SOLUTION
check("rnn.9", split)

# %% [markdown] tags=["honesty"]
# **What this does not show.** The binding sites were planted: real sites vary, and most real TGACTCA are never bound. The exact curve is exact only because we know how the data were made. The yeast genes were *chosen* because they cycle, in one culture; standardising them by all 50 time points would have let the future in by another door.
# Q3 intervals say how much other chains would matter, not other training. And 106 promoters say nothing of a thousand times as many.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - One cell, the same weights at every step: the number of parameters does not depend on the length. Unrolled is a drawing.
# - An output knows what was read before it, and nothing else. Two directions know all, which is fair for DNA and a leak in time.
# - A probability at each base is evidence so far; a low value at the first base of a site can be the right answer.
# - Any length becomes a fixed number of values. Mask the padding, and test that more padding changes nothing.
# - One-step errors flatter. Report the free run too, beside persistence and a linear rival.
# - A sequence model need not win on sequences: one neuron was not beaten on 106 promoters, a window kept pace on secondary structure.
#
# **Words:** recurrent neural network (循环神经网络), hidden state (隐藏状态), unrolled (展开), sequence (序列), gated recurrent unit (门控循环单元),
# long short-term memory (长短期记忆), transcription factor (转录因子), base (碱基), binding probability (结合概率), promoter region (启动子区域), mask, free-running forecast.

# %% tags=["quiz"]
quiz("rnn.quiz")

# %% tags=["retrieval"]
quiz("rnn.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - LSTM: Hochreiter & Schmidhuber 1997, [doi:10.1162/neco.1997.9.8.1735](https://doi.org/10.1162/neco.1997.9.8.1735); GRU: Cho and colleagues 2014, [doi:10.48550/arXiv.1406.1078](https://doi.org/10.48550/arXiv.1406.1078)
# - Secondary structure with a bidirectional LSTM: Sønderby & Winther 2014, [doi:10.48550/arXiv.1412.7828](https://doi.org/10.48550/arXiv.1412.7828); NetSurfP-2.0: Klausen and colleagues 2018, [doi:10.1101/311209](https://doi.org/10.1101/311209); the data of 1988: Qian & Sejnowski, [doi:10.1016/0022-2836(88)90564-5](https://doi.org/10.1016/0022-2836%2888%2990564-5)
# - The repressing ring: Elowitz & Leibler 2000, [doi:10.1038/35002125](https://doi.org/10.1038/35002125); yeast: Kelliher and colleagues 2016, [doi:10.1371/journal.pgen.1006453](https://doi.org/10.1371/journal.pgen.1006453)
# - Promoters: [doi:10.24432/C5S01D](https://doi.org/10.24432/C5S01D)
