# %% [markdown]
# ## 1 · Look at the rows first ⏱ 8 min
#
# Chapter 8 squeezed sequences through a few numbers. Here the same is done with what laboratories measure: the methylation of tumours, the messenger RNA of
# single cells, an enzyme family. Each time the question is the same: **better than what?** None of the later chapters needs this notebook.
#
# First, two questions to warm up.

# %% tags=["retrieval"]
import pandas as pd

from bioml_helpers.autoencoder import cells, enzymes, latent_exercises, latent_pictures, methylation, models

quiz("autoencoder.bwarmup")

# %% [markdown]
# **Medulloblastomas** are tumours of the cerebellum. For each, an array measured at many CpG sites which share of the DNA molecules is methylated: **beta** (甲基化水平), 0 to 1. The
# table comes out of an R package, 399 sites wide. Its rows have names such as `GSM2261900`, `GSM2261566.1` and `17`. The first is a sample in a public archive. The second is an exact *copy* of
# such a row, the third was *made up* by a program: both were added to even out the subgroups.
#
# **Exercise 1.** Write `my_rows(names)`. Input: a list of texts. Output: a list with `True` for each name that is `GSM` and digits, nothing before, between or after, and `False` for all others.

# %% tags=["exercise", "faded"]
import re


def my_rows(names):
    # BEGIN SOLUTION
    return [re.fullmatch(r"GSM\d+", name) is not None for name in names]
    # STUB
    # return ...  # re.fullmatch(pattern, name) is None unless the whole name fits
    # END SOLUTION


check("autoencoder.b1", my_rows)

# %% [markdown]
# The course's loader does the same. What would the copies have done? A test that needs no network: tell each held-out tumour by its nearest training tumour.

# %% tags=["caution", "needs-real-data", "nbval-check-output"]
tumours = methylation.tumours()
print(f"{len(tumours.X)} measured tumours; left out: {len(tumours.copied)} copies, {tumours.synthetic} made-up rows")
for name, rows in {"measured rows": tumours, "with the copies": tumours.as_found()}.items():
    told = methylation.nearest_repeats(rows)
    print(
        f"{name}: {told['copies']:.0%} of held-out rows stand in training too; nearest tumour explains R2 = {told['R2']:.2f}"
    )

# %% [markdown]
# On the real data a rule that learns nothing climbs from 0.69 to 0.86, because half of the held-out rows are in the training part, number by number. Every figure below is of measured rows
# only. **R²** (决定系数) is the share of the variance around the training mean that comes back: 0 for always saying the mean, 1 for perfection.
#
# ## 2 · Two numbers for a tumour ⏱ 12 min

# %% tags=["predict"]
predict("autoencoder.bp1")

# %% [markdown]
# The autoencoder: 399 sites, a hidden layer of 64, two numbers, and back. It and the components are fitted to four fifths of the tumours. No label is used.

# %% tags=["seed:S88", "needs-real-data"]
squeezed = methylation.squeeze(tumours)
show(
    latent_pictures.tumour_maps(squeezed, tumours),
    alt="Two maps of all tumours, a point each, by subgroup. On the real data both show four clouds; those of Group3 and Group4 touch. The autoencoder's are "
    "drawn-out bands.",
    data=pd.DataFrame(
        {
            "subgroup": tumours.subgroup,
            **{f"{k} {i + 1}": z[:, i].round(3) for k, z in squeezed.latent.items() for i in (0, 1)},
        }
    ),
    card=tumours.card,
)

# %% [markdown]
# A map convinces quickly. Numbers, over five splits: how well do tumours come back that neither has seen, and does the vote of the ten nearest neighbours name the subgroup?

# %% tags=["observe", "seed:S88", "needs-real-data"]
table = methylation.squeeze_table(tumours)
show(
    latent_pictures.by_split(
        table, {"R2": ("R² of held-out tumours", None), "accuracy": ("subgroup named rightly", None)}, rows="numbers"
    ),
    alt="Five splits. On the real data R² is near 0.58 for two principal components and near 0.70 for the autoencoder, in every split. The subgroup is named rightly in 0.93 to 0.99 by "
    "all three kinds of numbers, and they overlap.",
    data=table.round(3),
    card=tumours.card,
)
mean = table.groupby("numbers", sort=False)[["R2", "accuracy"]].mean()
for row in mean.itertuples():
    print(f"{row.Index}: R2 {row.R2:.2f}, subgroup {row.accuracy:.2f}")
