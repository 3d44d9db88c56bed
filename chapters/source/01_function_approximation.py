# %% [markdown]
# ## 1 · Predict ⏱ 10 min
#
# **The question.** Plants fight with chemistry. Ferulic acid, which many plants release into the soil, stops the roots of
# their neighbours. Seeds of ryegrass were grown in seven concentrations of it, and after a while each root was measured
# (24 roots in all; Inderjit and colleagues, 2002). How long will a root be at a concentration that nobody tried?
#
# To answer, we need a *function*: concentration goes in, root length comes out. Toxicologists have a formula for it.
# In this chapter we build the same curve out of straight pieces, which is what a neural network does, and then ask three
# questions that sound alike and are not: *Is there* a network that fits? *Will training find it? Will it be right* on new data?
#
# First, three questions to warm up.

# %% tags=["retrieval"]
quiz("approximation.warmup")

# %% tags=["seed:S22"]
ryegrass, card = data.load("ryegrass")
dose, length = ryegrass["dose_mM"].to_numpy(), ryegrass["root_length_cm"].to_numpy()
fig = approximation.pictures.ryegrass(dose, length)
show(
    fig,
    alt="Root length against dose of ferulic acid, 24 points. Up to about 2 mM roots are 6 to 8 cm long, "
    "between 2 and 7 mM the length falls steeply, and at 30 mM less than half a centimetre is left.",
    data=ryegrass,
)
card

# %% [markdown]
# Each dot is one root. Roots at the same dose are *replicates*, and they differ: at 3.75 mM one is 1.9 cm long, another 4.2 cm.
# Keep that in mind, it will matter.
#
# The axis is logarithmic, because doses were multiplied, not added. A logarithm of 0 does not exist, so the untreated
# roots need a place by agreement: in this course they stand at 0.3 mM, a little left of the smallest real dose.
#
# **Your prediction.** Draw a smooth curve through these points in your mind, then draw it again with straight pieces only,
# each piece put where it helps most. The largest gap between the two is the *error*. You then allow yourself twice as
# many pieces. What happens to the error?

# %% tags=["predict"]
# BEGIN SOLUTION
predict("approximation.p1", "b")
# STUB
# predict("approximation.p1")
# END SOLUTION

# %% [markdown]
# ## 2 · See ⏱ 12 min
#
# Below, the published curve of these data is drawn in blue, and straight pieces follow it. Everything is computed in the
# figure itself. Three things to try, by mouse or with the arrow keys:
#
# 1. Move the slider from 2 to 16 pieces. *Notice where the pieces gather:* where the curve bends, not where it is steep.
# 2. Switch from best-placed to evenly spaced knots at 8 pieces. *Notice how many pieces are wasted* on flat ground.
# 3. Choose another curve. *Notice the right-hand panel:* the line of errors keeps its slope, whatever the biology.
#
# Then measure what you saw: the cell after the figure places 8, 16, 32 and 64 pieces as well as they can be placed, and prints
# the largest error in percent of the curve's range.

# %% tags=["widget", "seed:S21", "slide"]
approximation.PiecesFigure(pieces=8, curve="ryegrass", placement="best")

# %% tags=["observe", "seed:S21", "nbval-check-output"]
curve = approximation.CURVES["ryegrass"]
errors = approximation.errors_by_pieces(curve, "best")  # (64,) for 1, 2, … 64 pieces
for pieces in (8, 16, 32, 64):
    print(f"{pieces:2d} pieces: largest error {errors[pieces - 1]:.2f} % of range")
factor = (errors[7] / errors[63]) ** (1 / 3)  # three doublings lie between 8 and 64
observe("approximation.p1", f"each doubling divides the error by about {factor:.1f}")

# %% tags=["explain"]
# BEGIN SOLUTION
explain("approximation.p1", "The error falls by this factor because each piece is half as wide, and its gap grows with the square of the width.")
# STUB
# explain("approximation.p1")
# END SOLUTION

# %% [markdown]
# **Exercise 1.** How few pieces keep the *largest* error below 1 % of the range, with knots evenly spaced and with knots
# placed as well as possible? Read it off the figure, or compute it from `approximation.errors_by_pieces(curve, "even")`.
# Answer with two whole numbers, `[even, best]`.

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
fewest = [int((approximation.errors_by_pieces(curve, how) < 1).argmax()) + 1 for how in ("even", "best")]
# STUB
# fewest = ...  # two whole numbers: [even, best]
# END SOLUTION
check("approximation.1", fewest)

