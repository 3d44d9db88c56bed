# %% [markdown]
# ## 1 · What stands where ⏱ 8 min
#
# Aprotinin, which surgeons use against bleeding, a toxin of the black mamba, and a piece of the human protein behind Alzheimer's plaques have something in
# common: a knot of some 53 residues that jams proteases, the **Kunitz domain**. Evolution has tried it thousands of times. Each
# trial that survived is a sentence about what the fold allows. In this notebook we read them: by counting, by attention, and by
# the tables that large protein language models have published. None of the later chapters needs it.
#
# First, two questions to warm up.

# %% tags=["retrieval"]
import pandas as pd

from bioml_helpers.attention import families, families_chains, families_exercises, families_pictures, families_variants

quiz("attention.bwarmup")

# %% [markdown]
# **The data.** An **alignment** (比对) has a row a protein and a column for each place of the fold; a gap is `-`. The held-out
# sequences come from other similarity groups: none shares 70 % of its columns with a sequence that we learn from.

# %% tags=["nbval-check-output", "needs-real-data"]
kunitz = families.family()
usual = families.profile(kunitz.train["sequence"], kunitz.train["weight"])
print(f"to learn from: {len(kunitz.train):,} different sequences, which count like {kunitz.train['weight'].sum():,.0f}")
print(f"held out: {len(kunitz.test):,} sequences in {kunitz.test['group'].nunique()} groups; {kunitz.length} columns")
for row in kunitz.test.head(3).itertuples():
    print(row.sequence, row.name.split("/")[0])

# %% tags=["needs-real-data"]
show(
    families_pictures.logo(usual),
    alt="On the real data: sequence logo of 53 columns. Six cysteines and a few glycines, aromatic residues and asparagines stand tall, near 4 bits; most "
    "columns hold many small letters.",
    data=pd.DataFrame(usual.round(2), columns=list(data.encode.PROTEIN)).rename_axis("column").reset_index(),
    card=kunitz.card,
)

# %% [markdown]
# This is the family's **profile**: how often each amino acid stands in each column. Six cysteines make three bridges. But a profile treats
# each column alone. It cannot say that *if* one partner of a bridge is missing, the other may go too.
#
# ## 2 · Columns that change together ⏱ 12 min
#
# Two columns that touch in the fold should change together. **Mutual information** (互信息) measures how much one column tells of another. It
# has a flaw: columns that vary much, and columns that mark branches of the family tree, tell something of *every* other. The
# average product correction takes that off:
#
# $$\text{corrected}_{ij} = \text{score}_{ij} - \frac{\overline{\text{score}}_i \cdot \overline{\text{score}}_j}{\overline{\text{score}}}$$
#
# In words: from the score of a pair, take the product of its two columns' means, divided by the mean of all pairs.
#
# **Exercise 1.** Write `my_correction(scores)`. Input: a symmetric array of shape (length, length), zeros on the diagonal. Output: the corrected
# scores, same shape, to 1e-6. Means leave the diagonal out; what stands on the diagonal of the output does not matter.

# %% tags=["exercise", "faded", "seed:S71"]
def my_correction(scores):
    # BEGIN SOLUTION
    mean = scores.sum(axis=0) / (len(scores) - 1)  # 1 what each column has with the others
    shared = np.outer(mean, mean) / mean.mean()  # 2 what every pair shares
    return scores - shared  # 3 what is left
    # STUB
    # mean = ...  # 1 what each column has with the others
    # shared = ...  # 2 what every pair shares
    # return ...  # 3 what is left
    # END SOLUTION


check("attention.b1", my_correction)

# %% tags=["predict"]
predict("attention.bp1")

# %% tags=["observe", "seed:S71", "needs-real-data", "nbval-check-output"]
together = evaluation.mutual_information(kunitz.train["sequence"], weights=kunitz.train["weight"])
scores = {"MI + APC": evaluation.apc(together)}
counted = families.contact_table(kunitz, {"MI": together, **scores}).set_index("from")
print(counted.round(2).to_string())
observe("attention.bp1", "c")

# %% tags=["explain"]
explain("attention.bp1")