observe("autoencoder.bp1", "c")

# %% tags=["explain"]
explain("autoencoder.bp1")

# %% [markdown] tags=["honesty"]
# **What this shows, and what not.** On the real data two bent numbers carry more of a tumour than two straight ones; that figure is fair, for no label was used anywhere. The accuracy is not:
# the 399 sites were *chosen* because they tell these subgroups apart, with all tumours in sight. It is also no gain: all 399 sites name the subgroup as well. And axes mean
# nothing: train again and the map is turned, bent, mirrored.
#
# ## 3 · Filling in what was not measured ⏱ 15 min
#
# Arrays fail at some sites, sequencing misses most. Can the state of a site be told from others? Start where the truth is known: a simulation in which neighbouring
# sites form **blocks** that are methylated together, four subgroups, some blocks that go with age, and noise. Three tenths of the values are hidden.
#
# **Exercise 2.** The rival. Write `my_copy(values, hidden)`. Input: two arrays of one length, sites in genomic order: beta, and `True` where a site is hidden (what stands there must not be looked at).
# Output: an array in which each hidden site has the value of the nearest seen site; of two equally near ones, the left. To 1e-6.


# %% tags=["exercise", "faded", "seed:S92"]
def my_copy(values, hidden):
    # BEGIN SOLUTION
    seen = np.flatnonzero(~hidden)  # 1 places of the seen sites
    nearest = np.abs(np.arange(len(values))[:, None] - seen).argmin(axis=1)  # 2 the nearest of them, for each site
    return values[seen[nearest]]  # 3 its value
    # STUB
    # seen = ...  # 1 places of the seen sites
    # nearest = ...  # 2 the nearest of them, for each site
    # return ...  # 3 its value
    # END SOLUTION


check("autoencoder.b2", my_copy)

# %% [markdown]
# The **denoising autoencoder** (去噪自编码器) of chapter 8 gets each training sample with three tenths of its values hidden, others each time, and has to give the whole sample back. So it must learn
# which sites tell of which.

# %% tags=["seed:S92"]
simulated = methylation.tumours(stand_in=True)
filled, mender = methylation.fill_table(simulated, ordered=True)
show(
    latent_pictures.one_sample(simulated, mender),
    alt="One simulated sample along 60 sites. Seen sites lie near 0.1 or 0.85, in runs. Most hidden sites are told rightly by both rules; at the ends of a run copying the "
    "neighbour jumps to the wrong side while the autoencoder mostly stays right.",
    data=filled.round(3),
    card=simulated.card,
)
error = 1 - filled.set_index("filled by")["state"]
assert error["denoising autoencoder"] < 0.9 * error["copy the neighbour"]
print(
    f"states wrong: neighbour {error['copy the neighbour']:.3f}, denoising autoencoder {error['denoising autoencoder']:.3f}"
)

# %% [markdown]
# Copying errs where a block ends and where a single site strays. The autoencoder has seen where blocks end, and asks several sites at once: a third fewer errors. (Principal components, filled in again and again, come close: 0.10 wrong.)
#
# Now real tumours. Their 399 sites are scattered over the genome and stand in no order, so there is no neighbour to copy. The site that goes most closely with the hidden one takes its part.

# %% tags=["predict"]
predict("autoencoder.bp2")

# %% tags=["observe", "baseline", "seed:S92", "needs-real-data"]
filled, _ = methylation.fill_table(tumours)
show(
    latent_pictures.dots(filled, {"R2": "R² of hidden values", "state": "states called rightly"}, rows="filled by"),
    alt="Six ways to fill in hidden values of held-out tumours. On the real data the site's mean is far behind (states 0.58); copying one site reaches 0.84; ten similar tumours, "
    "principal components and the plain autoencoder about 0.87; the denoising autoencoder is ahead by little, near 0.88.",
    data=filled.round(3),
    card=tumours.card,
)
state = filled.set_index("filled by")["state"]
assert tumours.card.is_stand_in or state["denoising autoencoder"] > state["copy the closest site"] + 0.02
print(
    f"denoising autoencoder {state['denoising autoencoder']:.2f}, copy {state['copy the closest site']:.2f}, ten tumours {state['10 most similar tumours']:.2f}"
)
observe("autoencoder.bp2", "d")