# %% [markdown]
# ## 3 · Build ⏱ 24 min
#
# A straight piece alone is a line. A *bend* needs something that does nothing at first and then starts to act. The
# simplest such thing is called **ReLU** (rectified linear unit, 线性整流函数): it passes positive numbers and turns
# negative ones into 0.
#
# $$f(x) = c + \sum_{i=1}^{n} w_i \,\mathrm{ReLU}(x + b_i)$$
#
# In words: start at the height $c$; each term stays silent until $x$ passes $-b_i$, and from there on adds $w_i$ for every step
# to the right. So $-b_i$ is a *threshold*, like the dose at which an effect sets in, and $w_i$ is a *change of slope*.
# One such term is one artificial neuron; chapter 2 is about nothing else.
#
# **Exercise 2.** By hand, or in your head: let $f(x) = 7.8 - 0.6\,\mathrm{ReLU}(x - 1) - 0.9\,\mathrm{ReLU}(x - 2) + 1.4\,\mathrm{ReLU}(x - 5)$.
# What is $f$ at the doses 0, 2, 4 and 8? Fill in the missing number in each line, then check all four (tolerance 0.01).

# %% tags=["exercise", "faded"]
# BEGIN SOLUTION
at_0 = 7.8  # all three terms are silent
at_2 = 7.8 - 0.6 * 1
at_4 = 7.8 - 0.6 * 3 - 0.9 * 2
at_8 = 7.8 - 0.6 * 7 - 0.9 * 6 + 1.4 * 3
# STUB
# at_0 = 7.8  # all three terms are silent
# at_2 = ...  # only the first term acts
# at_4 = ...
# at_8 = ...
# END SOLUTION
check("approximation.2", [at_0, at_2, at_4, at_8])

# %% [markdown]
# **Worked example: from knots to weights.** Knots are easy to draw; weights are what a network stores. To get from one to the
# other, walk along the line from left to right and write down by how much the slope changes at each knot. The line arrives flat.

# %% tags=["worked", "nbval-check-output"]
knots = np.array([0.0, 1.0, 3.0, 4.0])  # where the line bends
values = np.array([8.0, 8.0, 2.0, 1.0])  # how high it is there
slopes = np.diff(values) / np.diff(knots)  # one slope a piece
changes = np.diff(slopes, prepend=0)  # the weights: by how much each knot turns the line
print("slopes ", slopes)
print("changes", changes)
x = np.array([0.5, 2.0, 3.5])
print("sum of ReLUs", approximation.relu_sum(x, w=changes, b=-knots[:-1], c=values[0]))
print("broken line ", np.interp(x, knots, values))

# %% [markdown]
# Both rows agree: the sum of three ReLUs *is* the broken line. Before you write this as a function, put its steps in order.
# Two of the lines do not belong to it.

# %% tags=["parsons"]
# BEGIN SOLUTION
order("approximation.order", [6, 1, 7, 8, 4, 3])
# STUB
# order("approximation.order")
# END SOLUTION

# %% [markdown]
# **Exercise 3.** Write `my_knots_to_relu(knots, values)`. Input: `knots`, $n+1$ ascending numbers, and `values`, the heights at
# them. Output: `w` (the $n$ changes of slope), `b` (minus the first $n$ knots) and `c` (the first height), in this order.
# The check compares your line with `np.interp` on many random knots, to 1e-9. The cell after it opens the package's own function:
# every function of the course can be opened like this.

# %% tags=["exercise", "independent"]
def my_knots_to_relu(knots, values):
    # BEGIN SOLUTION
    slopes = np.diff(values) / np.diff(knots)
    w = np.diff(slopes, prepend=0)
    return w, -np.asarray(knots)[:-1], values[0]
    # STUB
    # slopes = ...  # one slope a piece
    # w = ...  # the first slope, then the changes
    # return ...
    # END SOLUTION


check("approximation.3", my_knots_to_relu)

# %%
show_source(approximation.knots_to_relu)

