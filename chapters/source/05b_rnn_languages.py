# %% [markdown]
# ## 1 · What the gates are for ⏱ 12 min
#
# Splicing joins two ends that lie a thousand bases apart; a signal peptide is cut off by an enzyme that meets it long after the ribosome
# wrote it. To read sequences is to *remember*. Chapter 5 built three cells. Two of them have **gates** (门): numbers between 0 and 1 that
# decide, unit by unit, what is let in and what is kept. This companion looks at what gates do, and at what can be built with them: readers of
# introns, a small language model of proteins, a writer of peptides. None of the later chapters needs it.
#
# First, two questions to warm up.

# %% tags=["retrieval"]
quiz("rnn.bwarmup")

# %% [markdown]
# **The task.** Random DNA; one base carries a flag. After the last base the network reports *which* base was flagged. In training the flag
# stands 1 to 20 steps before the end, all gaps mixed. A simple RNN, a GRU and an LSTM get 400 batches each.

# %% tags=["seed:S63"]
from bioml_helpers.rnn import hybrids, language, language_pictures, memory, peptides

gaps = [2, 5, 10, 20, 40, 80]
reporters = {kind: memory.train_reporter(kind, seed=4) for kind in memory.KINDS}
rows = [(kind, gap, score) for kind, one in reporters.items() for gap, score in zip(gaps, memory.accuracy_by_gap(one, gaps))]
by_gap = pd.DataFrame(rows, columns=["cell", "gap", "accuracy"])
show(
    language_pictures.remembered(by_gap),
    alt="Share of right bases against the gap. GRU and LSTM report nearly every base right up to 40 steps and more, although they never saw more than 20. "
    "The simple RNN stays at 0.25, which is guessing, at every gap.",
    data=by_gap.round(2),
)

# %% [markdown]
# GRU and LSTM carry the base further than they were ever trained to. Within these 400 batches the simple RNN hardly learned to carry it
# two steps. (*Mixed* gaps matter: the short ones show the way.)
#
# **How do they do it?** Six units of each network while it reads one new sequence: above, how far the door for new content stands open; below, how much of the
# old is kept.

# %% tags=["seed:S63"]
for kind, name in (("gru", "GRU"), ("lstm", "LSTM")):
    seen = memory.trace(reporters[kind], gap=20)
    opened = seen.written[seen.flag] - seen.written[seen.flag + 1 :].mean(axis=0)  # (units,) at the flag, minus afterwards
    show(
        language_pictures.gates(seen),
        alt=f"Two maps over the letters of one sequence, for the {name}. Above, what is let in: some units are bright at the flagged "
        "base and darker after it. Below, what is kept: they are dark at the flagged base and bright afterwards. Others flicker.",
        data={"unit": np.argsort(-opened)[:6] + 1, "opens at the flag by": np.sort(opened)[::-1][:6].round(2)},
    )
    print(f"{name}: units whose door opens at the flag by more than 0.5: {(opened > 0.5).sum()} of {len(opened)}")

# %% [markdown] tags=["honesty"]
# The doors of a few units open at the flag and shut behind it. Nobody told the network to; the loss asked for one answer at the end.
#
# **What this does not show.** These are units of *one* start, the clearest ones. Of five GRUs that all report the base, one hardly moves its update gates at the
# flag: it stores the base in another way.

# %% [markdown]
# ## 2 · How far back does learning reach? ⏱ 11 min
#
# Why did the simple RNN not learn it? A base far back is felt in training only through a gradient that comes all the way, step by step.

# %% tags=["predict"]
predict("rnn.bp1")

# %% tags=["observe", "nbval-check-output"]
fresh = {kind: [memory.fresh_layer(kind, seed=seed) for seed in range(5)] for kind in memory.KINDS}
reach = memory.gradient_table(fresh)
falls = reach.pivot(index="distance", columns="name", values="norm")
for kind in memory.KINDS:
    print(f"{memory.NAMES[kind]}: 20 steps back more than 10,000 times weaker: {falls.loc[20, kind] < 1e-4}")
print("simple RNN: weaker with each of 40 steps (mean of five):", bool((np.diff(falls["rnn"]) < 0).all()))
observe("rnn.bp1", "c")

# %% tags=["explain"]
explain("rnn.bp1")

# %% [markdown]
# **Exercise 1.** Write `my_gradient(network, X)`. Input: a recurrent layer of torch (batch first; it returns outputs of shape (batch, length,
# hidden_size), and something else) and `X` of shape (batch, length, n_in). Output: `length` numbers, distance 0 (the last entry) first: for each
# entry the norm of the gradient of `outputs[:, -1].sum()` with respect to it, averaged over the batch. NumPy or torch, to 1e-4.

