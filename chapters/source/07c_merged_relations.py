# %% [markdown]
# ## 1 · Three tables and a bold claim ⏱ 8 min
#
# One table says which drug acts on which gene. Another says it of molecules in food. A third says which genes act together. In 2019 such relations were
# **merged** (合并) into one graph, to find food molecules that resemble anticancer drugs: 1,962 drugs, 199 of them anticancer; 7,962 molecules from food, of which 110
# were named; "classification accuracy of 84–90 %". Food is eaten by everybody, so we will look at each step, and at what stands beside it.
#
# First, two questions to warm up.

# %% tags=["retrieval"]
import pandas as pd

from bioml_helpers.gcn import hyperfoods, links, relations, relations_exercises, relations_pictures

quiz("gcn.cwarmup")

# %% [markdown]
# ## 2 · One graph out of several ⏱ 12 min
#
# A **relation** (关系) is a list of pairs. To merge relations means: number all nodes once, kind after kind. A gene that two tables name is *one* node, and that node is where
# a drug and a food molecule can meet.
#
# **Exercise 1.** Write `my_merge(drug_gene, gene_gene, num_drugs)`. Input: two arrays of shape (pairs, 2); drugs are numbered from 0, genes from 0 too. Output: edges of
# shape (2, E), drugs first and genes behind them, each pair in both directions, in any order.

# %% tags=["exercise", "faded", "seed:S81"]
def my_merge(drug_gene, gene_gene, num_drugs):
    # BEGIN SOLUTION
    first = drug_gene + np.array([0, num_drugs])  # 1 genes stand behind the drugs
    second = gene_gene + num_drugs  # 2 both ends are genes
    pairs = np.concatenate([first, second])
    return np.concatenate([pairs, pairs[:, ::-1]]).T  # 3 both directions, (2, E)
    # STUB
    # first = ...  # 1 genes stand behind the drugs
    # second = ...  # 2 both ends are genes
    # return ...  # 3 both directions, (2, E)
    # END SOLUTION


check("gcn.c1", my_merge)

# %% [markdown]
# The package's `merge_graphs` does it with names, for any number of kinds. We begin with simulated relations, because there we know the truth: active food molecules act
# in the same two modules of genes as anticancer drugs, but on *other* genes of them.

# %% tags=["nbval-check-output", "seed:S81"]
some, molecules = relations.simulated(seed=0)
graph = relations.merge_graphs(some)
print(graph.kinds, tuple(graph.edge_index.shape))
print(graph.counts().to_string(index=False))
print(molecules.groupby("kind")[["is_anticancer", "is_active"]].sum())

# %% [markdown]
# Three kinds of node: `drug`, `gene`, `food`. No edge joins a drug to a food molecule.
#
# ## 3 · A walker who returns ⏱ 15 min
#
# How much does a molecule concern a gene that it does not touch? Let a walker start at the molecule. At each step he returns to the start with probability *r*; else he takes one of the
# edges at hand, each as likely. This is a **random walk with restart** (重启随机游走). Where he spends his time is the molecule's **profile** (谱):
#
# $$p = r\,s + (1 - r)\,P\,p, \qquad P_{ij} = 1/d_j \text{ where } j \text{ has an edge to } i$$
#
# In words: what is found at a node is what restarts there, plus what its neighbours pass on; each neighbour divides what it has evenly among its edges.
#
# **Exercise 2.** Write `my_walk(edge_index, start, restart, steps)`. Input: edges (2, E) in both directions, every node has at least one; start of shape (N,), sum 1. Output: shape (N,), where he is
# after that many steps, to 1e-6.

# %% tags=["exercise", "faded", "seed:S81"]
def my_walk(edge_index, start, restart, steps):
    sender, receiver = edge_index
    degree = np.bincount(sender, minlength=len(start))
    here = start
    for _ in range(steps):
        # BEGIN SOLUTION
        passed_on = here[sender] / degree[sender]  # 1 what goes along each edge, (E,)
        arrived = np.bincount(receiver, weights=passed_on, minlength=len(start))  # 2 (N,)
        here = restart * start + (1 - restart) * arrived  # 3
        # STUB
        # passed_on = ...  # 1 what goes along each edge, (E,)
        # arrived = ...  # 2 added up at each receiver, (N,)
        # here = ...  # 3 mixed with the start
        # END SOLUTION
    return here


check("gcn.c2", my_walk)

# %% [markdown]
# The package's `propagate` takes steps until he settles. The equation has an exact solution too, so we can check. NetworkX calls the same thing personalised PageRank.

# %% tags=["nbval-check-output", "seed:S81"]
import networkx