# %% [markdown]
# PyTorch calls the same thing two *linear layers* with a ReLU between them. We copy our weights in and compare 64
# straight pieces of the ryegrass curve with what PyTorch computes.

# %% tags=["seed:S21", "nbval-check-output"]
knots = approximation.best_knots(curve, 64)
w, b, c = approximation.knots_to_relu(knots, curve(knots))
hidden, output = torch.nn.Linear(1, len(w)).double(), torch.nn.Linear(len(w), 1).double()
with torch.no_grad():
    hidden.weight.fill_(1.0)  # (64, 1) every neuron looks at x
    hidden.bias.copy_(torch.tensor(b))  # (64,) each with a threshold of its own
    output.weight.copy_(torch.tensor(w)[None])  # (1, 64)
    output.bias.fill_(c)
    x = torch.linspace(knots[0], knots[-1], 500, dtype=torch.float64)[:, None]  # (500, 1)
    y = output(torch.relu(hidden(x)))[:, 0].numpy()
gap = np.abs(y - np.interp(x[:, 0], knots, curve(knots))).max()
print("PyTorch and the broken line agree to 1e-9:", bool(gap < 1e-9))

# %% [markdown]
# **Your hand against the data.** Each slider moves one knot of a broken line, so you are setting the weights of six ReLUs; the dots are
# the real roots. *RSS* is the residual sum of squares: square the gap at each dot, then add up. Make it small. Can you get below 5.18?

# %% tags=["widget"]
approximation.knot_editor(dose, length)

# %% [markdown]
# ## 4 · Use ⏱ 24 min
#
# Any curve can be followed by straight pieces, as closely as you like, if you may use enough of them. That is the heart of a
# famous statement: **neural networks are universal function approximators**.
#
# <details><summary><b>What the theorem really says</b> (open me)</summary>
#
# Take a function that is <b>continuous</b>, on a <b>closed and bounded</b> range of inputs, and an activation that is
# <b>not a polynomial</b>. Then for every tolerance there <b>is</b> a network with one hidden layer and <b>enough</b> neurons whose
# largest error stays below it (Cybenko 1989 for sigmoids; Hornik 1991; Leshno and colleagues 1993). It is a statement of
# existence: no number of neurons, no way to find the weights, nothing about inputs outside the range.
#
# </details>
#
# It is often told as "any process can be modelled, if the model is large enough". That is not rigorous, but it explains the
# lasting interest.

# %% [markdown] tags=["seed:S20", "seed:S23"]
# **Exercise 4.** Which of these six does the theorem cover? Give the letters as one word, such as `"bc"`.
#
# - **a** root length from 0 to 30 mM by a log-logistic curve; ReLU neurons
# - **b** a gene that is off below a threshold of inducer and jumps to full expression at it; largest error; ReLU neurons
# - **c** a circadian rhythm for all time to come; ReLU neurons
# - **d** the fraction of a protein unfolded between 20 and 90 °C; sigmoid neurons
# - **e** enzyme rate from 0 to 1.1 ppm substrate; neurons whose activation is $z^2$
# - **f** root length as a function of dose (0 to 30 mM) *and* temperature (5 to 30 °C); ReLU neurons

# %% tags=["exercise", "independent", "seed:S20", "seed:S23"]
# BEGIN SOLUTION
covered = "adf"
# STUB
# covered = ...  # letters as one word
# END SOLUTION
check("approximation.4", covered)

# %% [markdown]
# **A floor that no network can break.** A function gives *one* length for one dose. Three roots at 3.75 mM have three lengths. So even the
# best function of dose leaves a rest: the spread of the replicates around their mean.
#
# **Exercise 5 (repair).** The function below should return that rest, the residual sum of squares (cm²) when every dose is predicted
# by the mean of its own replicates. It runs, and it is wrong. Find the mistake and mend it.

# %% tags=["exercise", "independent", "seed:S22"]
def my_noise_floor(dose, response):
    # BEGIN SOLUTION
    rest = 0.0
    for one_dose in np.unique(dose):
        replicates = response[dose == one_dose]
        rest += ((replicates - replicates.mean()) ** 2).sum()
    return rest
    # STUB
    # rest = 0.0
    # for one_dose in np.unique(dose):
    #     replicates = response[dose == one_dose]
    #     rest += ((replicates - response.mean()) ** 2).sum()
    # return rest
    # END SOLUTION


