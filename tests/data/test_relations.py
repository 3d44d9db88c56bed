"""Drug targets and hyperfoods: counts, folds, simulated truth; and nothing is ever unpickled."""

from __future__ import annotations

import io
import tarfile

import h5py
import numpy as np
import pandas as pd
import pytest

from bioml_helpers import data
from bioml_helpers.data import relations, simulate


@pytest.fixture(scope="module")
def drugs():
    return data.load("hyperfoods", quiet=True)[0] if data.is_real_available("hyperfoods") else None


def test_drug_targets_has_its_links_and_classes(need_real_data):
    need_real_data("drug_targets")
    table = data.load("drug_targets", quiet=True)[0]
    assert (len(table), table["drug"].nunique(), table["gene"].nunique()) == (2991, 1048, 600)
    assert not table.duplicated(["drug", "gene"]).any()
    assert (table["classes"].map(len) == 0).sum() == 71
    assert (table["drug"].value_counts() == 1).sum() == 544


def test_food_molecules_have_the_names_that_drugcentral_gives_them(need_real_data):
    need_real_data("drug_targets")
    table = data.load("drug_targets", quiet=True)[0]
    named = dict(zip(table["drug"], table["name"].str.lower(), strict=True))
    known = {drug: name for drug, name in relations.FOOD_MOLECULES.items() if drug in named}
    assert len(known) >= 5
    assert all(name.split()[-1] in named[drug] or named[drug].startswith("l-") for drug, name in known.items())


def test_hyperfoods_has_its_drugs_and_labels(need_real_data, drugs):
    need_real_data("hyperfoods")
    assert (len(drugs), int(drugs["is_anticancer"].sum()), int(drugs["is_food"].sum())) == (2048, 209, 26)
    counts = drugs["targets"].map(len)
    assert (counts.sum(), counts.min(), counts.max()) == (420273, 1, 5342)
    assert not drugs.loc[drugs["is_food"], "is_anticancer"].any()


def test_hyperfoods_tests_each_drug_once_and_never_where_it_validates(need_real_data, drugs):
    need_real_data("hyperfoods")
    assert drugs["test_fold"].value_counts().sort_index().tolist() == [410, 410, 410, 410, 408]
    assert all(test not in folds for test, folds in zip(drugs["test_fold"], drugs["validation_folds"], strict=True))
    assert [sum(fold in folds for folds in drugs["validation_folds"]) for fold in range(5)] == [164] * 5


def test_hyperfoods_genes_hang_together(need_real_data):
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    need_real_data("hyperfoods_genes")
    genes = data.load("hyperfoods_genes", quiet=True)[0]
    assert len(genes) == 177848 and (genes["a"] < genes["b"]).all() and not genes.duplicated(["a", "b"]).any()
    links = coo_matrix((np.ones(len(genes)), (genes["a"], genes["b"])), shape=(15135, 15135))
    assert connected_components(links, directed=False)[0] == 1
    assert len(set(genes["gene_a"]) | set(genes["gene_b"])) == 14700


# ---------------------------------------------------------------- what is refused


def hickle(**attributes):
    """A small hickle file in memory."""
    opened = h5py.File("demo", "w", driver="core", backing_store=False)
    opened.attrs["CLASS"] = "hickle"
    opened["data_0"] = attributes.pop("values", [1, 2])
    for name, value in attributes.items():
        opened["data_0"].attrs[name] = value
    return opened


@pytest.mark.parametrize("kind", [b"pickle", "pickle", [b"pickle"], b"<class 'pickle'>"])
def test_a_pickled_array_is_refused(kind):
    with hickle(type=kind, values=np.array([b"c__builtin__\nexit\n."])) as opened:
        with pytest.raises(ValueError, match=r"one\.hkl: expected numbers or texts, got a pickled object"):
            relations.hickle_dataset(opened, "one.hkl")


def test_a_pickle_that_does_not_say_so_is_only_bytes():
    with hickle(values=np.array([b"cos\nsystem\n(S'echo'\ntR."])) as opened:
        assert relations.hickle_dataset(opened)[:].dtype.kind == "S"


def test_another_hdf5_file_is_refused():
    with h5py.File("demo", "w", driver="core", backing_store=False) as opened:
        opened["table"] = [1]
        with pytest.raises(ValueError, match="expected a hickle file with one array, data_0, got"):
            relations.hickle_dataset(opened)


def test_the_pickled_file_of_the_archive_is_refused_when_asked_for(need_real_data):
    from bioml_helpers.data import access

    need_real_data("hyperfoods")
    path = access.fetch("hyperfoods", quiet=True)["dataset.tar.gz"]
    with pytest.raises(ValueError, match=r"pathways_matrix.*got a pickled object; unpickling can run any code"):
        list(relations._hickles(path, wanted="pathways_matrix"))


def test_a_name_in_the_archive_does_not_decide_where_it_is_written(tmp_path):
    path, outside = tmp_path / "evil.tar.gz", tmp_path / "escaped.hkl"
    with h5py.File(tmp_path / "one.hkl", "w") as opened:
        opened.attrs["CLASS"] = "hickle"
        opened["data_0"] = [7]
    content = (tmp_path / "one.hkl").read_bytes()
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(f"../../../../..{outside}")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    assert [dataset[:].tolist() for _, dataset in relations._hickles(path, wanted="escaped")] == [[7]]
    assert not outside.exists()


# ---------------------------------------------------------------- simulated truth


@pytest.mark.parametrize("generator", [simulate.drug_links, simulate.food_and_drugs, simulate.gene_pairs])
def test_same_seed_same_table(generator):
    assert generator(seed=3).equals(generator(seed=3))
    assert not generator(seed=3).equals(generator(seed=4))


@pytest.mark.parametrize(
    ("name", "generator"),
    [("drug_targets", "drug_links"), ("hyperfoods", "food_and_drugs"), ("hyperfoods_genes", "gene_pairs")],
)
def test_a_stand_in_has_the_catalogues_columns(name, generator):
    assert getattr(simulate, generator)().columns.tolist() == list(data.card(name).columns)


def test_active_food_shares_modules_with_anticancer_drugs_and_hardly_a_gene():
    links, molecules = simulate.three_relations(seed=1)
    number = links["target"].str.extract(r"(\d+)")[0].astype(int) - 1
    active = set(molecules.loc[molecules["is_active"], "name"])
    drugs = set(molecules.loc[molecules["is_anticancer"], "name"])
    of_food, of_drugs = (number[links["source"].isin(some)] for some in (active, drugs))
    assert ((of_food < 40).mean(), (of_drugs < 40).mean()) > (0.75, 0.75)
    assert len(set(of_food) & set(of_drugs) & set(range(40))) <= 6


def test_every_simulated_gene_has_a_neighbour():
    for seed in range(5):
        pairs = simulate.gene_pairs(seed=seed)
        assert set(pairs["a"]) | set(pairs["b"]) == set(range(240)) and (pairs["a"] < pairs["b"]).all()


def test_bad_sizes_are_named():
    with pytest.raises(ValueError, match="modules: expected a number at least 4"):
        simulate.three_relations(modules=2)
    with pytest.raises(ValueError, match="drugs: expected a number at least 20"):
        simulate.drug_links(drugs=3)


def test_a_class_of_the_simulation_names_the_family():
    table = simulate.drug_links(seed=2)
    family = pd.Series([one for some in table["classes"] for one in some if one.startswith("family")])
    assert (family.str.extract(r"(\d+)")[0].astype(int) - 1 == (table["gene"] - 1) // 4).mean() > 0.9