# %% [markdown]
# L is 52, the columns that the structure (PDB 1AAP) shows; a contact is nearer than 8 Å and six or more columns apart. Nobody measured a
# structure to find these pairs. This is the yardstick for what follows: a few lines of counting.
#
# ## 3 · A small masked-residue model ⏱ 15 min
#
# Now attention. Hide a column; let it look at the others; ask which residue stood there. Compare, correct, go on: that is
# **masked language modelling** (掩码语言模型), the training of ESM-2. Two simplifications make it quick: a column never looks at
# *itself*, so one pass hides every column in turn; and queries and keys come from the column alone, so the whole family has one map a head.

# %% tags=["worked", "seed:S70"]
from bioml_helpers.learning import show_source

show_source(families.FamilyReader._collect)
show_source(families.FamilyReader.states)

# %% [markdown]
# `scaled_dot_product_attention` is the function that you built in chapter 6. The mask `others` forbids the diagonal.
#
# **Exercise 2 (repair).** A colleague scores masked models with the function below. One of the two models in the check
# just copies what it sees, and gets 1.0. Repair it. Input: `tell`, a function that takes whole numbers (−1: hidden) and returns a number for each place;
# and `residues`, an array. Output: the share of places told rightly, each hidden *alone*; `residues` stays as it is.

# %% tags=["exercise", "faded"]
def my_recovery(tell, residues):
    # BEGIN SOLUTION
    right = 0
    for column in range(len(residues)):
        hidden = residues.copy()
        hidden[column] = -1
        right += tell(hidden)[column] == residues[column]
    return right / len(residues)
    # STUB
    # hidden = ...  # repair: the line was  hidden = residues
    # right = ...  # repair: the line was  right = tell(hidden) == residues
    # return ...  # the line was  return right.mean()
    # END SOLUTION


check("attention.b2", my_recovery)

# %% [markdown]
# Training takes some ten seconds. Near copies are drawn less often.

# %% tags=["seed:S70", "needs-real-data"]
model = families.train_reader(kunitz.train, seed=0)
recovered = families.held_out(kunitz, model)
show(
    families_pictures.told(recovered),
    alt="On the real data: share of hidden residues told rightly in held-out sequences, with intervals. The commonest residue of the column is lowest, the nearest relative "
    "and attention are both higher, and level with each other.",
    data=recovered.round(3),
    card=kunitz.card,
)
for row in recovered.dropna().itertuples():
    print(f"{row[1]}: torn between {row.perplexity:.1f} residues (perplexity)")
assert kunitz.card.is_stand_in or recovered["recovered"].iloc[2] > recovered["recovered"].iloc[0] + 0.02

# %% [markdown]
# On the real family: the commonest residue 0.47, attention about 0.52, and, sobering, *copying the nearest relative* 0.53. In
# choosing one letter the model does not beat a look-up. What it adds is a probability for each of the 20 letters:
# its **perplexity** (困惑度) is 4.8, the profile's 5.4: it is torn between so many equally likely residues. And that was the hard split. How much does the
# split matter?

# %% tags=["predict"]
predict("attention.bp2")

# %% tags=["observe", "caution", "needs-real-data", "nbval-check-output"]
for split in ("group", "random"):
    part = families.family(split, quiet=True)
    new = families.numbers_of(part.test["sequence"])
    copied = families.told_by_relatives(part.train["sequence"], part.test["sequence"])
    print(f"split by {split}: the nearest relative tells {(copied == new)[new < families.GAP].mean():.2f}")
observe("attention.bp2", "c")

# %% tags=["explain"]
explain("attention.bp2")

# %% [markdown]
# ## 4 · Mask a residue ⏱ 6 min
#
# Hide one column of a held-out sequence. Filled bars: what the model expects, having seen the others. Hatched: the profile. Three things to try:
#
# 1. Column 10, sequence by sequence. *Notice* that the profile always says the same (mostly C, sometimes G), and the model does not: look at the fourth and the last.
# 2. Column 33 of the first sequence, then its neighbours. *Notice* how sure the model is where the family is strict, and how flat where it is free.
# 3. Find a column where the model is sure and wrong. *Notice* that being sure is not being right.

# %% tags=["widget", "needs-real-data", "seed:S70"]
families_pictures.mask_explorer(kunitz, model, usual)

# %% [markdown]
# On the real family columns 10 and 34 are the two ends of one disulphide bridge. Is the model's bet on a cysteine in column 10 a matter of column 34?