check("approximation.5", my_noise_floor)

# %% [markdown]
# **The baseline: a formula with names.** Before any network, fit what the field uses, the four-parameter log-logistic curve. The published
# fit has steepness b = 2.982, lower limit c = 0.481 cm, upper limit d = 7.793 cm and half-effect dose e (ED50) = 3.058 mM.
# A tutorial on the web prints b = 2.478 for the same fit. Who is right?

# %% tags=["baseline", "nbval-check-output"]
formula = approximation.fit_log_logistic(dose, length)
floor = approximation.noise_floor(dose, length)
print("  ".join(f"{name} {value:.3f}" for name, value in formula.parameters.items()))
print(f"residual standard error {formula.residual_standard_error:.3f} cm")
print(f"RSS of the formula {formula.rss:.2f} cm², floor from the replicates {floor:.2f} cm²")

# %% [markdown]
# The formula lands on the published values, and almost on the floor. There is nothing left for a network to win here. What a network can
# do is *find* a curve without being given the formula. Can it?
#
# Five ReLUs with thresholds at 0.94, 1.88, 3.75, 7.5 and 15 mM, placed by hand, reach an RSS of 5.19. So a five-neuron network that
# fits **exists**. Now train five-neuron networks from five random starts, 3,000 steps each.

# %% tags=["predict"]
# BEGIN SOLUTION
predict("approximation.p2", 0)
# STUB
# predict("approximation.p2")
# END SOLUTION

# %% tags=["seed:S24"]
log_dose = approximation.log_dose(dose)  # ln, with dose 0 put at 0.3 mM
by_hand = approximation.relus_by_hand(dose, length)
trained = {width: approximation.train_networks(log_dose, length, width=width) for width in (5, 10, 50)}
print(f"noise floor {floor:.2f} · placed by hand {by_hand.rss:.2f} · formula {formula.rss:.2f}")
for width, networks in trained.items():
    print(f"{width:2d} neurons, RSS of five starts:", networks.rss.round(2))

# %% tags=["observe", "seed:S24"]
good = int((trained[5].rss < 6).sum())
observe("approximation.p2", good, "of 5 starts")
fig = approximation.pictures.fits(dose, length, trained, by_hand)
show(
    fig,
    alt="Three panels with the same 24 points. With 5 neurons the five networks lie on one another: a straight slide that misses "
    "the upper plateau. With 10 neurons some follow the points. With 50 all five follow the line placed by hand.",
    data={f"{w} neurons, RSS": t.rss.round(2) for w, t in trained.items()},
)

# %% tags=["explain"]
# BEGIN SOLUTION
explain("approximation.p2", "The small networks did not find the fit because training only walks downhill, and all five ended in the same shape.")
# STUB
# explain("approximation.p2")
# END SOLUTION

# %% [markdown]
# So there are three promises, and they are different:
#
# | promise | who keeps it | seen here |
# |---|---|---|
# | a network that fits **exists** | the theorem | five ReLUs by hand, RSS 5.19 |
# | training **finds** it | nobody guarantees it | five neurons stay far above it |
# | it is right on **new data** | nobody guarantees it | section 6 |
#
# **Exercise 6.** Report it honestly: hand in a dictionary `{5: [five RSS], 50: [five RSS]}` in cm², one number a seed, for networks of width 5
# and 50. Those of `trained` will do, or train your own. The check knows the noise floor, and what one lucky seed looks like.

# %% tags=["exercise", "independent", "seed:S24"]
# BEGIN SOLUTION
report = {width: trained[width].rss for width in (5, 50)}
# STUB
# report = ...  # {5: [five numbers], 50: [five numbers]}
# END SOLUTION
check("approximation.6", report)

# %% [markdown]
# **A second real curve: an immunoassay.** In a DNase ELISA, optical density follows the logarithm of the concentration (11 runs, 176 wells). Its
# usual formula, the three-parameter logistic, *is* one sigmoid neuron. We fit the formula and train the neuron, each on ten
# runs, and judge them on the run left out. That is the honest split, since wells of one run resemble each other.

