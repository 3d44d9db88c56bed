# %% [markdown]
# Six places where biologists slide filters over data. One of them, proteins that bind DNA, was chapter 4 itself. Here are the others, each
# as a miniature that runs, beside the method that it has to beat, or as a card of a published network with a question to answer.
#
# | section | what is slid over | the rival |
# |---|---|---|
# | 1, 2 contacts in a protein | a map of residue pairs | inverse covariance |
# | 3 variants | reads piled up over a place in the genome | a formula of two lines |
# | 4 folding of the genome | a million bases | (card) |
# | 5 particles in ice | a micrograph | the known shape, as a template |
# | 6 medical images | crops of cells | knowing only the hospital |
#
# The data of sections 1 to 5 are simulated: their truth is known, so you see when a method is wrong. What is simulated is simpler than
# what is measured, and each section says in what.
#
# ## 1 · Predict: who touches whom? ⏱ 10 min
#
# Residues that touch in a folded protein change together: where one becomes larger, its neighbour must become smaller. Related sequences,
# written below each other (an **alignment**, 比对), therefore show which residues touch: their columns correlate. That is **co-evolution** (共进化).
#
# But columns may correlate for another reason. Ten columns with two letters: A–B and B–C touch, so do D–E and E–F, each with a correlation of 0.84. G–H
# and I–J touch more loosely, 0.42.

# %% tags=["predict"]
from bioml_helpers.cnn import application_exercises, applications
from bioml_helpers.cnn import applications_pictures as pictures

predict("cnn.pb1")

# %% tags=["observe", "seed:S50", "nbval-check-output"]
columns = data.simulate.coupled_chain(depth=2000)
correlation = applications.correlations(columns)
a, c, g, h = 0, 2, 6, 7
print(f"A and C, never in touch: correlation {correlation[a, c]:.2f}")
print(f"G and H, in touch:       correlation {correlation[g, h]:.2f}")
observe("cnn.pb1", "b")

# %% tags=["explain"]
explain("cnn.pb1")

# %% [markdown]
# **Exercise 1.** How good is such a ranking? Write `my_precision(scores, contacts, count)`. Input: a symmetric matrix of scores, a symmetric matrix
# of 0 and 1, a whole number. Take each pair of different residues once, keep the `count` pairs with the highest scores, and return the share of them that
# are contacts, a number from 0 to 1, to 1e-6.

# %% tags=["exercise", "independent"]
def my_precision(scores, contacts, count):
    # BEGIN SOLUTION
    i, j = np.triu_indices(len(scores), 1)
    best = np.argsort(-scores[i, j])[:count]
    return contacts[i[best], j[best]].mean()
    # STUB
    # i, j = ...  # each pair once
    # best = ...  # the positions of the highest scores
    # return ...
    # END SOLUTION


check("cnn.b1", my_precision)

# %% [markdown]
# Two rankings of the same columns. The **direct coupling** of two columns is what remains of their correlation when all other columns are held fixed;
# it is read off the *inverse* of the covariance matrix. Six pairs touch, so six are named.

# %% tags=["seed:S50", "nbval-check-output"]
direct = applications.direct_couplings(columns)
touching = np.zeros((10, 10))
for first, second, _ in data.simulate.alignments.CHAIN_PAIRS:
    i, j = "ABCDEFGHIJ".index(first), "ABCDEFGHIJ".index(second)
    touching[i, j] = touching[j, i] = 1
for name, scores in {"correlation": correlation, "direct coupling": direct}.items():
    print(f"{name}: precision of the six best {applications.precision_at(scores, touching, 6, separation=1):.2f}")

# %% tags=["seed:S50"]
fig = pictures.chain(correlation, direct)
show(
    fig,
    alt="Two matrices of the columns A to J. By correlation the pairs A–C and D–F, which do not touch, are stronger than G–H and I–J, which do. "
    "By direct coupling they are gone, and the six pairs that touch remain.",
    data={"pair": ["A–B", "A–C", "G–H"], "correlation": correlation[[0, 0, 6], [1, 2, 7]].round(2), "direct": direct[[0, 0, 6], [1, 2, 7]].round(2)},
)