# %% tags=["seed:S70", "needs-real-data"]
both = families.numbers_of(kunitz.test["sequence"])
cysteine = data.encode.PROTEIN.index("C")
expected = np.exp(families.log_probabilities(model, kunitz.test["sequence"]))[:, 10, cysteine]
print(f"the profile expects a cysteine in column 10, always: {usual[10, cysteine]:.2f}")
for partner, here in {"a cysteine": both[:, 34] == cysteine, "another residue": both[:, 34] != cysteine}.items():
    if here.any():
        print(f"{partner} in column 34, {here.sum()} sequences: the model expects {expected[here].mean():.2f}, "
              f"one stood there in {(both[here, 10] == cysteine).mean():.2f}")

# %% [markdown]
# Both or neither: members of the family have the bridge or have lost it. The model read that off the letters; no chemistry was taught.
#
# ## 5 · Where does it look? ⏱ 8 min
#
# A map of attention says which columns a column looks at. We add up the heads, make the sum symmetric, and correct it as in exercise 1: what
# Rao and colleagues did with large transformers. An *untrained* model stands beside it: the honest zero.

# %% tags=["seed:S71", "needs-real-data"]
untrained = families.FamilyReader(kunitz.length, seed=1)
maps = {"attention": model.attention().detach(), "untrained attention": untrained.attention().detach()}
scores |= {name: families.map_of_heads(one) for name, one in maps.items()}
contacts = families.contact_table(kunitz, scores)
show(
    families_pictures.contact_maps(kunitz, scores),
    alt="On the real data: three maps of column pairs. Below the diagonal the contacts of the structure, a ladder and some spots. Above it the 52 best pairs: those of mutual "
    "information and of trained attention mostly lie on the mirrored ladder; those of the untrained model are scattered.",
    data=contacts.round(2),
    card=kunitz.card,
)

# %% tags=["seed:S71", "needs-real-data"]
alone = [families_pictures.heads_alone(kunitz, one)["precision"] for one in maps.values()]
show(
    families_pictures.precisions(contacts, *alone),
    alt="On the real data: share of named pairs that touch, for the L/5, L/2 and L best. Mutual information and trained attention lie close together and high; "
    "untrained attention and nearness along the chain lie near guessing. Right: single trained heads lie above single untrained ones, none as high as all together.",
    data=contacts.round(2),
)
found = contacts.set_index("from")
assert kunitz.card.is_stand_in or found.loc["attention", "L/2"] > found.loc["untrained attention", "L/2"] + 0.4
print(f"of the {52 // 2} best pairs touch: attention {found.loc['attention', 'L/2']:.2f}, MI + APC {found.loc['MI + APC', 'L/2']:.2f}")

# %% [markdown] tags=["honesty"]
# **What this does and does not show.** Trained attention finds contacts that nobody showed it; untrained attention does not. It is level with counting, not ahead.
# And this is no ESM-2: in a trial an ordinary two-layer transformer, trained several times longer, found far fewer contacts. All heads were added up: to choose the best of 16 by
# this structure, and report it, would be testing on what you chose by.

# %% [markdown]
# ## 6 · The odds of a change ⏱ 10 min
#
# A model that says how likely each residue is can score a mutation, though it never saw a measured one: **zero-shot** (零样本). Hide the
# position, then compare.
#
# **Exercise 3.** Write `my_scores(log_probability, mutants)`. Input: natural logarithms of shape (length, 20), letters in the order of `LETTERS`, and
# texts such as `"A24C"` (old residue, number *counted from 1*, new residue). Output: for each mutant log p(mutant) − log p(wild type), to 1e-6.

# %% tags=["exercise", "independent", "seed:S71"]
LETTERS = data.encode.PROTEIN  # "ACDEFGHIKLMNPQRSTVWY"


def my_scores(log_probability, mutants):
    # BEGIN SOLUTION
    rows = [log_probability[int(text[1:-1]) - 1] for text in mutants]
    return [row[LETTERS.index(text[-1])] - row[LETTERS.index(text[0])] for row, text in zip(rows, mutants)]
    # STUB
    # return ...
    # END SOLUTION


check("attention.b3", my_scores)

# %% [markdown]
# Is the score any good? A test without labels: take natural residues of held-out sequences, and put another one in their place. How often is the natural one
# preferred? First against *any* residue. Then against the residue that a *relative* has in that column, each pair both ways: there the profile,
# which knows columns only, is a coin by construction.