# %% tags=["needs-real-data", "baseline"]
elisa, card = data.load("dnase")
comparison = approximation.leave_one_run_out(elisa)
print(comparison.round(3).to_string(index=False))
wells = elisa.groupby(["run", "concentration_ng_per_ml"])["optical_density"]
print(f"standard deviation of the two wells of one run: {np.sqrt(wells.var().mean()):.3f}")
fig = approximation.pictures.elisa(elisa)
show(
    fig,
    alt="Optical density against the logarithm of DNase concentration for 11 runs: a rising cloud, flat below 0.3 and steep above 1 ng/ml. "
    "The line of a single run lies above or below the others along most of its length.",
    data=elisa.groupby("concentration_ng_per_ml")["optical_density"].describe()[["mean", "std"]].round(3),
    card=card,
)

# %% [markdown]
# The neuron and the formula agree: same shape, so same fit. Most of the rest is not noise of the wells but the *run*: two wells of one run
# agree about twice as well as a well agrees with the curve of the other runs. A function of concentration alone cannot know the run; a function with one more input can.
#
# **A process is a function of a *set* of variables.** Puromycin speeds up an enzyme, so its rate depends on two inputs: substrate and treatment.

# %% tags=["needs-real-data", "seed:S22"]
enzyme, card = data.load("puromycin")
treated = (enzyme["state"] == "treated").to_numpy(float)
substrate = np.log(enzyme["concentration_ppm"].to_numpy())
rate = enzyme["rate_counts_per_min2"].to_numpy()
one_input = approximation.train_networks(substrate, rate / 100, width=50, num_steps=1500)
two_inputs = approximation.train_networks(np.column_stack([substrate, treated]), rate / 100, width=50, num_steps=1500)
for name, networks in {"substrate only": one_input, "substrate and treatment": two_inputs}.items():
    print(f"{name}: typical error {100 * np.sqrt(networks.rss.mean() / len(rate)):.0f} counts/min²")
fig = approximation.pictures.enzyme(enzyme, two_inputs)
show(fig, alt="Enzyme rate against substrate: treated cells level off near 200 counts/min², untreated cells near 160. "
     "The network with two inputs draws one curve for each.", data=enzyme, card=card)

# %% [markdown]
# ## 5 · Exercises ⏱ 6 min
#
# You have done six on the way. One stays open, and it is about your own work.
#
# **Exercise 7 (open).** Write one process from your own work as a function. Name the inputs and the output with units, the range in which you have
# data, where the noise comes from, and a formula that a colleague would use instead of a network. The check looks for
# completeness; a colleague judges the content: is the range honest, could someone repeat it, is the formula a fair rival?

# %% tags=["exercise", "optional", "seed:S22"]
# BEGIN SOLUTION
my_process = {
    "process": "speed of an enzyme in a cuvette",
    "inputs": "substrate concentration (mM), temperature (°C)",
    "output": "initial rate (µmol/min)",
    "range": "0.01 to 5 mM, 15 to 40 °C; above 45 °C the enzyme unfolds",
    "noise": "pipetting, about 5 % between replicates, and the age of the enzyme batch",
    "formula": "Michaelis–Menten with an Arrhenius factor for temperature",
}
# STUB
# my_process = {
#     "process": ...,
#     "inputs": ...,  # with units
#     "output": ...,  # with unit
#     "range": ...,  # where you have data
#     "noise": ...,
#     "formula": ...,  # the mechanistic rival
# }
# END SOLUTION
check("approximation.7", my_process)

# %% [markdown]
# ## 6 · Caution ⏱ 10 min
#
# The third promise. Hide the two highest doses, 15 and 30 mM, train on the other 18 roots, and ask for the hidden doses. The network has 50 neurons
# and fits the 18 roots down to the noise floor. The last dose it sees is 7.5 mM, where roots are 1 cm long.

# %% tags=["predict", "caution"]
# BEGIN SOLUTION
predict("approximation.p3", "c")
# STUB
# predict("approximation.p3")
# END SOLUTION

# %% tags=["seed:S25", "caution"]
seen = dose < 15
formula_18 = approximation.fit_log_logistic(dose[seen], length[seen])
network_18 = approximation.train_networks(log_dose[seen], length[seen], width=50)
at_30 = network_18.predict(approximation.log_dose([30.0]))[:, 0]  # (5,) one prediction a seed
print(f"measured at 30 mM:       {length[dose == 30].mean():.2f} cm")
print(f"formula predicts:        {formula_18.predict(30.0):.2f} cm")
print(f"five networks predict:   {at_30.mean():.2f} cm (from {at_30.min():.2f} to {at_30.max():.2f})")

