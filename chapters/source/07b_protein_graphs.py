# %% [markdown]
# ## 1 · Two kinds of graphs ⏱ 10 min
#
# Remove one gene of a yeast cell and it mostly lives; for one gene in five it dies. Are these the proteins that bind many others? And
# within a protein: what does it tell about a residue which others it touches? Two graphs, one idea: *a node is known by its
# neighbours*. This notebook asks each time what that is worth beyond the node itself. No later chapter needs it.
#
# First, two questions to warm up.

# %% tags=["retrieval"]
from bioml_helpers.gcn import networks, proteins_pictures, residues

quiz("gcn.bwarmup")

# %% [markdown]
# **The first graph**: proteins of baker's yeast are nodes, known interactions are edges: an **interactome** (相互作用组). It comes from the Database of Interacting
# Proteins (DIP), which allows copies but no changed versions, so the course fetches it when you run this cell and never ships it. Features of a
# protein: its gene's expression at 36 times.

# %% tags=["seed:S74", "needs-real-data", "nbval-check-output"]
found = networks.interactome()
degree = found.degree
print(f"{len(found.proteins):,} proteins, {len(found.edges):,} interactions; essential: {found.y.mean():.3f}")
print(f"partners of a protein: median {np.median(degree):.0f}, most {degree.max()}")
graph = networks.around(found, networks.an_example(found))
print(graph)

# %% [markdown]
# The last line is one neighbourhood as a `Data` object of PyTorch Geometric: features `x`, edges in both directions, labels `y`. Drawn:

# %% tags=["seed:S74", "needs-real-data"]
show(
    proteins_pictures.neighbourhood(graph),
    alt="One protein, ringed, in the middle, its partners around it, joined by lines to it and partly to each other. Squares are essential proteins, circles are not. "
    "The table below lists who binds whom.",
    data=proteins_pictures.neighbours(graph),
    card=found.card,
)

# %% [markdown]
# ## 2 · Who is essential ⏱ 15 min
#
# Five folds of proteins. Every network below has the same size, the same training and the same folds; only what it may see differs. All proteins are in the graph, but in each
# fold the labels of that fold are hidden. The score is **average precision** (平均精确率); a coin reaches the share of essential proteins, 0.20.
#
# - *Number of partners alone*: no learning. The number of partners is the **degree** (度) of a node.
# - *No graph*: a network on the protein's own numbers.
# - *GCN*: chapter 7's layer, twice.
# - *GCN beside own*: what is collected, and the protein's own numbers, each with weights of their own.
# - *Edges shuffled*: ends of edges swapped until nothing is left but each protein's degree.

# %% tags=["worked"]
from bioml_helpers.learning import show_source

show_source(networks.Folds.spread)
show_source(networks.rewired)

# %% tags=["predict"]
predict("gcn.bp1")

# %% [markdown]
# Training all of them takes about half a minute.

# %% tags=["observe", "baseline", "needs-real-data"]
compared = networks.essential(found)
table = compared.table
show(
    proteins_pictures.intervals(
        table, "AP", [f"{row.model} ({row.sees})" for row in table.itertuples()],
        xlabel="average precision, five folds (95 % interval by protein)", coin=found.y.mean(), baseline=[0, 1, 2],
    ),
    alt="On the real data: average precision with intervals. Number of partners 0.33; no graph 0.40 on expression and 0.45 with degree; GCN 0.44 and 0.46; GCN with shuffled edges 0.36; "
    "GCN beside own features 0.49, with shuffled edges 0.43. Neighbouring intervals overlap.",
    data=table.round(3),
    card=found.card,
)
observe("gcn.bp1", "a")

# %% tags=["explain"]
explain("gcn.bp1")

# %% [markdown]
# Intervals that overlap do not settle it: all models were asked about the same proteins. So take differences, protein by protein drawn anew:

# %% tags=["needs-real-data", "seed:S74"]
both = "expression + degree"
for model, over in [
    ("GCN | expression", "no graph | expression"),
    (f"GCN | {both}", f"no graph | {both}"),
    (f"GCN beside own | {both}", f"no graph | {both}"),
    (f"GCN beside own | {both}", f"GCN beside own, edges shuffled | {both}"),
]:
    more = networks.gain(found, compared, model, over)
    print(f"{model}  over  {over}: {more.estimate:+.3f} ({more.low:+.3f} to {more.high:+.3f})")
assert found.card.is_stand_in or (more.low > 0 and networks.gain(found, compared, *(f"{m} | {both}" for m in ("GCN beside own", "no graph"))).low > 0)