# %% tags=["explain"]
explain("autoencoder.bp2")

# %% [markdown]
# A gain over copying, clearly; over ten similar tumours, one in a hundred sites. Whoever reports only the first comparison has told half of it.
#
# The published example asks the same of whole genomes. Read its card, then answer its question.

# %% tags=["seed:S92"]
learning.show_card(latent_exercises.deepmethyl)
quiz("autoencoder.b3")

# %% [markdown]
# ## 4 · Counting molecules in single cells ⏱ 13 min
#
# **Single-cell RNA sequencing** (单细胞转录组测序) counts molecules of messenger RNA, cell by cell. These 700 blood cells ship with the library scanpy, and not as counts: its matrix is *scaled*, each gene to mean 0 and variance 1. Beside it
# lie logarithms, log(1 + count / total · 10,000), rounded to three decimals, and each cell's total. From these the whole counts can be computed back; they come out within 0.1 % of whole numbers.

# %% tags=["seed:S94"]
blood = cells.cells()
print(f"{blood.counts.shape[0]} cells, {blood.counts.shape[1]} genes, {len(set(blood.cell_type))} cell types")
print(
    f"counts that are 0: {(blood.counts == 0).mean():.2f}; that are 1: {(blood.counts == 1).mean():.2f}; largest: {blood.counts.max():.0f}"
)
some = [blood.genes.index(name) for name in ("LYZ", "CD79A", "NKG7") if name in blood.genes]
print(pd.DataFrame(blood.counts[:4, some], blood.cell_type[:4], [blood.genes[one] for one in some]).astype(int))
show(
    latent_pictures.spread(blood),
    alt="Each gene's variance against its mean, on logarithmic axes. Rare genes lie on the dashed line of a Poisson distribution, common genes above it, up to a hundred times.",
)

# %% [markdown]
# Rare genes stray as pure counting does: the variance equals the mean (**Poisson**, 泊松分布). Common ones stray more, since cells differ. A squared error does not know this. A loss for counts does: with the
# mean $m$ that the decoder says and the count $k$,
#
# $$\text{loss}(m, k) = m - k \log m$$
#
# In words: the mean, minus the count times the logarithm of the mean; it is smallest where the mean equals the count.
#
# **Exercise 3.** Write `my_loss(mean, counts)`. Input: two arrays of one shape, means above 0 and whole counts. Output: one number, the average of this loss over all values, natural logarithm, to 1e-5.


# %% tags=["exercise", "independent", "seed:S94"]
def my_loss(mean, counts):
    # BEGIN SOLUTION
    return (mean - counts * np.log(mean)).mean()
    # STUB
    # return ...
    # END SOLUTION


check("autoencoder.b4", my_loss)

# %% [markdown]
# Four ways to describe a cell by ten numbers: components of the logarithms; an autoencoder with squared error on logarithms; one with your loss; one with the **negative binomial** (负二项分布) loss, which lets a gene stray more than
# Poisson. Judged on held-out cells: R² of the logarithms, and how much nearer the expected counts are to the real ones than plain means (share of *deviance*).

# %% tags=["seed:S94"]
losses = cells.loss_table(blood)
show(
    latent_pictures.dots(
        losses, {"R2": "R² of logarithms", "explained": "deviance of counts explained"}, rows="fitted by"
    ),
    alt="Held-out blood cells. R² of logarithms: principal components 0.28, autoencoder with squared error 0.27. Deviance of counts explained: squared error 0.30, components "
    "0.32, negative binomial 0.39, Poisson loss 0.40.",
    data=losses.round(3),
)
found = losses.set_index("fitted by")["explained"]
assert found["autoencoder, poisson"] > found["autoencoder, squared"] + 0.03
print(
    f"deviance explained: squared error {found['autoencoder, squared']:.2f}, Poisson loss {found['autoencoder, poisson']:.2f}"
)

# %% [markdown]
# On counts, the loss made for counts is ahead, on its home ground. On neutral ground: a simulation, whose true means are known.

# %% tags=["seed:S94"]
truth = data.simulate.blood_cell_means()
known = cells.loss_table(cells.cells(stand_in=True), truth=truth).set_index("fitted by")
for name, value in known["truth"].items():
    print(f"{name}: correlation with the true means {value:.2f}")