# %% tags=["seed:S71", "needs-real-data"]
preferred = families.decoy_table(kunitz, model)
show(
    families_pictures.decoy_shares(preferred),
    alt="On the real data: how often the natural residue is preferred. Against any residue profile and attention are both near 0.88. Against a residue of a relative the profile is at 0.50, "
    "attention near 0.60.",
    data=preferred.round(3),
    card=kunitz.card,
)

# %% [markdown]
# On the real family, nearly all of the 0.88 is the profile's. What the context adds is the last row: about 0.60 where a coin gives 0.50. Real, and modest: most columns are no bridges.
#
# ## 7 · TEM-1: measured changes ⏱ 12 min
#
# TEM-1 β-lactamase lets bacteria live with ampicillin. Nearly every single mutant has been made and measured. We have no alignment
# of its relatives here; what can be said with what is at hand?

# %% tags=["seed:S71", "needs-real-data"]
tem = families_variants.mutants()
show(
    families_pictures.fitness_map(tem),
    alt="On the real data: map of fitness, 286 positions by 20 new residues. Most of it is bright: changes are tolerated. Dark vertical stripes are positions where nearly every "
    "change destroys the enzyme; the row of proline is darker than the others.",
    data=tem.table.groupby("wild_type")["fitness"].agg(["mean", "size"]).round(2).reset_index(),
    card=tem.card,
)
wild, new = tem.letters()
interval = families_variants.rank_interval(tem.fitness, families_variants.blosum62()[wild, new], tem.position)
print(f"BLOSUM62, no label seen: Spearman {interval.estimate:.2f} (95 % interval by position {interval.low:.2f} to {interval.high:.2f})")

# %% [markdown]
# BLOSUM62 counts how often amino acids replace each other in *any* protein. On the real data it ranks the mutants with Spearman 0.33. Stripes in the
# picture say what it lacks: which positions matter.
#
# With labels one can do better: a random forest sees the new residue, nine residues of the wild type, and BLOSUM62.

# %% tags=["predict"]
predict("attention.bp3")

# %% tags=["observe", "caution", "seed:S71", "needs-real-data"]
ranked = families_variants.tem1_table(tem)
show(
    families_pictures.tem1(ranked),
    alt="On the real data: Spearman, mean and range of five splits. Held-out mutants: BLOSUM62 about 0.33, mean of the position about 0.75, forest about 0.8. Held-out "
    "positions: BLOSUM62 about 0.32, forest about 0.24, with a wide range from split to split; the mean of the position 0.",
    data=ranked.round(2),
    card=tem.card,
)
observe("attention.bp3", "c")

# %% tags=["explain"]
explain("attention.bp3")

# %% [markdown]
# Note the second row: the *mean of the position*, hardly a model at all, reaches 0.75 (real data) when other mutants of the position are known. A "deep" model that reports
# 0.8 on random mutants should be asked what that row gives.
#
# **Exercise 4.** Four tasks. 1: a laboratory has measured four fifths of the mutants of its enzyme and wants the rest. 2: it wants positions
# that nobody has touched. 3: hidden residues are to be told in a newly found member of a family, unlike any known one. 4: helix, strand or coil for
# residues of new proteins. Four splits: a, mutants at random; b, whole positions; c, whole similarity groups; d, whole chains. Answer with four letters.

# %% tags=["exercise", "independent", "seed:S71"]
# BEGIN SOLUTION
splits_for_tasks = "abcd"
# STUB
# splits_for_tasks = ...  # four letters, the split for task 1 first
# END SOLUTION
check("attention.b4", splits_for_tasks)

# %% [markdown]
# ## 8 · The open question ⏱ 10 min
#
# The review that this course follows says that large language models had not yet been shown to beat methods based on alignments. What do the
# tables say since? Left, ProteinGym: mean Spearman over 217 sets of measured changes, no labels used. Right: contacts read off attention heads.

# %% tags=["seed:S70", "seed:S71"]
gym = families_variants.proteingym()
show(
    families_pictures.sizes(gym, families_variants.published_contacts()),
    alt="Two published curves of ESM-2 against its size. Left, mean Spearman: it rises from 0.23 to 0.41 at 650 million weights and then falls to 0.40; GEMME, an alignment method, lies "
    "above all at 0.455. Right, contact precision: it keeps rising, from 0.16 to 0.55, and crosses Gremlin's 0.39 between 35 and 150 million.",
    data=gym,
)
print(gym[["model", "kind", "mean Spearman", "TEM-1"]].to_string(index=False))