# %% tags=["observe", "seed:S25"]
observe("approximation.p3", f"a negative length, {at_30.mean():.1f} cm")
fig = approximation.pictures.extrapolation(dose, length, formula_18, network_18)
show(
    fig,
    alt="Root length against dose; right of 7.5 mM a hatched band marks doses without data. The formula levels off at "
    "0.7 cm, near the hidden points. The five networks run straight down and reach about minus 3 cm at 30 mM.",
    data={"dose (mM)": [15, 30], "formula (cm)": formula_18.predict([15.0, 30.0]).round(2),
          "network (cm)": network_18.predict(approximation.log_dose([15.0, 30.0])).mean(axis=0).round(2)},
)

# %% tags=["explain"]
# BEGIN SOLUTION
explain("approximation.p3", "Beyond the last dose the network goes on along the straight line that it last followed, whatever roots can do.")
# STUB
# explain("approximation.p3")
# END SOLUTION

# %% [markdown]
# **Exercise 8.** Put numbers on it. Compute the root mean squared error (cm) on the six hidden roots, for the formula and for the network (mean of
# the five seeds' predictions), both fitted on doses below 15 mM only. Hand in
# `{"largest_training_dose": …, "formula": …, "network": …}`.

# %% tags=["exercise", "independent", "seed:S25"]
# BEGIN SOLUTION
hidden_dose, hidden_length = dose[~seen], length[~seen]
by_network = network_18.predict(approximation.log_dose(hidden_dose)).mean(axis=0)
errors_on_hidden = {
    "largest_training_dose": dose[seen].max(),
    "formula": np.sqrt(((formula_18.predict(hidden_dose) - hidden_length) ** 2).mean()),
    "network": np.sqrt(((by_network - hidden_length) ** 2).mean()),
}
# STUB
# errors_on_hidden = ...  # {"largest_training_dose": ..., "formula": ..., "network": ...}
# END SOLUTION
check("approximation.8", errors_on_hidden)

# %% [markdown] tags=["honesty"]
# **What this does not show.** The formula won here because someone chose a formula that *levels off*, from knowledge of biology, not because formulas
# extrapolate well in general: with the 7.5 mM roots hidden too, its lower limit is fitted at 2.4 cm, and it is wrong by more than
# 1.7 cm. Twenty-four roots of one species in one laboratory are one example, not a law. And five seeds tell how much the
# *start* matters, not how much another set of roots would.

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 4 min
#
# **Key points**
#
# - A sum of ReLUs is a broken line; each weight is a change of slope, each bias a threshold.
# - Twice as many well-placed pieces: a quarter of the error.
# - That a network exists, that training finds it, and that it is right on new data are three different promises. The theorem makes only the first.
# - No function of dose beats the spread of replicates. A training error below that floor points to a mistake, not to skill.
# - Beyond the data a ReLU network goes on in a straight line. Mark the region without data in every plot.
#
# **Words:** function approximation (函数逼近), activation (激活函数), ReLU, knot, noise floor, extrapolation (外推), baseline.

# %% tags=["quiz"]
quiz("approximation.quiz")

# %% tags=["retrieval"]
quiz("approximation.recall")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, *A guide to machine learning for biologists*, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Ryegrass roots: Inderjit, Streibig & Olofsdotter 2002, [doi:10.1034/j.1399-3054.2002.1140312.x](https://doi.org/10.1034/j.1399-3054.2002.1140312.x)
# - Log-logistic fits of dose–response data: Ritz, Baty, Streibig & Gerhard 2015, [doi:10.1371/journal.pone.0146021](https://doi.org/10.1371/journal.pone.0146021)
# - Universal approximation: Cybenko 1989, [doi:10.1007/BF02551274](https://doi.org/10.1007/BF02551274); Hornik 1991, [doi:10.1016/0893-6080(91)90009-T](https://doi.org/10.1016/0893-6080(91)90009-T); Leshno, Lin, Pinkus & Schocken 1993, [doi:10.1016/S0893-6080(05)80131-5](https://doi.org/10.1016/S0893-6080(05)80131-5)