assert known.loc["autoencoder, poisson", "truth"] > known.loc["autoencoder, squared", "truth"]

# %% [markdown] tags=["honesty"]
# Against the truth the count loss is well ahead of the squared error, and of components by little. And an R² of 0.27, so little? Most of the variance is the luck of catching a molecule or not; who gives it back
# has learned noise by heart. So ask what the ten numbers are *for*.
#
# ## 5 · Does the latent space help? ⏱ 12 min
#
# Cells of one type should be neighbours. Of a held-out cell's ten nearest *training* cells, which share has its type? Everything is fitted to training cells alone. A control: the cells ran through eight **channels** of a chip,
# which should not show. Last, k-means clusters against types, by the adjusted Rand index (**ARI**, 调整兰德指数: 1 the same grouping, 0 chance).

# %% tags=["seed:S94", "seed:S88", "slow"]
helped = cells.help_table(blood)
chance = {"type": cells.by_chance(blood.cell_type), "channel": cells.by_chance(blood.channel)}
panels = {
    "type": ("neighbours of one type", chance["type"]),
    "channel": ("of one channel", chance["channel"]),
    "ARI": ("ARI of clusters", None),
}
show(
    latent_pictures.by_split(helped, panels, rows="numbers"),
    alt="Five splits. Neighbours of one type: all genes near 0.70, principal components and both autoencoders near 0.72, overlapping, far above chance at 0.19. Neighbours of one "
    "channel: all near chance, 0.13. ARI: between 0.4 and 0.6 for all three, overlapping.",
    data=helped.round(3),
)
print(helped.groupby("numbers", sort=False)[["type", "channel", "ARI"]].mean().round(2).to_string())

# %% [markdown]
# **Exercise 4.** Report it in a dictionary `my_report`, for three kinds: `"all genes"`, `"principal components"`, `"autoencoder"` (squared error). `type` and `channel`: kind → five values, in the order of the seeds; `reported`: kind →
# the number you report of `type`; `fitted_on`: what the encoder was fitted to, in words; `better`: `"autoencoder"` or `"principal components"` if one is ahead *in every split*, else `"neither"`.

# %% tags=["exercise", "independent", "seed:S94"]
# BEGIN SOLUTION
named = helped.replace({"numbers": {"autoencoder, squared error": "autoencoder"}})
five = {
    key: {
        kind: named.loc[named["numbers"] == kind, key].tolist()
        for kind in ("all genes", "principal components", "autoencoder")
    }
    for key in ("type", "channel")
}
gain = np.subtract(five["type"]["autoencoder"], five["type"]["principal components"])
better = "autoencoder" if gain.min() > 0 else "principal components" if gain.max() < 0 else "neither"
reported = {kind: np.mean(values) for kind, values in five["type"].items()}
my_report = {**five, "reported": reported, "fitted_on": "the training cells of each split", "better": better}
# STUB
# my_report = ...  # a dictionary with the keys type, channel, reported, fitted_on, better
# END SOLUTION
check("autoencoder.b5", my_report)

# %% [markdown]
# Compressing helps over all genes, a little: it takes noise away. *The network does not help over principal components*, on 700 cells. Larger sets, several batches, a model of counts and batches together: there the published
# autoencoders (DCA, scVI) were made for. And the types themselves were computed from expression, so full agreement was never to be had.
#
# ## 6 · Monday's cells and Tuesday's cells ⏱ 10 min
#
# Here the channels did not show. Often they do. Below, half of the same cells are handled "on another day": each gene is caught better or worse. The first component, and the one that shows the batch most.

# %% tags=["caution"]
show(
    latent_pictures.batch_maps(blood),
    alt="Three maps of all cells. Left, one batch: the two marked halves lie mixed. Middle, two batches: along component 4 the halves lie apart, one above, one below. Right, each batch's mean taken off: mixed again.",
)
half = np.random.default_rng([0, 13]).permutation(len(blood.counts)) % 2
handled = cells.with_batch(blood, half)
space = cells.components(handled, handled.split()[0]).latent
rows, asked = handled.split()
for name, labels in {"batch": handled.channel, "cell type": handled.cell_type}.items():
    alike = cells.agreement(space[rows], labels[rows], space[asked], labels[asked])
    print(f"neighbours of one {name}: {alike:.2f} (by chance {cells.by_chance(labels):.2f})")