# %% [markdown]
# Three readings. **Transformers against recurrence**: ESM-2 650M 0.414, UniRep 0.190, on the same measurements; sizes and training data differ too. **Bigger is not better**
# for ranking changes: beyond 650 million weights the mean falls, while contacts still improve. **Alignments are not beaten**: GEMME 0.455, and the best row joins both. The last
# column is one assay, TEM-1 (Firnberg and colleagues): 650M is at 0.737, the 15-billion model at 0.424, with a profile of the family (site-independent) at 0.471.
# One protein, another ranking.
#
# **Exercise 5 (open).** Take a side. Fill in the card; the check looks at its completeness, then shows a model card and the rubric.

# %% tags=["exercise", "independent", "seed:S71"]
# BEGIN SOLUTION
my_verdict = {
    "claim": "For ranking the effects of single changes without labels, alignments are not beaten by models of one sequence.",
    "for": "ProteinGym, mean Spearman: GEMME 0.455 against 0.414 for the best ESM-2.",
    "against": "On TEM-1 alone ESM-2 with 650 million weights has 0.737, GEMME 0.683.",
    "would_settle": "Assays measured after the models were trained, for proteins with few and many relatives, scored blind.",
}
# STUB
# my_verdict = ...  # a dictionary with the keys claim, for, against, would_settle
# END SOLUTION
check("attention.b7", my_verdict)

# %% [markdown]
# The same review points at AlphaFold2 as a sign that attention works in structural biology. Read the card, then answer its question.

# %% tags=["seed:S72"]
from bioml_helpers import learning

learning.show_card(families_exercises.alphafold2)
quiz("attention.b6")

# %% [markdown]
# ## 9 · Frozen features, and an honest probe ⏱ 12 min
#
# Language models are mostly used *frozen*: their numbers for a residue feed a simple model, a **probe**. Is attention better than recurrence there? At full size
# the tables above say so. At *our* size: the same 1,000 chains, seconds of training, 1,000 labelled residues of other chains.

# %% tags=["seed:S70", "needs-real-data"]
from sklearn.linear_model import LogisticRegression

from bioml_helpers.rnn import language

chains = language.chains(1000)
known = list(chains.unlabelled["sequence"])
networks = {
    "GRU": language.train_language(known),
    "attention": families_chains.train_chain_reader(known),
    "untrained attention": families_chains.ChainReader(seed=9),
}
labelled, new = (language.residues_of(part, networks) for part in (chains.labelled, chains.test))
probed = families_chains.probe_table(families_chains.probe_predictions(labelled, new), new)

# %% tags=["seed:S70", "needs-real-data"]
show(
    families_pictures.probes(probed),
    alt="On the real data: Q3 of a probe on new chains, with intervals by chain. One-hot letters are lowest; untrained attention, trained attention and the GRU are higher, in this order or nearly so, "
    "with intervals that overlap.",
    data=probed.round(3),
    card=chains.card,
)
for row in probed.itertuples():
    print(f"{row.features}: gain over the one-hot window {row.gain:+.3f} ({row[6]:+.3f} to {row[7]:+.3f})")

# %% [markdown]
# On the real chains: trained features gain 0.05 to 0.07 over a window of letters, and the interval is clear of 0. Much of it an *untrained* network has too. And attention is *not* ahead of
# the GRU here. The advantage in the published tables came with vastly more weights and sequences; a small copy does not show it.
#
# **Exercise 6.** Now you. Write `my_report(X, X_letters, y, chain)`: features, baseline features, states, and the chain of each residue. Split by *whole chains*
# (a fifth held out), fit logistic regression on at most 1,000 training residues for each kind of feature, and return a dictionary: `train_chain`, `test_chain` (the chain of each residue used), `y`, `predicted`,
# `baseline` (states of the held-out residues), `gain` = (estimate, low, high): how many *more* are right, with a 95 % interval by chain.