# %% [markdown]
# Dots touch, crosses do not. The inverse sorts them cleanly, because here the truth is a chain and there are 2,000 sequences.
#
# ## 2 · Build: a contact map from an alignment ⏱ 20 min
#
# Now whole proteins: families of 32 residues with five kinds of letters. Each family has a **contact map** (接触图), the matrix of who touches whom, with
# the ladders that neighbouring strands make. Four contacts in five leave a trace in the alignment.

# %% tags=["seed:S49"]
some = data.simulate.protein_families(families=2, depth=300, seed=2)
print("the first rows of one alignment:")
print("\n".join(some.texts(0, rows=5)))
maps = applications.coupling_maps(some.sequences[0])
print({name: one.shape for name, one in maps.items()})

# %% [markdown]
# A chain has turned into a picture: a pixel for each pair of residues, with correlation, inverse covariance and the distance along the chain
# as its three "colours". A small 2-D residual network reads it: 48 families with known maps to learn from, each with 30, 100 and 300 of
# its sequences; 20 families that it never saw to be judged by.

# %% tags=["seed:S49"]
study = applications.contact_study(seed=0)
print(f"parameters: {sum(p.numel() for p in study.network.parameters()):,}")
fig = pictures.contact_maps(study, family=0, depth=100)
show(
    fig,
    alt="Three contact maps of a test family with 100 sequences. Below the diagonal the true contacts form ladders. Above it the 32 best pairs of "
    "each method: correlation and inverse covariance name scattered wrong pairs, the network's wrong pairs lie beside its ladders.",
    data=study.precision().reset_index().round(3),
)

# %% [markdown]
# Dots are right, crosses wrong. The network's errors lie next to its ladders; the others' lie anywhere. It has learned from the training families what contact
# maps look like, so an isolated pixel makes it suspicious and a gap in a ladder gets filled.
#
# Now the question of depth. Move the slider from 1,000 related sequences down to 10.

# %% tags=["widget", "seed:S49", "seed:S50"]
pictures.depth_explorer(study)

# %% tags=["static", "seed:S50"]
fig = pictures.precision_by_depth(study.precision())
show(
    fig,
    alt="Precision at L against the number of sequences, from 10 to 1,000. All three methods fall as sequences become few. The network is above the other "
    "two at every depth, most at 30 sequences; at 10 it too is right in only about a third.",
    data=study.precision().reset_index().round(3),
)

# %% tags=["seed:S49"]
precision = study.precision()
assert (precision["CNN"] > precision["correlation"] + 0.01).all()
assert precision.loc[1000, "CNN"] > 0.8 and precision.loc[10, "CNN"] < 0.45
ahead = precision["CNN"] - precision[["correlation", "inverse covariance"]].max(axis=1)
print(f"With 10 sequences {precision.loc[10, 'CNN']:.2f} of the network's best pairs are right, with 1,000 {precision.loc[1000, 'CNN']:.2f}.")
print(f"It is ahead of the better rival by {ahead.max():.2f} at most (with {ahead.idxmax()} sequences), by {ahead[1000]:.2f} with 1,000.")

# %% [markdown] tags=["honesty"]
# **Honesty box.** You may read that such networks are accurate "even with few or no related sequences". The first half is what the plot shows: with 30 or 100 sequences the
# network gains most. The second half it refutes for this network: with 10 sequences about two of three pairs are wrong, and the map looks as
# confident as before. Our proteins are also kinder than real ones: no two share an ancestor, all have one length, and the test folds come from the
# same generator as the training folds.

# %% tags=["seed:S49"]
learning.show_card(application_exercises.CARDS["contacts"])