start = np.zeros(graph.num_nodes)
start[graph.number("food", ["food 1"])] = 1
profile = relations.propagate(graph.edge_index, start, restart=0.5)
sender, receiver = graph.edge_index.numpy()
P = np.zeros((graph.num_nodes, graph.num_nodes))
P[receiver, sender] = 1 / np.bincount(sender)[sender]
exact = np.linalg.solve(np.eye(len(P)) - 0.5 * P, 0.5 * start)
known = networkx.pagerank(networkx.Graph(graph.edge_index.T.tolist()), alpha=0.5, personalization={int(start.argmax()): 1})
print("equal to the exact solution:", np.allclose(profile, exact, atol=1e-7))
print("equal to networkx:", np.allclose(profile, [known[node] for node in range(len(profile))], atol=1e-5))

# %% [markdown]
# Now rank: a food molecule's profile on the genes is compared (cosine) with the profile of a walk from all anticancer drugs. Beside it, always, two rulers that use no walk: the overlap
# of the plain gene lists, and the *number* of genes that a molecule is known to act on.

# %% tags=["predict"]
predict("gcn.cp1")

# %% tags=["observe", "seed:S81", "baseline"]
tables = [relations.scores_of(relations.switch_relations(*relations.simulated(seed), relations.KINDS)) for seed in range(5)]
tables = pd.DataFrame(tables).rename_axis("seed").reset_index()
show(
    relations_pictures.rulers(tables),
    alt="AUROC of active molecules in five simulations. The walk on the merged graph lies between 0.88 and 0.98; the overlap of lists between 0.41 and 0.61; "
    "the number of genes between 0.26 and 0.59.",
    data=tables.round(2),
)
print(tables.drop(columns="seed").mean().round(2).to_string())
observe("gcn.cp1", "b")

# %% tags=["explain"]
explain("gcn.cp1")

# %% [markdown]
# Switch relations off and on. Three things to try:
#
# 1. Gene–gene off. *Notice* that the walker from food X has nowhere to go, and that the ranking falls back to the lists.
# 2. Drug–gene off. *Notice* that no ranking is left: with no list for the drugs there is nothing to resemble.
# 3. All on, restart 0.9, then 0.1. *Notice* that a walker who returns at once sees only his own genes, and one who hardly returns sees everything.

# %% tags=["widget", "seed:S81"]
relations_pictures.graph_merger()

# %% [markdown]
# **Exercise 3.** Merge the three relations of simulation 3 and rank its food molecules. Return nothing; fill the dictionary: `walk`, `no_graph`, `n_targets` (a score for each molecule), `is_active`, and `auroc`
# (a dictionary with the same three keys). `relations.simulated`, `merge_graphs` and `rank_molecules` are at hand; the truth is in `molecules`.

# %% tags=["exercise", "independent", "seed:S81"]
# BEGIN SOLUTION
my_relations, my_molecules = relations.simulated(seed=3)
anticancer = my_molecules.loc[my_molecules["is_anticancer"], "name"]
ranked = relations.rank_molecules(relations.merge_graphs(my_relations), anticancer)
truth = my_molecules.set_index("name")["is_active"].loc[ranked["molecule"]].to_numpy()
my_report = {"walk": ranked["similarity"], "no_graph": ranked["no_graph"], "n_targets": ranked["n_targets"]}
my_report["auroc"] = {name: evaluation.auroc(truth, score) for name, score in my_report.items()}
my_report["is_active"] = truth
# STUB
# my_report = ...  # a dictionary
# END SOLUTION
check("gcn.c4", my_report)

# %% [markdown] tags=["honesty"]
# **What this shows.** *If* active molecules share modules with drugs and hardly a gene, the walk finds them and the lists do not. We built it so. Whether nature did is another question, and needs real data.

# %% [markdown]
# ## 4 · Real links: does a convolution help? ⏱ 20 min
#
# DrugCentral lists 2,991 links between approved drugs and the genes they act on. Hide a tenth; can a model say which they were? The counterpart decides everything. If negatives are random pairs, a model need
# only learn which genes are famous.
#
# **Exercise 4.** Write `my_pairs(known, seed)`. Input: links of shape (2, n), drug and gene. Output: about as many pairs, (2, m), none of which is a known link, every drug and every gene about as often as in `known`.

# %% tags=["exercise", "independent", "seed:S81"]
def my_pairs(known, seed):
    # BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    taken = set(zip(*known.tolist()))
    genes = rng.permutation(known[1])
    for _ in range(50):  # links swap genes, with a few others that join in
        is_link = np.array([pair in taken for pair in zip(known[0].tolist(), genes.tolist())])
        some = is_link | (rng.random(len(genes)) < 0.02)
        genes[some] = rng.permutation(genes[some])
    kept = np.array([pair not in taken for pair in zip(known[0].tolist(), genes.tolist())])
    return np.stack([known[0][kept], genes[kept]])
    # STUB
    # return ...
    # END SOLUTION