# %% [markdown]
# A whole component for who handled the cells, and nearly every neighbour from the same day: a clustering could "find two populations". Taking off each batch's mean mended it, because both batches hold the same cells. Now a treatment that doubles 40 genes.

# %% tags=["predict"]
predict("autoencoder.bp3")

# %% tags=["observe"]
effects = cells.effect_table(blood)
print(effects.round(2).to_string(index=False))
show(
    latent_pictures.effects(effects),
    alt="Share of the 40 raised genes that are found. Balanced design: above 0.9, corrected or not. Confounded design: a half as it is, none once corrected.",
)
observe("autoencoder.bp3", "c")

# %% tags=["explain"]
explain("autoencoder.bp3")

# %% [markdown]
# **Exercise 5.** Before the experiment: can this design be rescued? Write `my_design(condition, batch)`. Input: two lists of one length, an entry a sample, such as `list("CCTT")` and `list("1122")`. Output: `True` if effects of conditions can be told from effects of batches, else `False`.
# One way: the *rank* of the matrix with a column of ones, a 0/1 column for each condition but the first, and one for each batch but the first: it must equal the number of columns.


# %% tags=["exercise", "independent"]
def my_design(condition, batch):
    # BEGIN SOLUTION
    columns = [np.ones(len(condition))]
    for labels in (condition, batch):
        columns += [[float(one == name) for one in labels] for name in sorted(set(labels))[1:]]
    return np.linalg.matrix_rank(np.transpose(columns)) == len(columns)
    # STUB
    # return ...
    # END SOLUTION


check("autoencoder.b6", my_design)

# %% [markdown]
# ## 7 · Optional: shares of a whole ⏱ 4 min
#
# A sequencer reads a fixed number of molecules: it measures *shares*. Bacteria A bloom eightfold in half of the samples; B to E do not change.

# %% tags=["optional"]
table = cells.bloom()
show(
    latent_pictures.blooming(table),
    alt="Three panels for bacteria A to E. Amounts: only A rises with the bloom. Shares: A rises and all others fall. Logarithm of the ratio to B: only A differs, C to E are equal again.",
    data=table.groupby("blooms").mean().round(2).T.reset_index(),
)
print(
    f"correlation of C and D: amounts {table['amount C'].corr(table['amount D']):.2f}, shares {table['share C'].corr(table['share D']):.2f}"
)

# %% [markdown]
# In shares all others "fall", and seem to go together. Ratios of two shares stay right: take their logarithms (**compositional data**, 成分数据).
#
# ## 8 · A second family: chorismate mutase ⏱ 12 min
#
# Chorismate mutase stands on the way to phenylalanine and tyrosine. Russ and colleagues drew new members of its family from a statistical model of columns and pairs of columns, and showed some to work in bacteria.
# Here the variational autoencoder of chapter 8 learns 1,259 natural ones, with eight latent numbers. Similarity groups are held out: no held-out sequence shares 70 % of its columns with a training sequence.

# %% tags=["seed:S91", "needs-real-data"]
family = models.family("chorismate_mutase")
vae = enzymes.train_enzyme_vae(family)
back = enzymes.recovery_table(family, {"variational autoencoder": vae})
print(back.round(2).to_string(index=False))
recovered = back.set_index("said by")["held out"]
assert recovered["variational autoencoder"] > recovered["consensus"] + 0.08

# %% [markdown]
# On the real family: the consensus gives back 0.34 of held-out residues, eight numbers about 0.50, and copying the *nearest relative* 0.55. Do latent distances tell how related sequences are?

# %% tags=["seed:S89", "needs-real-data"]
from bioml_helpers.data.families import ALIGNED

held_out = family.test["sequence"].tolist()
related, pairs = models.relatedness({"latent": models.latent_of(vae, held_out, ALIGNED)}, held_out)
row = related.iloc[0]
print(
    f"Spearman of latent distance and sequence identity: {row.spearman:.2f} (95 % interval {row.low:.2f} to {row.high:.2f})"
)
assert row.high < 0

# %% [markdown]
# The nearer, the more alike, though far from −1. Now generate. Do new sequences keep the columns that the family keeps? How near is the nearest natural one? Do columns *go together* as in nature (correlation of pair statistics)?