# %% tags=["quiz"]
quiz("cnn.b6")

# %% [markdown]
# ## 3 · Use: is this a variant? ⏱ 18 min
#
# A sequencer reads each place of a genome several times, with errors. Where some reads differ from the reference there may be a **variant** (变异): on one
# chromosome (het), on both (hom-alt), or on none (hom-ref: the reads err).
#
# **Exercise 2.** Write the classical caller, `my_genotype(variant_reads, reads, error)`. Of `reads` reads, `variant_reads` show the variant. A read shows it with
# probability `error`, 0.5 or 1 − `error` if the person carries 0, 1 or 2 copies; reads are independent. Return the number of copies, 0, 1 or 2, under which
# these reads are most probable.

# %% tags=["exercise", "independent"]
def my_genotype(variant_reads, reads, error):
    # BEGIN SOLUTION
    chance = np.array([error, 0.5, 1 - error])
    log_likelihood = variant_reads * np.log(chance) + (reads - variant_reads) * np.log(1 - chance)
    return int(log_likelihood.argmax())
    # STUB
    # chance = ...  # of one read to show the variant, for 0, 1 and 2 copies
    # log_likelihood = ...  # of all reads
    # return ...
    # END SOLUTION


check("cnn.b2", my_genotype)

# %% [markdown]
# DeepVariant looks at the reads as a picture instead: a row a read, a column a position, channels for what is known of each base. Here are three candidate sites that show
# the variant in about half of their reads. Only the first is one.

# %% tags=["seed:S51"]
sites = data.simulate.pileups(400, depth=24, seed=5)
half = np.abs(sites.pictures[:, 1, :, 5].sum(axis=1) / 24 - 0.4) < 0.15
shown = [np.flatnonzero(half & (sites.artefact == kind) & (sites.genotype == truth))[0] for kind, truth in ((0, 1), (1, 0), (2, 0))]
fig = pictures.pileups(sites, shown, titles=["het", "hom-ref: strand", "hom-ref: strangers"])
show(
    fig,
    alt="Pile-ups of three sites, bright where a read differs in the middle column. In the first, differing reads lie on both strands. In the second they are all on the "
    "reverse strand. In the third the differing reads differ at the same three other positions too, and some have low mapping quality.",
)

# %% [markdown]
# The second site is misread on one strand; at the third, some reads come from a look-alike region elsewhere. The formula counts reads in the middle column and can't know. The network
# sees the neighbourhood: its filters run along each read, then the reads are averaged, since their order means nothing.

# %% tags=["predict"]
predict("cnn.pb2")

# %% tags=["observe", "seed:S51"]
calling = applications.variant_study(seed=0)
fig = pictures.calls(calling.table)
show(
    fig,
    alt="Share of right genotypes at 5, 15 and 30 reads. On clean sites formula, formula with filters and network lie together near 1, the formula ahead at 5 reads. On sites "
    "with artefacts the formula stays at about 0.8, the formula with filters reaches about 0.93, the network 0.98 and more.",
    data=calling.table.round(3),
)
right = calling.table.set_index(["sites", "method", "depth"])["right"]
assert right["clean", "formula", 5] > right["clean", "CNN", 5]
observe("cnn.pb2", "b")

# %% tags=["explain"]
explain("cnn.pb2")

# %% tags=["seed:S51", "baseline"]
assert right["with artefacts", "CNN", 30] > right["with artefacts", "formula + filters", 30] + 0.02
for sites_kind in ("clean", "with artefacts"):
    row = ", ".join(f"{method} {right[sites_kind, method, 15]:.2f}" for method in ("formula", "formula + filters", "CNN"))
    print(f"{sites_kind}, 15 reads: {row}")
alarms = calling.table.set_index(["sites", "method", "depth"])["false alarms"]
print(f"false alarms among hom-ref sites, 15 reads: formula {alarms['with artefacts', 'formula', 15]:.2f}, CNN {alarms['with artefacts', 'CNN', 15]:.2f}")