# %% [markdown]
# On the real data: partners' expression adds about 0.03 where the degree is not known. With the degree given, a plain GCN adds 0.01, and the interval holds 0. Where a protein keeps its own numbers beside its partners', the gain
# is 0.04, clear of 0, and *who* the partners are (against shuffled edges) is worth 0.06. A small, consistent gain: that, and no more, is what the graph gives here.
#
# **Exercise 1.** One of the printed rows carries the sentence "who binds whom tells something, beyond how many". Which, and why not the others?

# %% tags=["exercise", "independent"]
quiz("gcn.b3")

# %% [markdown]
# ## 3 · Caution: who was studied ⏱ 12 min
#
# Hubs, proteins with many partners, are more often essential. Textbooks call that the centrality–lethality rule, and explain it: hubs hold the network together. Other explanations fit as
# well: essential complexes are large, and *essential proteins are studied more*. An interaction is known because somebody looked.
#
# No column of our table says how much a protein was studied. So let us build a world where we know the truth.

# %% tags=["predict", "caution"]
predict("gcn.bp2")

# %% tags=["observe", "caution"]
studied = networks.study_table()
show(
    proteins_pictures.study(studied),
    alt="Simulated: average precision of the number of partners for telling essential proteins. For true partners it stays near guessing, 0.20. For found partners it climbs from "
    "0.20 through 0.33 to 0.57 as essential proteins are studied 1, 1.6 and 3 times as much.",
    data=studied.round(3),
)
observe("gcn.bp2", "c")

# %% tags=["explain"]
explain("gcn.bp2")

# %% tags=["caution", "nbval-check-output"]
print(studied.round(2).to_string(index=False))

# %% [markdown]
# Real yeast lies somewhere between: genome-wide screens tested most proteins alike, single papers did not. What can be done with the table at hand is to compare proteins with *about as many* partners:

# %% tags=["caution", "needs-real-data"]
names = ["number of partners alone | degree", f"no graph | {both}", f"GCN beside own | {both}"]
groups = networks.by_degree(found, compared, names)
show(
    proteins_pictures.degree_groups(groups),
    alt="On the real data: four groups of proteins by number of partners. The share of essential ones rises from 0.09 to 0.35. In each group the number of partners alone is near guessing, "
    "the network without a graph is well above it, and the GCN a little above that.",
    data=groups.round(3),
    card=found.card,
)

# %% [markdown] tags=["honesty"]
# **What this does and does not show.** Within a group of equal degree the networks still tell essential proteins, so they know more than the degree. It does not show that the graph's small gain is biology: partners too are found where
# somebody looked, and a complex that was studied as a whole has its edges *and* its labels from the same papers. A score on one graph cannot tell the two apart; an even screen could.

# %% [markdown]
# ## 4 · A protein as a graph of residues ⏱ 13 min
#
# **The second graph**: residues are nodes; two are joined if their beta carbons are nearer than 8 Å. We have 150 small chains out of crystal structures. They
# come as one packed archive: it is read file by file, by names from the course's own list, each with its hash. Nothing in it can run, or be written elsewhere.
#
# **Exercise 2.** Write `my_edges(cb)`. Input: beta carbons, shape (residues, 3), in Å. Output: whole numbers of shape (2, edges), from and to: every pair nearer than 8 Å, in *both*
# directions, no residue with itself. The order does not matter.

# %% tags=["exercise", "faded", "seed:S74"]
def my_edges(cb):
    # BEGIN SOLUTION
    apart = np.linalg.norm(cb[:, None] - cb[None], axis=-1)  # 1 all distances, (residues, residues)
    touch = (apart < 8) & ~np.eye(len(cb), dtype=bool)  # 2 near, and not oneself
    return np.stack(np.nonzero(touch))  # 3 where
    # STUB
    # apart = ...  # 1 all distances, (residues, residues)
    # touch = ...  # 2 near, and not oneself
    # return ...  # 3 where
    # END SOLUTION


check("gcn.b1", my_edges)

# %% tags=["seed:S74", "needs-real-data"]
chains = residues.chains()
name = chains.table["name"].iloc[int(np.argmin(np.abs(chains.table["sequence"].str.len() - 75)))]
show(
    proteins_pictures.residue_graph(chains, name),
    alt="One chain of about 75 residues laid flat: a black line along the chain, thin grey lines for contacts, dots for residues. Triangles, the residues that are smeared out most, sit near the ends, "
    "most of them in a piece that sticks out.",
    data=proteins_pictures.residue_table(chains, name),
    card=chains.card,
)
print(chains.graph(name))