# %% tags=["exercise", "independent"]
def my_gradient(network, X):
    # BEGIN SOLUTION
    X = X.detach().clone().requires_grad_(True)
    outputs, _ = network(X)
    (slopes,) = torch.autograd.grad(outputs[:, -1].sum(), X)  # (batch, length, n_in)
    return slopes.norm(dim=2).mean(dim=0).flip(0)
    # STUB
    # X = X.detach().clone().requires_grad_(True)
    # slopes = ...  # (batch, length, n_in)
    # return ...
    # END SOLUTION


check("rnn.b1", my_gradient)

# %% [markdown]
# Note that a *fresh* GRU or LSTM is hardly better than the simple RNN: its gates stand half open, and one half to the power of 20 is a
# millionth. Gates do not abolish the problem; they make it *learnable*. Three things to try, by mouse or keyboard:
#
# 1. Choose the LSTM and push its keeping gate to +3. *Notice* that the line goes flat: what is kept is multiplied by nearly 1.
# 2. Push it to −2. *Notice* that the past is gone after a few steps.
# 3. Choose the simple RNN. *Notice* that nothing happens: there is no gate to push.

# %% tags=["widget"]
language_pictures.gate_explorer()

# %% [markdown]
# Training found the way by itself. Left, fresh weights, five seeds. Right, the networks that remember: the gradient that reaches the *flagged* base, and another one.

# %% tags=["seed:S63"]
flagged = {kind: memory.gradient_to_the_flag(reporters[kind].layer, gaps) for kind in ("gru", "lstm")}
show(
    language_pictures.reach(reach, flagged),
    alt="Gradient against distance, logarithmic. Left, fresh weights: all three cells fall in a nearly straight line, below a ten-thousandth at 20 steps. Right, "
    "trained GRU and LSTM: the gradient to the flagged base hardly falls up to 80 steps; the one to an unflagged base does.",
    data=pd.concat([one.assign(cell=kind) for kind, one in flagged.items()]).round(4),
)

# %% [markdown]
# The trained network is open for one base and closed for the others.
#
# ## 3 · Introns of yeast, base by base ⏱ 13 min
#
# Which bases of a yeast gene lie in an intron (GT…AG)? Three answers: by *position alone*, as introns lie near the start; by a convolution that sees a hundred
# bases; by its filters with a bidirectional GRU behind them. Genes have duplicates, so the split is by group.

# %% tags=["needs-real-data"]
genes = hybrids.genes()
table = hybrids.label_introns(genes)
duplicated = genes.table["group"].duplicated(keep=False)
print(f"{len(genes.table)} genes, {duplicated.sum()} of them with a duplicate; {genes.y[genes.mask].mean():.0%} of the bases are intron")
for row in table[table["split"] == "grouped"].itertuples():
    print(f"split by group, {row.model}: AUROC {row.AUROC:.2f}")
genes.card

# %% tags=["needs-real-data"]
grouped = table[table["split"] == "grouped"].reset_index(drop=True)
test = grouped["test"][0]
chosen = int(np.argmin(np.abs(genes.y[test].sum(axis=1) - 400)))  # a test gene with about 400 intron bases
curves = {row.model: row.probabilities[chosen] for row in grouped.itertuples()}
show(
    language_pictures.one_gene(genes, test[chosen], curves),
    alt="Probability of intron along one test gene, its annotated intron shaded. Position alone gives a slow curve that ignores the gene; the convolution goes up and "
    "down within the intron; with the GRU the curve falls at the intron's end and stays low.",
    data={"base": np.arange(1, 601, 50), **{name: values[::50].round(2) for name, values in curves.items()}},
    card=genes.card,
)

# %% [markdown]
# "Inside an intron" is a state that lasts from one signal to the next. A recurrent layer can hold it; a window guesses anew at every base.
#
# **Relatives.** In a *random* split a third of the test genes have a duplicate in training. What is that worth? Now the test genes stay the same: one of each pair.
# Training sees equally many genes, without their other halves or with them.

# %% tags=["predict", "caution"]
predict("rnn.bp3")

# %% tags=["observe", "caution", "needs-real-data"]
relatives = hybrids.worth_of_relatives(genes)
observe("rnn.bp3", round(relatives["AUROC"].iloc[-1], 2))
show(
    language_pictures.introns(table, relatives),
    alt="Left, AUROC by model, random split and split by group: position alone is lowest, convolution next, convolution with GRU highest, and the two splits "
    "lie close together. Right, the same test genes: clearly higher when their duplicates are in training than when they are not.",
    data=pd.concat([table[["split", "model", "AUROC", "seen"]], relatives]).round(3),
    card=genes.card,
)