# %% tags=["seed:S91", "needs-real-data"]
generated = enzymes.generation_table(family, vae)
kept = enzymes.kept_columns(family.train)
print("conserved columns (counted from 0):", ", ".join(f"{letter}{column}" for column, letter in kept.items()))
show(
    latent_pictures.dots(
        generated,
        {"conserved": "all conserved columns", "identity": "identity, nearest natural", "pairs": "pairs as in nature"},
        rows="sequences",
    ),
    alt="On the real data. Conserved columns: profile about as often as natural ones, autoencoder a little more often. Identity with the nearest natural sequence: natural 0.57, most probable 0.53, "
    "drawn 0.38, profile 0.34. Pair statistics: profile 0, drawn about as high as natural ones, 0.4, most probable higher.",
    data=generated.round(3),
    card=family.card,
)
print(enzymes.funnel(family, vae)[0].to_string(index=False))

# %% [markdown] tags=["honesty"]
# Conserved columns prove nothing: a *profile*, which draws each column alone, keeps them as often. Pair statistics tell the two apart: 0 for the profile, for the autoencoder as high as for natural held-out sequences. Still, most drawn sequences
# are less than 40 % identical to anything known. Whether one is an enzyme, only an assay tells; nobody has made these.
#
# **Exercise 6 (open).** Look back. Fill in the card; the check looks at its completeness, then shows a model card and the rubric.

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
my_verdict = {
    "helped": "Two numbers for a tumour: the autoencoder explains 0.70 of the variance in held-out tumours, two principal components 0.58.",
    "did_not": "Ten numbers for a blood cell: neighbours agree in type as often with principal components as with the autoencoder.",
    "rival": "Principal components with as many numbers: no training, one line, often as good.",
    "control": "Ask with the same code whether neighbours share their batch more often than chance.",
}
# STUB
# my_verdict = ...  # a dictionary with the keys helped, did_not, rival, control
# END SOLUTION
check("autoencoder.b7", my_verdict)

# %% [markdown] tags=["keypoints"]
# ## 9 · Recap ⏱ 4 min
#
# - Look at row names before anything else: copies turned a rule that learns nothing into a good one.
# - Bent numbers carry more of a tumour than as many straight ones. For naming subgroups, and for neighbours among 700 blood cells, principal components were as good.
# - A denoising autoencoder fills in hidden values; report "copy the neighbour" and "similar samples" beside it.
# - Counts want a loss for counts. A low R² of single cells is mostly the luck of counting.
# - Fit without the asked cells, use five seeds, report means, and ask of a batch what you ask of a type. A design in which batch and condition are one cannot be rescued.
# - Conserved columns are easy to keep; what tells a model from a profile is how columns go together.
#
# **Words:** beta (甲基化水平), R² (决定系数), denoising autoencoder (去噪自编码器), single-cell RNA sequencing (单细胞转录组测序), Poisson (泊松分布), negative binomial (负二项分布), ARI (调整兰德指数), batch effect (批次效应), compositional data (成分数据).

# %% tags=["quiz"]
quiz("autoencoder.bquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - Medulloblastomas: Cavalli and colleagues 2017, [doi:10.1016/j.ccell.2017.05.005](https://doi.org/10.1016/j.ccell.2017.05.005); the table of 399 sites: Sharif Rahmani and colleagues 2023, [doi:10.3389/fgene.2023.1233657](https://doi.org/10.3389/fgene.2023.1233657)
# - DeepMethyl: Wang and colleagues 2016, [doi:10.1038/srep19598](https://doi.org/10.1038/srep19598)
# - Blood cells: Zheng and colleagues 2017, [doi:10.1038/ncomms14049](https://doi.org/10.1038/ncomms14049)
# - Autoencoders of counts: DCA, Eraslan and colleagues 2019, [doi:10.1038/s41467-018-07931-2](https://doi.org/10.1038/s41467-018-07931-2); scVI, Lopez and colleagues 2018, [doi:10.1038/s41592-018-0229-2](https://doi.org/10.1038/s41592-018-0229-2)
# - Batch effects: Leek and colleagues 2010, [doi:10.1038/nrg2825](https://doi.org/10.1038/nrg2825); compositional data: Quinn and colleagues 2019, [doi:10.1093/gigascience/giz107](https://doi.org/10.1093/gigascience/giz107)
# - Chorismate mutase: Russ and colleagues 2020, [doi:10.1126/science.aba3304](https://doi.org/10.1126/science.aba3304)