# %% [markdown]
# **A label for each residue.** The seed of this course names *interacting residues*. These files hold single chains without partners or ligands: an interface cannot be computed from them. Whether a residue is buried can, but that is
# nearly its number of contacts, and the graph would be handed the answer. So we take what the crystal measured: the **B factor** (B因子), how much an atom is smeared out. A residue counts as
# *mobile* if it is in the top fifth of its own chain; scales differ between crystals.
#
# The rival to beat is **exposure alone**: the fewer neighbours within 10 Å, the more mobile. No family is on both sides of a split.

# %% tags=["seed:S79", "baseline", "needs-real-data"]
mobile = residues.mobile_residues(chains)
show(
    proteins_pictures.intervals(
        mobile.table, "AP", list(mobile.table["model"]),
        xlabel="average precision in a chain (mean and 95 % interval over chains)", coin=0.2, baseline=[0, 1, 2],
    ),
    alt="On the real data: a window of sequence 0.46, exposure alone 0.51, the network without contacts 0.53, exposure averaged over contacts 0.56, GCN 0.57, GCN with shuffled contacts 0.50.",
    data=mobile.table.round(3),
    card=chains.card,
)
for row in mobile.table.iloc[1:].itertuples():
    print(f"{row.model}: {row.gain:+.3f} over exposure alone ({row.gain_low:+.3f} to {row.gain_high:+.3f})")
assert chains.card.is_stand_in or mobile.table.set_index("model").loc["GCN on contacts", "gain_low"] > 0.02

# %% [markdown]
# Real chains: the GCN is ahead of exposure by 0.06, clear of 0; with shuffled contacts it falls behind. The sober row: *exposure, averaged over contacts*, one multiplication by Â, untrained, has 0.05 of
# it. A residue is still if its neighbours are held, too; the GCN found that again, and little more.
#
# ## 5 · A protein as one answer ⏱ 15 min
#
# Now one answer a graph: the **fold class** (折叠类型). The rule, from alpha carbons alone: *all-α* with less than 10 % of residues in strands; else *all-β* with less than 15 % in helices; else *α/β* if most paired strands run
# the same way, and *α+β* if most run opposite ways. Every model is given the true helices and strands, but shares do not say which way strands run.

# %% tags=["predict"]
predict("gcn.bp3")

# %% tags=["observe", "seed:S80", "baseline", "needs-real-data"]
print(chains.table["fold_class"].value_counts().to_string())
classes = residues.class_table(chains)
show(
    proteins_pictures.intervals(
        classes, "accuracy", [f"{row.model} ({row.readout})" for row in classes.itertuples()],
        xlabel="accuracy on held-out families (95 % interval)", baseline=[0, 1],
    ),
    alt="On the real data: commonest class 0.47; composition 0.78; contacts 0.77, level with composition; contacts with direction 0.95 with sum and with "
    "mean, 0.81 with maximum.",
    data=classes.round(3),
    card=chains.card,
)
observe("gcn.bp3", "a")

# %% tags=["explain"]
explain("gcn.bp3")

# %% [markdown]
# Real chains: plain contacts tie with composition. Rows *with direction* have one number more, on each **edge**: the cosine of the angle between the chain's directions at both ends. That the number is there decides, not the layer. **Read-outs**: sum and mean are level; the
# maximum is behind. It forgets how *many* pairs run each way, and "mostly" is a matter of counting. (For solubility the sum won: there, size mattered.)

# %% tags=["seed:S80", "needs-real-data"]
reached = classes.set_index(["model", "readout"])["accuracy"]
print(f"composition {reached['composition, forest', 'mean']:.2f}; contacts {reached['contacts', 'sum']:.2f}")
print({how: round(float(reached["contacts with direction", how]), 2) for how in ("sum", "mean", "max")})
assert chains.card.is_stand_in or reached["contacts with direction", "sum"] > reached["composition, forest", "mean"] + 0.06

# %% [markdown] tags=["honesty"]
# **What this does and does not show.** The label is our own rule, and the cosine is what the rule looks at: the network shows that it *can express* such a question, on 150 chains. Not shown: that it would sort folds as experts do. "All-α" and "all-β" are words for composition; a score on them says nothing about graphs.

# %% [markdown]
# ## 6 · Who will be found to bind whom ⏱ 20 min
#
# Back to yeast, and to a question with money in it: which pairs bind that nobody has tested? Take known pairs away, train, ask for them. Two choices decide the score:
#
# 1. **What is held out?** Single pairs, while their proteins keep other partners in training; or whole proteins.
# 2. **What are the negatives?** Any two proteins; or pairs in which each protein is as frequent as among the positives.
#
# **Exercise 3.** Write `my_split(pairs, new)`. Input: pairs, shape (P, 2), and for each protein whether it is new. Output: (train, test), two arrays of pairs: to learn from where *neither* protein is new, to judge by where *both* are.