# %% tags=["explain"]
explain("rnn.bp3")

# %% [markdown]
# On the real data random and grouped split *look* alike: only a third of the test genes has a relative, and the next draw changes more. Where there is one, it is worth
# a tenth or more. A leak may hide in an average.
#
# ## 4 · Filters that find, a memory that compares ⏱ 8 min
#
# **DanQ** put a bidirectional LSTM behind filters: filters find motifs, the LSTM learns how they stand to each other. For some regulatory marks the area under its
# precision-recall curve was more than half as large again as that of rivals. In miniature: the same two motifs in every sequence; only their *distance* (10 to 14
# bases) decides. Four networks of about 4,400 parameters.

# %% tags=["seed:S64"]
pairs = hybrids.read_pairs()
for row in pairs.itertuples():
    print(f"{row.model}: {row.parameters:,} parameters, accuracy {row.accuracy:.2f}")
best = pairs.set_index("model")["accuracy"]
print("one convolution and the LSTM alone are near guessing:", bool(best[["one convolution", "LSTM alone"]].max() < 0.65))
print("convolution + LSTM found the rule:", bool(best["convolution + LSTM"] > 0.8))

# %% [markdown]
# One convolution with a maximum over the sequence knows *that* both motifs are there, not where. The LSTM alone would have to find motifs and rule at once. Together
# they do. But **a second convolution that sees 44 bases** does as well or better, faster. Whether the combination pays depends on the rival.
#
# ## 5 · A language model of proteins ⏱ 15 min
#
# What characters are to a text, residues are to a protein. A network that guesses the next needs no label. How well it guesses is told as **perplexity**
# (困惑度): among how many equally likely residues it is torn.
#
# **Exercise 2.** Write `my_perplexity(probabilities)`. Input: an array with the probability that a model gave to each residue that came. Output: exp of minus
# the mean natural logarithm, one number, to 1e-6.
#
# Then train, on a thousand chains; judges are chains similar to none.

# %% tags=["exercise", "independent", "seed:S57"]
def my_perplexity(probabilities):
    # BEGIN SOLUTION
    return np.exp(-np.mean(np.log(probabilities)))
    # STUB
    # return ...
    # END SOLUTION


check("rnn.b2", my_perplexity)

# %% tags=["predict"]
predict("rnn.bp2")

# %% tags=["observe", "seed:S57", "needs-real-data"]
chains = language.chains()
model = language.train_language(chains.unlabelled["sequence"])
scores = language.perplexities(chains, model)
observe("rnn.bp2", round(scores["perplexity"].iloc[-1], 1))
show(
    language_pictures.perplexities(scores),
    alt="Perplexity on new chains, one bar a model: 20 if every residue is alike; composition alone, pairs and triplets of residues somewhat lower, the "
    "GRU lowest.",
    data=scores.round(2),
    card=chains.card,
)

# %% tags=["explain"]
explain("rnn.bp2")

# %% [markdown]
# On the real data composition alone gives 18.2, pairs 18.0, triplets 17.9, the GRU 17.4. That is little, and it is reproducible from start to
# start. What did it learn to gain even that? We **freeze** it, and read its hidden state.
#
# **The probe.** From *other* chains we take 20, 50 or 200 labelled residues (helix, strand or coil) and fit the simplest model there is, logistic regression. It
# sees the residue itself as one-hot; or the residue and the eight before it; or the hidden state of our model at that residue; or the hidden state of the same
# network with *random* weights. The last row is the honest one: even a random network mixes in the neighbours.

# %% tags=["seed:S66", "needs-real-data"]
networks = {"untrained": language.NextResidue(seed=0), "pretrained": model}
labelled, new = (language.residues_of(part, networks) for part in (chains.labelled, chains.test))
probed = language.probe(labelled, new)
show(
    language_pictures.probes(probed),
    alt="Q3 against 20, 50 and 200 labelled residues, with bars over ten draws. The pretrained state lies above one-hot and above the untrained network "
    "at every number of labels; all rise with more labels.",
    data=probed.drop(columns="values").round(3),
    card=chains.card,
)
for row in probed[probed["labels"] == 50].itertuples():
    print(f"50 labels, {row.features}: Q3 {row.Q3:.2f} ± {row.deviation:.2f}")

# %% [markdown]
# The model was never told that helices exist. Yet what helps to guess the next residue (am I on the oily side of a helix?) is what a probe for helices needs.
# A part of the gain over one-hot the random network has too. And the window model, with its 180 columns, drowns in 50 labels: features that
# were learned elsewhere are worth most where labels are few.