# %% [markdown]
# The middle curve is the formula after two filters that people invented for just these errors: drop reads that the aligner doubts, distrust a strand that stands alone. The network found such
# rules by itself, and a little more. It was trained on the very errors that it is tested on; on the errors of another machine it would be the one that does not know.

# %% tags=["seed:S51"]
learning.show_card(application_exercises.CARDS["variants"])

# %% tags=["quiz"]
quiz("cnn.b7")

# %% [markdown]
# ## 4 · From a line to a map: the folded genome ⏱ 12 min
#
# Sections 1 and 2 made a map out of pairs of columns. Akita makes one out of bare sequence: convolutions along a million bases, then every
# stretch is put beside every other.
#
# **Exercise 3.** Write that step, `my_one_to_two(bins)`. Input: an array of shape (channels, n), a vector for each of n bins. Output: shape (channels, n, n); entry
# (channel, i, j) is the mean of bins i and j in that channel, to 1e-6.

# %% tags=["exercise", "faded", "seed:S52"]
def my_one_to_two(bins):
    # BEGIN SOLUTION
    down = bins[:, :, None]  # (channels, n, 1)
    across = bins[:, None, :]  # (channels, 1, n)
    return (down + across) / 2
    # STUB
    # down = bins[:, :, None]  # (channels, n, 1)
    # across = ...  # (channels, 1, n)
    # return ...
    # END SOLUTION


check("cnn.b4", my_one_to_two)

# %% tags=["seed:S52"]
learning.show_card(application_exercises.CARDS["folding"])

# %% [markdown]
# **Exercise 4, the card's question.** Akita reads 1,048,576 bases. Eleven poolings by 2 make bins of 2,048 bases. At the end 32 bins are cut from each end of the map, since they saw
# no neighbours on one side. What is predicted is the part above the diagonal, pairs of bins at least 2 apart. Give three whole numbers: bins before the cut, bins after it,
# predicted pairs.