check("gcn.c3", my_pairs)

# %% [markdown]
# Four models, tuned alike: the same three penalties, the same epochs, both chosen on validation links; a link's logit is the product of 32 numbers for the drug and 32 for the gene. They differ in where a drug's
# numbers come from: free **embeddings** (嵌入); the same through two graph convolutions; besides, what its *classes* add; or the classes alone.

# %% tags=["worked", "seed:S81"]
from bioml_helpers.learning import show_source

show_source(links.LinkModel.states)

# %% tags=["predict"]
predict("gcn.cp2")

# %% tags=["observe", "baseline", "caution", "seed:S81", "needs-real-data"]
drug_targets, card = data.load("drug_targets")
found = links.link_table(drug_targets, seeds=range(2))
show(
    relations_pictures.links(found),
    alt="On the real data: AUROC of held-out links. The gene's degree is at 0.50 by construction; embeddings and graph convolution lie close together near 0.92; "
    "with drug classes it is about 0.96, and classes alone, with no graph, reach about 0.96 too.",
    data=found.round(3),
    card=card,
)
observe("gcn.cp2", "b")

# %% tags=["explain"]
explain("gcn.cp2")

# %% [markdown]
# On the real table, over five splits: embeddings 0.925 (0.921 to 0.930), graph convolution 0.927 (0.920 to 0.933), classes alone 0.963 (0.957 to 0.977). **The convolution adds nothing here.** An embedding learns from the same
# links who shares partners with whom; passing messages along them says it twice. And why are classes so good?

# %% tags=["needs-real-data", "nbval-check-output", "caution", "seed:S81"]
print(links.namesakes(drug_targets, top=6).round(2).to_string(index=False))

# %% [markdown]
# All 22 drugs of the class *Adrenergic beta-Antagonists* share a gene, of course: the class says so. It was given by people who knew the target, so for a drug whose target is not
# known there would be no such class. A split can be honest and the features still know the answer. Note also that a link held out at random mostly has a *sister*: other members of the drug's series, whose links were kept.
#
# ## 5 · Anticancer drugs on the published folds ⏱ 15 min
#
# In 2021 a graph network was trained end to end on such data: 2,048 drugs, 209 called anticancer, on a graph of 15,135 genes. Published: F1 67.99 ± 2.52 %, AUPR 73.91 ± 3.49 %. The authors' five folds are
# public. So is the question that we may ask: what does the plain list of genes reach, with no graph?
#
# The archive holds HDF5 files of the library *hickle*. One of them is a Python pickle; to open a pickle is to run whatever is in it, so our reader refuses it.

# %% tags=["needs-real-data", "nbval-check-output", "seed:S81"]
drugs, card = data.load("hyperfoods")
genes, _ = data.load("hyperfoods_genes")
print(f"{len(drugs):,} molecules, {drugs['is_anticancer'].sum()} called anticancer; {len(genes):,} pairs of genes")
count = drugs["targets"].map(len)
print(f"listed genes: half have fewer than {count.median():.0f}, one has {count.max():,}")
for name, part in count.groupby(drugs["is_anticancer"]):
    print(f"anticancer {name}: {part.mean():.0f} genes on average")

# %% [markdown]
# The baseline: balanced logistic regression on the list of genes (0 or 1, scaled to length 1), the penalty chosen on the validation part. Then the same after one step of a graph convolution without weights.

# %% tags=["predict"]
predict("gcn.cp3")

# %% tags=["observe", "baseline", "seed:S81", "needs-real-data"]
compared = hyperfoods.fold_table(drugs, genes)
compared = compared if card.is_stand_in else hyperfoods.with_published(compared)
show(
    relations_pictures.folds(compared),
    alt="On the real data, mean and spread over five folds. F1: number of genes 0.20, list of genes 0.64, one step on the graph 0.60, published network 0.68. "
    "AUPR: 0.18, 0.72, 0.67 and 0.74. The bars of list and published network overlap.",
    data=compared.round(3),
    card=card,
)
observe("gcn.cp3", "c")

# %% tags=["explain"]
explain("gcn.cp3")

# %% [markdown] tags=["honesty"]
# **Read the table with its spread.** On the real folds the list of genes reaches F1 0.64 ± 0.06 and AUPR 0.72 ± 0.05 with no graph at all; the network's published 0.68 ± 0.03 and 0.74 ± 0.03 lie within that spread. Whether it is better can't be told
# without its predictions, fold by fold. A step on the graph *lowers* our scores. And the label: ciprofloxacin, propranolol and levothyroxine are called anticancer.