# %% tags=["seed:S66"]
from bioml_helpers import learning
from bioml_helpers.rnn import language_exercises

learning.show_card(language_exercises.unirep)
quiz("rnn.b6")

# %% [markdown]
# ## 6 · Writing peptides ⏱ 12 min
#
# A model that guesses the next residue can also *write*: draw one, read it, draw the next, until it draws the end. The **temperature** (温度) says how boldly.
#
# **Exercise 3.** Write `my_tempered(logits, temperature)`. Input: an array of logits and a number above 0. Output: softmax(logits / temperature), to 1e-5.

# %% tags=["exercise", "independent", "seed:S63"]
def my_tempered(logits, temperature):
    # BEGIN SOLUTION
    scaled = np.exp(logits / temperature - np.max(logits / temperature))
    return scaled / scaled.sum()
    # STUB
    # return ...
    # END SOLUTION


check("rnn.b3", my_tempered)

# %% [markdown]
# The training set: 4,000 helices of 12 to 24 residues, cut out of real proteins. Many helices lie at a protein's surface: one side to the
# oily core, the other to the water. Such a helix is *amphipathic*, and the **hydrophobic moment** measures it: the side chains as arrows round the axis, 100°
# apart, added up.

# %% tags=["seed:S63", "needs-real-data"]
helices, card = peptides.helices()
generator = peptides.train_generator(helices)
drawn = peptides.draw(generator, 1000)
sets = {"training": helices, "generated": drawn, "shuffled": peptides.shuffled(drawn)}
show(
    language_pictures.histograms(sets),
    alt="Histograms of length, net charge and hydrophobic moment. Generated peptides follow the training helices in all three. The same peptides with their residues "
    "shuffled have a smaller hydrophobic moment.",
    data=pd.DataFrame({name: peptides.properties(one).mean(numeric_only=True) for name, one in sets.items()}).round(3).reset_index(),
    card=card,
)
print(f"{len(drawn)} ended in time; distinct {len(set(drawn))}; out of the training set {len(set(drawn) & set(helices))}")

# %% [markdown]
# Not one is copied. On the real data the mean moment of the training helices is 0.35, of the generated ones about as much, of shuffled ones 0.25: the network
# learned the *rhythm* of a helix, not only which residues it likes. Now move the temperature.
#
# 1. At 0.3, *notice* how the same few residues come again and again.
# 2. At 2.5, *notice* that the moment falls to that of shuffled peptides, and that fewer end in time.

# %% tags=["widget", "seed:S63"]
language_pictures.temperature_explorer(generator, helices)

# %% [markdown]
# **Exercise 4.** A list `chosen` of at least ten peptides: 12 to 24 residues, net charge 0 to +4, hydrophobic moment at least 0.5, each once, none out of the
# training set. `peptides.draw(generator, 1500, temperature=0.8, seed=1)` writes new ones, `peptides.properties(...)` measures each in a row of a table.

# %% tags=["exercise", "independent", "seed:S63"]
# BEGIN SOLUTION
bold = peptides.draw(generator, 1500, temperature=0.8, seed=1)
chosen = list(peptides.select(bold, helices, charge=(0, 4), moment=0.5)["peptide"])
# STUB
# chosen = ...  # a list of peptides
# END SOLUTION
check("rnn.b4", chosen)

# %% [markdown]
# Charge and moment are two numbers computed from letters. They do not tell whether the peptide folds, dissolves, or does anything at all.
#
# ## 7 · From visit to visit ⏱ 6 min
#
# A patient's record is a sequence too.

# %% tags=["seed:S63"]
learning.show_card(language_exercises.doctor_ai)
from bioml_helpers.data import simulate

visits = simulate.clinic_visits()  # nobody in it exists
print(f"{len(visits)} visits of {visits['patient'].nunique()} patients in {visits['day'].max()} days")
print(visits.head(3).to_string(index=False))

# %% [markdown]
# **Exercise 5.** The model will be used on *new* patients in *later* years. Split the visits so that the test asks just that: `split`, a dictionary with the row numbers `"train"` (at least 100)
# and `"test"` (at least 30). Rows may be left out. Try first what happens if you shuffle the visits.

# %% tags=["exercise", "independent", "seed:S63", "caution"]
# BEGIN SOLUTION
names = visits["patient"].unique()
kept_apart = visits["patient"].isin(names[40:]).to_numpy()
early = (visits["day"] < 1200).to_numpy()
split = {"train": np.flatnonzero(~kept_apart & early), "test": np.flatnonzero(kept_apart & ~early)}
# STUB
# split = ...  # a dictionary with "train" and "test"
# END SOLUTION
check("rnn.b5", split)