# %% tags=["exercise", "independent"]
def my_split(pairs, new):
    # BEGIN SOLUTION
    ends = new[pairs]  # (P, 2)
    return pairs[~ends.any(axis=1)], pairs[ends.all(axis=1)]
    # STUB
    # return ..., ...
    # END SOLUTION


check("gcn.b2", my_split)

# %% tags=["predict"]
predict("gcn.bp4")

# %% tags=["observe", "caution", "needs-real-data"]
links = networks.link_table(found)
show(
    proteins_pictures.links(links),
    alt="On the real data: AUROC in four settings. Pairs held out, any negatives: degree alone 0.88, GCN 0.86, no graph 0.66. Pairs held out, same degree: degree 0.50, GCN 0.69, no graph 0.56. Proteins held out, "
    "any negatives: degree 0.50, GCN 0.53, no graph 0.62. Proteins held out, same degree: all near 0.50.",
    data=links.round(3),
    card=found.card,
)
observe("gcn.bp4", "c")

# %% tags=["explain"]
explain("gcn.bp4")

# %% [markdown]
# Read the figure from left to right, real data. The number of partners alone reaches 0.88, *ahead* of the network: hubs are in many pairs, and in few random negatives. Matching degrees takes that away. Holding out proteins takes the rest: a new protein
# has no partners to be known by. Third group: without a graph 0.62, since expression tells who is a hub. Last group: hardly anything is left. Park and Marcotte described this in 2012; Bernett and colleagues saw published models fall to a coin in 2024.
#
# **Exercise 4 (open data).** Show the drop yourself. For each split, with negatives of the *same degree*: train a model, score the test pairs, then the test negatives. Return a dictionary with `"random"` and `"proteins"`, each a dictionary with
# `train`, `test`, `negatives` (arrays of pairs) and `score` (for test, then negatives); and `"why"`, a letter. What makes the difference between the two? *a* fewer training pairs; *b* harder negatives; *c* in the random split the test proteins' other partners are known;
# *d* the graph has more errors in the second split. Two helpers do the work: `pairs = networks.pairs_for(found, "proteins", "same degree", seed=1)` holds
# `train`, `test` and `test_negatives`; `networks.link_scores(found, pairs, seed=1)` trains and scores.

# %% tags=["exercise", "independent"]
def my_drop(found):
    # BEGIN SOLUTION
    answer = {"why": "c"}
    for split in ("random", "proteins"):
        pairs = networks.pairs_for(found, split, "same degree", seed=1)
        score = networks.link_scores(found, pairs, seed=1)
        answer[split] = {"train": pairs.train, "test": pairs.test, "negatives": pairs.test_negatives, "score": score}
    return answer
    # STUB
    # return ...
    # END SOLUTION


check("gcn.b4", my_drop(found))

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 5 min
#
# - Beside every graph network: the same network without the graph, and on shuffled edges that keep each node's degree.
# - Essential genes: a small, consistent gain; report it as a difference, with its interval.
# - Degree measures attention as well as biology. Compare nodes of equal degree.
# - Choose a label that the graph does not hand over. One untrained multiplication by Â is a baseline, too.
# - What is written on the edges may matter more than the layer; the read-out must be able to count what the question counts.
# - For pairs: hold out proteins, match degrees, and state both.
#
# **Words:** interactome (相互作用组), degree (度), hub (枢纽蛋白), residue contact graph (残基接触图), B factor (B因子), fold class (折叠类型), read-out (读出), link prediction (链接预测).

# %% tags=["quiz"]
quiz("gcn.bquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0); the GCN: Kipf & Welling 2017, [doi:10.48550/arXiv.1609.02907](https://doi.org/10.48550/arXiv.1609.02907)
# - Interactions: DIP, Salwinski and colleagues 2004, [doi:10.1093/nar/gkh086](https://doi.org/10.1093/nar/gkh086); expression: Tu and colleagues 2005, [doi:10.1126/science.1120499](https://doi.org/10.1126/science.1120499)
# - Hubs and essential proteins, six networks compared: Zotenko and colleagues 2008, [doi:10.1371/journal.pcbi.1000140](https://doi.org/10.1371/journal.pcbi.1000140)
# - The chains: Jones, Buchan, Cozzetto & Pontil 2012, [doi:10.1093/bioinformatics/btr638](https://doi.org/10.1093/bioinformatics/btr638)
# - Pairs and leaks: Park & Marcotte 2012, [doi:10.1038/nmeth.2259](https://doi.org/10.1038/nmeth.2259); Bernett, Blumenthal & List 2024, [doi:10.1093/bib/bbae076](https://doi.org/10.1093/bib/bbae076)