# %% tags=["exercise", "independent", "seed:S70"]
def my_report(X, X_letters, y, chain):
    # BEGIN SOLUTION
    train_rows, test_rows = data.splits.grouped_split(chain, (0.8, 0.2), seed=1)
    fitted_on = np.random.default_rng(0).choice(train_rows, 1000, replace=False)
    models = [LogisticRegression(C=0.02, max_iter=300).fit(one[fitted_on], y[fitted_on]) for one in (X, X_letters)]
    told, base = (model.predict(one[test_rows]) for model, one in zip(models, (X, X_letters)))
    better = (told == y[test_rows]).astype(float) - (base == y[test_rows])
    gain = evaluation.bootstrap_interval(lambda _, some: some.mean(), better, better, groups=chain[test_rows], n=200)
    parts = {"train_chain": chain[fitted_on], "test_chain": chain[test_rows], "y": y[test_rows]}
    return {**parts, "predicted": told, "baseline": base, "gain": gain}
    # STUB
    # return ...
    # END SOLUTION


check("attention.b5", my_report(labelled.X["GRU"], labelled.X["one-hot window"], labelled.y, labelled.chain))

# %% [markdown]
# **ESM-2 itself** (optional). Where the package `transformers` is installed and there is a network, its smallest model (8 million weights, 30 MB) scores TEM-1 in a few minutes. The published figure for
# this assay is 0.411. Set `ONLINE = True` to try.

# %% tags=["optional", "seed:S70", "seed:S71"]
ONLINE = False  # True: fetch about 30 MB once, then about two minutes
try:
    says = families_variants.esm2_log_probabilities(tem.wild_type, download=ONLINE)
    ranks = families_variants.rank_interval(tem.fitness, families_variants.esm2_scores(tem, says), tem.position)
    print(f"ESM-2 8M on TEM-1: Spearman {ranks.estimate:.2f} ({ranks.low:.2f} to {ranks.high:.2f})")
except families_variants.NotAvailable as message:
    print(message)

# %% [markdown] tags=["keypoints"]
# ## 10 · Recap ⏱ 5 min
#
# - An alignment tells which residues a place allows; columns that change together often touch.
# - Masked-residue training needs no labels. Hide before you ask, and put the nearest relative beside the model.
# - Trained attention finds contacts here about as well as counting does; untrained attention does not.
# - log p(mutant) − log p(wild type): higher is better tolerated. Name what you generalise over: mutants, positions, families.
# - Bigger is not better for everything, and alignments are not beaten at ranking changes.
#
# **Words:** alignment (比对), profile, mutual information (互信息), masked language model (掩码语言模型), zero-shot (零样本), probe, deep mutational scan (深度突变扫描).

# %% tags=["quiz"]
quiz("attention.bquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Correction of mutual information: Dunn, Wahl & Gloor 2008, [doi:10.1093/bioinformatics/btm604](https://doi.org/10.1093/bioinformatics/btm604); the structure: Hynes and colleagues 1990, [doi:10.1021/bi00495a002](https://doi.org/10.1021/bi00495a002); the family: Pfam, [doi:10.1093/nar/gkae997](https://doi.org/10.1093/nar/gkae997)
# - Attention from columns alone: Bhattacharya and colleagues 2020, [doi:10.1101/2020.12.21.423882](https://doi.org/10.1101/2020.12.21.423882); contacts from attention: Rao and colleagues 2020, [doi:10.1101/2020.12.15.422761](https://doi.org/10.1101/2020.12.15.422761)
# - ESM-2: Lin and colleagues 2023, [doi:10.1126/science.ade2574](https://doi.org/10.1126/science.ade2574) (contact figures: table in the README of its repository); scoring by masked marginals: Meier and colleagues 2021, [doi:10.1101/2021.07.09.450648](https://doi.org/10.1101/2021.07.09.450648); UniRep: Alley and colleagues 2019, [doi:10.1038/s41592-019-0598-1](https://doi.org/10.1038/s41592-019-0598-1)
# - ProteinGym: Notin and colleagues 2023, [doi:10.1101/2023.12.07.570727](https://doi.org/10.1101/2023.12.07.570727) (figures: tables of its repository, commit afd8157)
# - TEM-1: Firnberg, Labonte, Gray & Ostermeier 2014, [doi:10.1093/molbev/msu081](https://doi.org/10.1093/molbev/msu081); BLOSUM62: Henikoff & Henikoff 1992, [doi:10.1073/pnas.89.22.10915](https://doi.org/10.1073/pnas.89.22.10915)
# - AlphaFold2: Jumper and colleagues 2021, [doi:10.1038/s41586-021-03819-2](https://doi.org/10.1038/s41586-021-03819-2); its figures at CASP14: [doi:10.1002/prot.26257](https://doi.org/10.1002/prot.26257)