# %% [markdown]
# ## 8 · Caution: robust against what? ⏱ 9 min
#
# RNNs are said to be very robust on sequence data. We ask three networks that learned to find TTGACA in sequences *aligned* on it, as tables of promoters are.

# %% tags=["predict", "caution"]
predict("rnn.bp4")

# %% tags=["observe", "caution", "seed:S65"]
stressed = hybrids.stress_over_seeds((0, 1))
show(
    language_pictures.stress(stressed),
    alt="Accuracy of MLP, CNN and RNN against five disturbances, two seeds each. One inserted or deleted base brings the MLP to guessing; CNN and RNN do not "
    "notice. With substitutions all fall, the MLP last. On the other strand all guess. With longer input one RNN falls further than the other.",
    data=stressed.round(3),
)
one = stressed[(stressed["disturbance"] == "insertions") & (stressed["amount"] == 1)].groupby("model")["accuracy"].mean()
print("one base inserted:", ", ".join(f"{name} {one[name]:.2f}" for name in ("MLP", "CNN", "RNN")))
observe("rnn.bp4", "a")

# %% tags=["explain"]
explain("rnn.bp4")

# %% [markdown]
# **Robust is conditional.** The RNN does not mind *where* the site stands, and neither does the CNN. Substitutions hit both harder than the MLP, which knows the place and
# so is not fooled by chance sites elsewhere. (Its flat line under *longer input* is a gift: it is handed the middle.) On the other strand nobody finds anything,
# since nobody was shown it. And two RNNs of equal accuracy may differ on longer input: a property of the run, not of the architecture.
#
# **Exercise 6.** Which sentence may stand in the paper?

# %% tags=["quiz", "caution", "seed:S65"]
quiz("rnn.b7")

# %% [markdown] tags=["keypoints"]
# ## 9 · Recap ⏱ 4 min
#
# **Key points**
#
# - Gates decide what is let in and what is kept; trained to remember, they open at the flag and shut behind it.
# - Through fresh cells the gradient shrinks by a factor a step, gates or not. Gates can be *trained* to pass it on.
# - Recurrence pays where a state lasts (inside an intron). Filters and recurrence combine; a second convolution may do as well.
# - A language model needs no labels; its frozen states help most where labels are few. Compare with random weights.
# - Generate, filter, compare with the training set.
# - Duplicated genes, visits of one patient: keep them on one side. Robust against *what*?
#
# **Words:** gate (门), vanishing gradient (梯度消失), intron (内含子), language model (语言模型), perplexity (困惑度), probe, temperature (温度), amphipathic (两亲性).

# %% tags=["quiz"]
quiz("rnn.bquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Vanishing gradients: Bengio, Simard & Frasconi 1994, [doi:10.1109/72.279181](https://doi.org/10.1109/72.279181); LSTM: Hochreiter & Schmidhuber 1997, [doi:10.1162/neco.1997.9.8.1735](https://doi.org/10.1162/neco.1997.9.8.1735); GRU: Cho and colleagues 2014, [doi:10.3115/v1/D14-1179](https://doi.org/10.3115/v1/D14-1179)
# - DanQ: Quang & Xie 2016, [doi:10.1093/nar/gkw226](https://doi.org/10.1093/nar/gkw226); the genome of yeast: Engel and colleagues 2014, [doi:10.1534/g3.113.008995](https://doi.org/10.1534/g3.113.008995)
# - UniRep: Alley, Khimulya, Biswas, AlQuraishi & Church 2019, [doi:10.1038/s41592-019-0598-1](https://doi.org/10.1038/s41592-019-0598-1); chains and their structure: Klausen and colleagues 2019, [doi:10.1002/prot.25674](https://doi.org/10.1002/prot.25674)
# - Peptides from an LSTM: Müller, Hiss & Schneider 2018, [doi:10.1021/acs.jcim.7b00414](https://doi.org/10.1021/acs.jcim.7b00414); hydrophobic moment: Eisenberg, Weiss & Terwilliger 1984, [doi:10.1073/pnas.81.1.140](https://doi.org/10.1073/pnas.81.1.140); the scale: Eisenberg, Schwarz, Komaromy & Wall 1984, [doi:10.1016/0022-2836(84)90309-7](https://doi.org/10.1016/0022-2836%2884%2990309-7)
# - Health records: Choi, Bahadori, Schuetz, Stewart & Sun 2016, [doi:10.48550/arXiv.1511.05942](https://doi.org/10.48550/arXiv.1511.05942)