# %% [markdown]
# ## 6 · Food on the merged graph ⏱ 15 min
#
# The archive holds no food. So we took 26 approved substances that ordinary food contains (vitamins, amino acids, caffeine, alcohol …), made them a third kind of node, and merged. They serve as
# **candidates** (候选分子): molecules ranked for a test that nobody has done here.

# %% tags=["needs-real-data", "seed:S81"]
merged = hyperfoods.merged(drugs, genes)
print(merged.counts().to_string(index=False))
food = hyperfoods.candidates(merged, drugs)
print(food[["molecule", "similarity", "rank", "rank_no_graph", "n_targets"]].head(8).round(2).to_string(index=False))

# %% tags=["caution", "needs-real-data", "seed:S81"]
show(
    relations_pictures.candidates(food),
    alt="On the real data: likeness to anticancer drugs against the number of listed genes, 26 food molecules. Walk and plain lists both rise steadily with the number of genes, from "
    "diosmin with 42 genes at the bottom left to ethanol and acetic acid with thousands at the top right.",
    data=food.round(3),
    card=card,
)
for column in ("no_graph", "n_targets"):
    print(f"the walk's ranking against {column}: Spearman {evaluation.spearman(food['similarity'], food[column]):.2f}")

# %% [markdown]
# On the real data the first candidate is **ethanol**, which *raises* the risk of several cancers; the second is acetic acid, vinegar's. What do they share with anticancer drugs? Length: they are linked to thousands of genes, because they have
# been studied so much. The walk's ranking follows the number of listed genes with Spearman 0.96, and the plain lists, with no graph, with 0.99. Here the graph changed nearly nothing, and the head of the list is a list of the famous.
#
# The published rankings are not this one: more molecules, trained models. But the two columns beside ours are what to ask of any such list.
#
# **Exercise 5.** Write the result of this section so that it can be printed. A dictionary with `claim`, `baseline`, `does_not_show`, `next_step`. The check reads for words that promise what nobody measured.

# %% tags=["exercise", "independent", "seed:S81"]
# BEGIN SOLUTION
my_words = {
    "claim": "Folic acid is a candidate: its walk on the merged graph ranks 7th of 26 food molecules.",
    "baseline": "Its plain gene list ranks 7th too, and the number of listed genes alone follows the ranking with Spearman 0.96.",
    "does_not_show": "No cell, animal or person was studied; it does not show any effect of the molecule on cancer.",
    "next_step": "Rank against drugs with equally long gene lists, then test in cells, blind.",
}
# STUB
# my_words = ...  # a dictionary with the keys claim, baseline, does_not_show, next_step
# END SOLUTION
check("gcn.c5", my_words)

# %% [markdown] tags=["keypoints"]
# ## 7 · Recap ⏱ 5 min
#
# - Relations merge by the nodes they share: number once, both directions, the same names.
# - A walk with restart gives every node a profile; it equals the solution of a linear system.
# - Where the answer lies *between* the lists, the walk finds it (simulation). On these real data the graph added nothing.
# - A convolution did not beat plain embeddings; drug classes beat both, because they describe the target.
# - Always beside it: no graph, and the number of links. Food molecules are candidates, no more.
#
# **Words:** relation (关系), merge (合并), random walk with restart (重启随机游走), profile (谱), embedding (嵌入), link prediction (链接预测), candidate (候选分子).

# %% tags=["quiz"]
quiz("gcn.cquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - Walks from drugs and food molecules (1,962 drugs, 7,962 molecules, 110 named, 84–90 %): Veselkov and colleagues 2019, [doi:10.1038/s41598-019-45349-y](https://doi.org/10.1038/s41598-019-45349-y)
# - The graph network, folds and data: Gonzalez and colleagues 2021, [doi:10.1186/s40246-021-00333-4](https://doi.org/10.1186/s40246-021-00333-4)
# - The walk on genes: Köhler, Bauer, Horn & Robinson 2008, [doi:10.1016/j.ajhg.2008.02.013](https://doi.org/10.1016/j.ajhg.2008.02.013)
# - DrugCentral: Ursu and colleagues 2017, [doi:10.1093/nar/gkw993](https://doi.org/10.1093/nar/gkw993); the tables: Himmelstein and colleagues 2017, [doi:10.7554/eLife.26726](https://doi.org/10.7554/eLife.26726)
# - Alcohol and cancer, 572 studies: Bagnardi and colleagues 2015, [doi:10.1038/bjc.2014.579](https://doi.org/10.1038/bjc.2014.579)