# %% tags=["exercise", "independent", "seed:S52"]
# BEGIN SOLUTION
bins = 1_048_576 // 2**11
kept = bins - 2 * 32
akita = [bins, kept, (kept - 2) * (kept - 1) // 2]
# STUB
# akita = ...  # three whole numbers
# END SOLUTION
check("cnn.b3", akita)

# %% [markdown]
# ## 5 · Particles in ice ⏱ 16 min
#
# In cryo-electron microscopy thousands of pictures of one protein, each drowned in noise, are averaged into a structure. First they must be found. The classical finder slides a **template**
# of the protein over the micrograph: a convolution with one filter that nobody had to learn (a *matched filter*, 匹配滤波器).

# %% tags=["predict"]
predict("cnn.pb3")

# %% tags=["observe", "seed:S54"]
picking = applications.picking_study(seed=0)
fig = pictures.precision_recall(picking)
show(
    fig,
    alt="Precision against recall for three noise levels. With one known angle and no ice both methods are near perfect at noise 0.5 and 1, and the matched filter is ahead at 1.5. "
    "With any angle and drops of ice the network is far ahead at every noise level.",
    data=picking.table().reset_index().round(3),
)
average = picking.table()
assert average.loc[("one angle, no ice", 1.5), "matched filter"] > average.loc[("one angle, no ice", 1.5), "CNN"]
observe("cnn.pb3", "a")

# %% tags=["explain"]
explain("cnn.pb3")

# %% tags=["widget", "seed:S54"]
pictures.noise_explorer(picking)

# %% [markdown]
# Circles are particles, crosses are not. Things to try: the noise at 0.5, where the template already takes ice for protein (it is bright, and brightness fits any template a little); the noise at 2,
# where both give up; the other world, where the template is hard to beat.

# %% tags=["seed:S54", "baseline"]
hard = average.loc["any angle, ice"]
assert (hard["CNN"] > hard["matched filter"] + 0.05).all()
for noise, row in hard.iterrows():
    print(f"any angle, ice, noise {noise}: average precision matched filter {row['matched filter']:.2f}, CNN {row['CNN']:.2f}")

# %% [markdown] tags=["honesty"]
# The template was given its best chance: twelve angles, and scores divided by the local contrast. The network was given more: it was shown ice, as ice. A dirt that it never saw it would pick with
# as little doubt. And all our micrographs have every particle marked, which nobody has.

# %% tags=["seed:S54"]
learning.show_card(application_exercises.CARDS["particles"])

# %% tags=["quiz"]
quiz("cnn.b8")

# %% [markdown]
# ## 6 · Caution: the network that recognised the hospital ⏱ 14 min

# %% tags=["seed:S55"]
learning.show_card(application_exercises.CARDS["skin"])

# %% tags=["quiz"]
quiz("cnn.b9")

# %% [markdown]
# "On a par with dermatologists", on the images of that collection. Zech and colleagues asked what happens elsewhere, with pneumonia in chest radiographs. In one hospital 34.2 % of the images showed
# pneumonia, in two others 1.2 % and 1.0 %. Merely sorting the images of the first two by hospital reached an AUROC of 0.861, without looking at a lung.
#
# **Exercise 5.** Write `my_auroc_of_sorting(cases_first, controls_first, cases_second, controls_second)`: the AUROC of a score that is 1 for every image of the first hospital and 0 for every image of
# the second, from the four numbers of images. AUROC is the chance that a case scores higher than a control, a tie counting half. To 1e-6.

# %% tags=["exercise", "independent", "seed:S55"]
def my_auroc_of_sorting(cases_first, controls_first, cases_second, controls_second):
    # BEGIN SOLUTION
    pairs = (cases_first + cases_second) * (controls_first + controls_second)
    wins = cases_first * controls_second
    ties = cases_first * controls_first + cases_second * controls_second
    return (wins + ties / 2) / pairs
    # STUB
    # pairs = ...  # of one case and one control
    # wins = ...  # pairs in which the case scores higher
    # ties = ...  # pairs from one hospital
    # return ...
    # END SOLUTION


check("cnn.b5", my_auroc_of_sorting)

# %% tags=["seed:S55", "nbval-check-output"]
images = {"Mount Sinai": (42_396, 0.342), "NIH": (112_120, 0.012)}
counts = [number * part for number, share in images.values() for part in (share, 1 - share)]
print(f"sorting by hospital: AUROC {applications.auroc_of_sorting(*counts):.2f}")

# %% [markdown]
# Our laboratory of the same trap: real crops of blood cells, platelets against red cells. We pretend that two laboratories stained them, the north and the south; nine in ten platelets come
# from the north, nine in ten red cells from the south. Training and validation images come from there. Two tests: the same two laboratories with that link broken, and a third one, abroad.

# %% tags=["seed:S55"]
cells = applications.platelets_and_red_cells()
fig = pictures.sites(cells)
show(
    fig,
    alt="The same five platelets and five red cells in three stains: violet in the north, yellowish in the south, dark abroad. The cells have the same shapes in all three.",
    card=cells.card,
)

# %% tags=["predict"]
predict("cnn.pb4")

# %% tags=["observe", "caution", "seed:S55"]
table = applications.site_study(cells, seed=0)
fig = pictures.site_bars(table)
show(
    fig,
    alt="Accuracy of the network trained as it is, with stain augmentation, and with colour normalisation. As it is, validation is high, the test with the link broken lower, and abroad near one half. "
    "With either remedy all three are high.",
    data=table.round(3),
    card=cells.card,
)
accuracy = table.dropna().set_index(["training", "part"])["accuracy"]
observe("cnn.pb4", round(100 * accuracy["as it is", "abroad"]))

# %% tags=["explain"]
explain("cnn.pb4")

# %% tags=["seed:S55", "needs-real-data"]
gap = accuracy["as it is", "validation"] - accuracy["as it is", "abroad"]
mended = {name: accuracy[name, "validation"] - accuracy[name, "abroad"] for name in applications.TRAININGS[1:]}
if not cells.card.is_stand_in:
    assert gap > 0.2 and max(mended.values()) < 0.1
print(f"validation minus test abroad, as it is: {gap:.2f}")
for name, one in mended.items():
    print(f"validation minus test abroad, {name}: {one:+.2f}")
site_alone = table[table["training"] == "site alone"].set_index("part")["AUROC"]
print(f"AUROC of the site alone: {site_alone['validation']:.2f} in validation, {site_alone['link broken']:.2f} with the link broken")

# %% [markdown]
# Validation could not warn: it shares the accident. Two remedies close most of the gap on the real crops. **Augmentation** (数据增强) shows each crop in invented stains, so that colour stops being a clue; **normalisation** (归一化) takes
# each crop's colour cast away before the network sees it. Both were told where to look. A confounder that nobody thought of (a ruler in the picture, the patient's position) has no remedy but images from elsewhere.
#
# The sites here are simulated, and simulated more simply than real stains are.
#
# ## 7 · Recap ⏱ 3 min

# %% [markdown] tags=["keypoints"]
# **Key points**
#
# - Whatever can be laid out so that neighbours mean something can be read by sliding filters: pairs of residues, reads over a site, a million bases, ice.
# - Put the rival that knows the data's law into the plot. On clean reads a formula wins; for one known shape in white noise a template wins. The network earns its place where that law is incomplete.
# - A contact network gains most where evidence is thin, and falls with it. Its map looks as sure with 10 sequences as with 1,000.
# - Validation from the same hospitals can't show what was learned from the hospital. Test elsewhere, and score the address alone.

# %% tags=["retrieval", "quiz"]
quiz("cnn.brecall")

# %% [markdown] tags=["references"]
# **References**
#
# - Contacts: Morcos et al. 2011, *Direct-coupling analysis of residue coevolution captures native contacts across many protein families* (PNAS 108, E1293); Burger & van Nimwegen 2010, [doi:10.1371/journal.pcbi.1000633](https://doi.org/10.1371/journal.pcbi.1000633); Jones and colleagues 2012 (PSICOV), [doi:10.1093/bioinformatics/btr638](https://doi.org/10.1093/bioinformatics/btr638); Jones & Kandathil 2018, [doi:10.1093/bioinformatics/bty341](https://doi.org/10.1093/bioinformatics/bty341)
# - trRosetta: Yang and colleagues 2020, [doi:10.1073/pnas.1914677117](https://doi.org/10.1073/pnas.1914677117); AlphaFold in CASP13: Senior and colleagues 2019, [doi:10.1002/prot.25834](https://doi.org/10.1002/prot.25834); AlphaFold 2: Jumper and colleagues 2021, [doi:10.1038/s41586-021-03819-2](https://doi.org/10.1038/s41586-021-03819-2)
# - DeepVariant: Poplin and colleagues 2018, [doi:10.1038/nbt.4235](https://doi.org/10.1038/nbt.4235)
# - Akita: Fudenberg, Kelley & Pollard 2020, [doi:10.1038/s41592-020-0958-x](https://doi.org/10.1038/s41592-020-0958-x)
# - Topaz: Bepler and colleagues 2019, [doi:10.1038/s41592-019-0575-8](https://doi.org/10.1038/s41592-019-0575-8)
# - Skin: Esteva and colleagues 2017, [doi:10.1038/nature21056](https://doi.org/10.1038/nature21056); hospitals: Zech and colleagues 2018, [doi:10.1371/journal.pmed.1002683](https://doi.org/10.1371/journal.pmed.1002683); stains: Tellez and colleagues 2019, [arXiv:1902.06543](https://arxiv.org/abs/1902.06543)
