"""What the gallery of chapter 4 asks, and its application cards, each with the question that is checked."""

from __future__ import annotations

import numpy as np

from bioml_helpers import learning
from bioml_helpers.cnn import applications
from bioml_helpers.learning import (
    ApplicationCard,
    ChoiceExercise,
    FunctionExercise,
    Mistake,
    Option,
    Prediction,
    Question,
    Quiz,
    ValueExercise,
)

# ---------------------------------------------------------------- b1 precision


def my_precision(scores, contacts, count):
    """Return the share of true contacts among the `count` best pairs i < j."""
    i, j = np.triu_indices(len(scores), 1)
    best = np.argsort(-np.asarray(scores)[i, j], kind="stable")[:count]
    return float(np.mean(np.asarray(contacts)[i[best], j[best]]))


def _maps():
    rng = np.random.default_rng(41)
    cases = []
    for length, count in ((3, 1), (4, 2), (5, 3), (8, 5), (12, 12)):
        scores = rng.permutation(length * length).reshape(length, length).astype(float)
        scores = scores + scores.T  # symmetric; no two pairs tie
        scores += np.triu(rng.random((length, length)) * 1e-3, 1) + np.triu(rng.random((length, length)) * 1e-3, 1).T
        scores = (scores + scores.T) / 2
        np.fill_diagonal(scores, scores.max() + 1)
        contacts = np.triu(rng.random((length, length)) < 0.4, 1)
        contacts = (contacts | contacts.T).astype(int)
        contacts[0, length - 1] = contacts[length - 1, 0] = 1
        cases.append((scores, contacts, count))
    return cases


def _with_diagonal(scores, contacts, count):
    best = np.argsort(-np.asarray(scores).ravel(), kind="stable")[:count]
    return float(np.asarray(contacts).ravel()[best].mean())


def _lowest(scores, contacts, count):
    i, j = np.triu_indices(len(scores), 1)
    best = np.argsort(scores[i, j], kind="stable")[:count]
    return float(contacts[i[best], j[best]].mean())


def _recall(scores, contacts, count):
    i, j = np.triu_indices(len(scores), 1)
    best = np.argsort(-scores[i, j], kind="stable")[:count]
    return float(contacts[i[best], j[best]].sum() / contacts[i, j].sum())


precision = FunctionExercise(
    "cnn.b1",
    "Precision among the best pairs",
    reference=my_precision,
    cases=_maps,
    tolerance=1e-6,
    off_limits=[applications.precision_at],
    mistakes=[
        Mistake(
            "each residue paired with itself",
            _with_diagonal,
            hints=(
                "Your best pairs include (i, i), or each pair twice. Which half of the matrix holds every pair once?",
                "np.triu_indices(length, 1) gives the pairs above the diagonal.",
            ),
        ),
        Mistake(
            "the lowest scores first",
            _lowest,
            hints=("argsort puts the smallest first. Which end of the order do you need?",),
        ),
        Mistake(
            "recall instead of precision",
            _recall,
            hints=("You divide by the number of true contacts. Of what you named, which share is right?",),
        ),
    ],
    hints=(
        "Take the pairs above the diagonal, sort them by score, look the best ones up in contacts.",
        "i, j = np.triu_indices(len(scores), 1), then np.argsort(-scores[i, j])[:count].",
    ),
    why="Contact maps are judged by their best guesses, since those are what a structure is built from: precision at L, at L/2, at L/5.",
)

# ---------------------------------------------------------------- b2 genotype by likelihood


def my_genotype(variant_reads, reads, error):
    """Return 0, 1 or 2: the number of copies under which these reads are most probable."""
    chances = np.array([error, 0.5, 1 - error])
    log_likelihood = variant_reads * np.log(chances) + (reads - variant_reads) * np.log(1 - chances)
    return int(np.argmax(log_likelihood))


def _counts():
    few = [(0, 1, 0.01), (1, 5, 0.01), (2, 2, 0.01), (1, 8, 0.01), (5, 5, 0.2)]
    return few + [
        (k, n, error) for n, error in ((5, 0.05), (15, 0.01), (30, 0.01), (7, 0.1)) for k in range(0, n + 1, 2)
    ]


def _by_thirds(variant_reads, reads, error):
    return int(np.digitize(variant_reads / reads, [1 / 3, 2 / 3]))


def _any_read(variant_reads, reads, error):
    return 0 if variant_reads == 0 else 2 if variant_reads == reads else 1


def _only_variant_reads(variant_reads, reads, error):
    return int(np.argmax(variant_reads * np.log([error, 0.5, 1 - error])))


genotype = FunctionExercise(
    "cnn.b2",
    "The genotype under which the reads are most probable",
    reference=my_genotype,
    cases=_counts,
    mistakes=[
        Mistake(
            "fixed shares instead of likelihoods",
            _by_thirds,
            hints=(
                "Cut-offs such as a third ignore depth and error. How probable are these reads under each genotype?",
                "A read shows the variant with probability error, 0.5 or 1 − error for 0, 1 or 2 copies.",
            ),
        ),
        Mistake(
            "one odd read makes a variant",
            _any_read,
            hints=("Sequencers err. With 1 odd read in 8 and an error of 0.01, which genotype explains it best?",),
        ),
        Mistake(
            "reads without the variant not counted",
            _only_variant_reads,
            hints=(
                "Reads that show the reference are evidence too: each has probability 1 − (chance of the variant).",
            ),
        ),
    ],
    hints=(
        "For each genotype: variant_reads × log(p) + (reads − variant_reads) × log(1 − p); take the largest.",
        "p is error, 0.5, 1 − error for 0, 1, 2 copies.",
    ),
    why="Two lines of probability, and where its assumptions hold nothing beats it. The network has to earn its place elsewhere.",
)

# ---------------------------------------------------------------- b3 shapes of Akita

folding_shapes = ValueExercise(
    "cnn.b3",
    "From a million bases to a map",
    expected=[512, 448, 99681],
    tolerance=1e-9,
    mistakes=[
        Mistake(
            "cropped at one end only",
            [512, 480, 480 * 479 // 2 - 479],
            hints=("32 bins are cut from each end. How many remain?",),
        ),
        Mistake(
            "the whole square counted",
            [512, 448, 448 * 448],
            hints=(
                "Bin i touches bin j as often as j touches i. Which part of the map says everything once?",
                "Only pairs at least 2 bins apart, above the diagonal: 446 + 445 + … + 1.",
            ),
        ),
        Mistake(
            "the diagonal counted",
            [512, 448, 448 * 449 // 2],
            hints=("A bin with itself is no contact to predict, nor are neighbours: the first pair is i, i + 2.",),
        ),
        Mistake(
            "neighbouring bins counted",
            [512, 448, 448 * 447 // 2],
            hints=("Neighbouring bins are left out as well: a pair is at least 2 bins apart.",),
        ),
    ],
    hints=(
        "Bins: bases / 2,048. Then minus 32 at either end.",
        "With n bins and pairs at least 2 apart there are (n − 2) + (n − 3) + … + 1 = (n − 2)(n − 1)/2 of them.",
    ),
    why="Eleven poolings by 2 take a million bases to 512 bins; only there can every bin be compared with every other.",
)

# ---------------------------------------------------------------- b4 one dimension to two


def my_one_to_two(bins):
    """Return for each pair of bins the mean of their channels, shape (channels, n, n)."""
    bins = np.asarray(bins)
    return (bins[:, :, None] + bins[:, None, :]) / 2  # (channels, n, n)


def _tracks():
    rng = np.random.default_rng(44)
    return [(rng.normal(size=shape).round(2),) for shape in ((1, 2), (2, 2), (3, 3), (2, 5), (4, 7))]


one_to_two = FunctionExercise(
    "cnn.b4",
    "From a line to a map",
    reference=my_one_to_two,
    cases=_tracks,
    tolerance=1e-6,
    mistakes=[
        Mistake(
            "the product instead of the mean",
            lambda bins: bins[:, :, None] * bins[:, None, :],
            hints=("You multiply the two bins. Their mean was asked for.",),
        ),
        Mistake(
            "the sum instead of the mean",
            lambda bins: bins[:, :, None] + bins[:, None, :],
            hints=("All your numbers are twice too large.",),
        ),
        Mistake(
            "one bin copied, the other forgotten",
            lambda bins: np.repeat(bins[:, :, None], bins.shape[1], axis=2),
            hints=("Entry (i, j) holds bin i only. Where does bin j come in?",),
        ),
        Mistake(
            "channels last",
            lambda bins: ((bins[:, :, None] + bins[:, None, :]) / 2).transpose(1, 2, 0),
            hints=("The numbers are right; channels come first: (channels, n, n).",),
        ),
    ],
    hints=(
        "Give bins a third axis twice: once so that i runs down, once so that j runs across.",
        "bins[:, :, None] has shape (channels, n, 1), bins[:, None, :] has (channels, 1, n); their sum is (channels, n, n).",
    ),
    why="This is how a sequence (1-D) becomes a map (2-D), in Akita and, with concatenation in place of the mean, in the networks "
    "that predict protein contacts.",
)

# ---------------------------------------------------------------- b5 sorting by hospital


def my_auroc_of_sorting(cases_first, controls_first, cases_second, controls_second):
    """Return the AUROC of a score that is 1 in the first hospital and 0 in the second."""
    cases, controls = cases_first + cases_second, controls_first + controls_second
    wins = cases_first * controls_second
    ties = cases_first * controls_first + cases_second * controls_second
    return (wins + ties / 2) / (cases * controls)


def _hospitals():
    return [
        (9, 1, 1, 9),
        (1, 1, 1, 1),
        (10, 20, 5, 5),
        (34, 66, 1, 99),
        (0, 10, 5, 5),
        (7, 0, 0, 7),
        (300, 700, 12, 988),
    ]


sorting = FunctionExercise(
    "cnn.b5",
    "What the address alone is worth",
    reference=my_auroc_of_sorting,
    cases=_hospitals,
    tolerance=1e-6,
    off_limits=[applications.auroc_of_sorting],
    mistakes=[
        Mistake(
            "ties count nothing",
            lambda a, b, c, d: a * d / ((a + c) * (b + d)),
            hints=(
                "A case and a control from the same hospital score the same. What is a tie worth in an AUROC?",
                "Half: add (cases_first × controls_first + cases_second × controls_second) / 2.",
            ),
        ),
        Mistake(
            "ties count fully",
            lambda a, b, c, d: (a * d + a * b + c * d) / ((a + c) * (b + d)),
            hints=("With the same cases and controls everywhere the address says nothing. Do you then get 0.5?",),
        ),
        Mistake(
            "accuracy instead of AUROC",
            lambda a, b, c, d: (a + d) / (a + b + c + d),
            hints=("You counted single images. AUROC compares pairs: a case with a control.",),
        ),
    ],
    hints=(
        "Draw one case and one control. In which hospital is the case, in which the control, and who scores higher?",
        "The case wins if it is from the first and the control from the second: cases_first × controls_second pairs.",
    ),
    why="With 34.2 % cases in one hospital and 1.2 % in the other the address alone gives about 0.86, without a look at any image.",
)

# ---------------------------------------------------------------- cards and their questions

contact_card_question = ChoiceExercise(
    "cnn.b6",
    "trRosetta's input",
    "For a protein of 150 residues, which tensor goes into the network (PyTorch's order of axes)?",
    {
        "a": Option("(1, 526, 150)", "That is one row for the chain. What is predicted is a property of pairs."),
        "b": Option("(1, 526, 150, 150)"),
        "c": Option(
            "(1, 150, 150, 21)",
            "21 letters describe a residue; a pair has 21 × 21 couplings and more, and channels stand second.",
        ),
        "d": Option(
            "(1, 1, 526, 150, 150)",
            "526 numbers a pair are channels, as red, green and blue are: not a third direction in space.",
        ),
    },
    key="b",
    why="A pair of residues is a pixel, with 441 couplings, one corrected strength and 2 × 42 features of its two residues as its colours.",
    hints=("A map of pairs is a picture. What are its height and width, and what are its channels?",),
)

variant_card_question = ChoiceExercise(
    "cnn.b7",
    "DeepVariant's input",
    "A pile-up of shape (100, 221, 6) is (reads, positions, channels). As a batch of 32 for torch.nn.Conv2d it has the shape",
    {
        "a": Option("(32, 100, 221, 6)", "So it is stored; torch.nn.Conv2d expects the channels second."),
        "b": Option("(32, 6, 100, 221)"),
        "c": Option(
            "(32, 600, 221)", "Reads are stacked into channels here: then a filter for one read can't serve the next."
        ),
        "d": Option("(6, 32, 100, 221)", "The batch comes first, always."),
    },
    key="b",
    why="Batch, channels, height, width: the reads are the height of the picture, the positions its width.",
    hints=("Which two axes does the filter slide along?",),
)

picking_card_question = ChoiceExercise(
    "cnn.b8",
    "Topaz's labels",
    "A person marked 500 particles on some micrographs and left the others unmarked. May every unmarked place be a negative example?",
    {
        "a": Option(
            "yes, there are far more places without than with a particle",
            "True, but the unmarked particles among them teach the network that particles are no particles.",
        ),
        "b": Option(
            "yes, if the network is large enough",
            "A larger network learns the wrong labels more faithfully.",
        ),
        "c": Option("no: unmarked means unknown, and the training has to say so"),
        "d": Option(
            "no: first someone must mark all of them",
            "That would work and takes weeks. The point of the method is to do without.",
        ),
    },
    key="c",
    why="Positive and unlabelled: the loss assumes that some share of the unmarked places are particles. The missing labels of chapter 3 again.",
    hints=("Compare with an assay that was never run (chapter 3): is its label 0?",),
)

skin_card_question = ChoiceExercise(
    "cnn.b9",
    "How to split photographs of skin",
    "Many lesions were photographed several times, many patients have several lesions. By what should the images be split?",
    {
        "a": Option("by image, at random", "Then the test part holds other photographs of lesions that were learned."),
        "b": Option("by lesion", "Better; but two lesions of one patient share skin, camera and doctor."),
        "c": Option("by patient, and in a second test by hospital"),
        "d": Option("by diagnosis", "Then the test asks for diagnoses that nobody taught."),
    },
    key="c",
    why="The unit is what makes images alike. A test in another hospital asks the harder question: does it work elsewhere?",
    hints=("What do two photographs of one person share besides the disease?",),
)

CARDS = {
    "contacts": ApplicationCard(
        title="trRosetta, and AlphaFold after it: from related sequences to a structure",
        question="Which residues of a protein lie near each other, at what distance and in what orientation?",
        goes_in="an alignment, turned into 526 numbers for each pair of residues: (1, 526, L, L); no units",
        comes_out="for each pair the probability of 37 distance bins, and of bins for three angles: (1, 37, L, L) and so on",
        architecture="61 residual blocks of 3 × 3 convolutions with dilations 1, 2, 4, 8, 16: contacts come as ladders and "
        "stripes, and dilation lets a pair see far along both chains (published code)",
        data="trained on proteins of known structure; judged on CASP13 and CAMEO targets",
        result="outperformed all structure-prediction methods described before, on both sets (as its abstract says)",
        limitation="it lives on relatives. Of its successor AlphaFold 2, no longer a convolutional network, the authors say that "
        "accuracy falls substantially below about 30 aligned sequences (doi:10.1038/s41586-021-03819-2)",
        source="Yang et al. 2020, doi:10.1073/pnas.1914677117",
        exercise="cnn.b6",
    ),
    "variants": ApplicationCard(
        title="DeepVariant: reads as a picture",
        question="Does this person carry 0, 1 or 2 copies of a variant at this place in the genome?",
        goes_in="a pile-up around a candidate: (100 reads, 221 positions, 6 channels); channels are base, base quality, mapping "
        "quality, strand, supports the variant, differs from the reference",
        comes_out="three probabilities: hom-ref, het, hom-alt",
        architecture="an image classifier: what errors look like (stacked on one strand, at ends of reads, among other "
        "mismatches) is local structure in this picture",
        data="genomes whose variants had been established with several technologies (Genome in a Bottle)",
        result="outperformed the existing tools, and carried over to other genome builds, mammals and sequencing technologies "
        "(as its abstract says)",
        limitation="it learns the errors of the machines that it was shown; a new chemistry may need new training",
        source="Poplin et al. 2018, doi:10.1038/nbt.4235",
        exercise="cnn.b7",
    ),
    "folding": ApplicationCard(
        title="Akita: the folding of a million bases",
        question="Which parts of a stretch of chromosome touch each other in the nucleus, judged by its sequence alone?",
        goes_in="1,048,576 bases one-hot: (1, 4, 1048576)",
        comes_out="log(observed/expected) contact frequency between 2,048-base bins in five cell types, above the diagonal of a "
        "448 × 448 map",
        architecture="1-D convolutions with eleven poolings by 2, dilated residual blocks, then the mean of every two bins makes "
        "a map, and dilated 2-D residual blocks finish it (published settings)",
        data="Hi-C and Micro-C of human cells; 7,008 stretches to train, 419 to validate, 413 to test (published settings)",
        result="predicts folding from sequence; in-silico mutagenesis of CTCF motifs shows large effects that depend on the "
        "motifs' orientation",
        limitation="it reads sequence only, so whatever differs between cells with the same genome it can only learn as an average "
        "of the five cell types shown",
        source="Fudenberg, Kelley & Pollard 2020, doi:10.1038/s41592-020-0958-x",
        exercise="cnn.b3",
    ),
    "particles": ApplicationCard(
        title="Topaz: finding proteins in ice",
        question="Where in a noisy electron micrograph are the proteins whose thousandfold average gives a structure?",
        goes_in="a micrograph: (1, 1, height, width), contrast normalised; downsampled",
        comes_out="a score for each place: particle or not",
        architecture="a convolutional classifier slid over the whole micrograph: a particle is the same wherever it lies",
        data="a few labelled particles a data set, everything else unlabelled: positive-unlabelled learning",
        result="finds many more true particles than template-based picking at low rates of false ones, and also unusually shaped "
        "proteins (as its abstract says)",
        limitation="it finds what looks like the marked examples; views of the protein that nobody marked may be missed",
        source="Bepler et al. 2019, doi:10.1038/s41592-019-0575-8",
        exercise="cnn.b8",
    ),
    "skin": ApplicationCard(
        title="Skin cancer from photographs",
        question="Is this lesion malignant?",
        goes_in="a colour photograph: (1, 3, height, width)",
        comes_out="a probability for each class of disease, summed into benign or malignant",
        architecture="a single convolutional network trained end to end, from pixels and disease labels",
        data="129,450 clinical images of 2,032 diseases; judged on biopsy-proven images",
        result="on a par with 21 board-certified dermatologists in two tasks: carcinoma against benign keratosis, melanoma "
        "against benign nevus",
        limitation="judged on collected photographs, not on patients who walk in; whether it holds in another clinic, with another "
        "camera and other skin, is another question, as the lab below shows",
        source="Esteva et al. 2017, doi:10.1038/nature21056",
        exercise="cnn.b9",
    ),
}

# ---------------------------------------------------------------- predict, observe, explain

chain = Prediction(
    "cnn.pb1",
    question="Columns A, B, C form a chain: A–B touch, B–C touch, A–C do not. Elsewhere G–H touch, more loosely. Which pair correlates more?",
    choices={
        "a": "G–H, because only pairs that touch correlate",
        "b": "A–C, because it inherits from A–B and B–C",
        "c": "both the same",
    },
    starter="A and C correlate although they never touch because …",
    explanation="B carries the message: A follows B and C follows B, so A follows C, with 0.84 × 0.84 = 0.70. The loose pair that really "
    "touches reaches 0.42. A ranking by correlation puts the wrong pair first. Held fixed, B has nothing left to pass on.",
)

who_calls = Prediction(
    "cnn.pb2",
    question="Reads with independent errors and honest qualities, 5 over each site. Who names more genotypes rightly?",
    choices={
        "a": "the network, which saw 4,000 sites",
        "b": "the two-line formula",
        "c": "about the same",
    },
    starter="On clean sites the formula is ahead because …",
    explanation="The formula is the data's own law here: no method can beat it, and the network has to learn from 4,000 examples what the "
    "formula knows. Where errors follow the strand or come with reads from elsewhere, the formula's law is wrong, and the network "
    "sees it in the picture.",
)

who_picks = Prediction(
    "cnn.pb3",
    question="One known shape, always upright, in white noise. Who finds more particles at the highest noise?",
    choices={
        "a": "the matched filter: one fixed template",
        "b": "the network: three layers of learned filters",
        "c": "neither finds any",
    },
    starter="For a known shape in white noise the template wins because …",
    explanation="The template uses every pixel with the weight that it deserves, and no linear filter can do better. The network was "
    "trained for all angles and for ice, and pays for that a little here. Turn the particles and add ice, and the order is reversed.",
)

elsewhere = Prediction(
    "cnn.pb4",
    question="Validation accuracy on images from the same two laboratories is about 95 %. What will it be on images from a third?",
    low=0,
    high=100,
    unit="%",
    starter="In the third laboratory the network fails because …",
    explanation="The validation images share the accident of the training images: where a slide was stained says nine times out of ten what "
    "is on it. So the network learned the stain, and validation praised it. A third laboratory's colours mean nothing to it, and "
    "it calls nearly everything the same.",
)

# ---------------------------------------------------------------- quizzes

recall = Quiz(
    "cnn.brecall",
    "Without looking back",
    questions=[
        Question(
            "A contact map of 90 residues has 3 channels. Which convolution, and why?",
            {
                "a": Option(
                    "Conv1d, because a protein is a chain", "The chain is; the map of its pairs has two directions."
                ),
                "b": Option("Conv2d, because a pair has two places"),
                "c": Option(
                    "Conv3d, because there are 3 channels", "Channels are no direction in space; neither are colours."
                ),
            },
            key="b",
            why="Dimension counts the directions in which the filter slides.",
        ),
        Question(
            "With 10 related sequences in place of 300 the contact network",
            {
                "a": Option(
                    "is as good, since it knows what folds look like",
                    "It knows, and still fell to about a third right.",
                ),
                "b": Option("falls, as everything built on co-evolution does"),
                "c": Option(
                    "can't be applied", "It can: the map's size does not depend on the depth. That is the danger."
                ),
            },
            key="b",
            why="A network sharpens the evidence; it does not replace it. And nothing in its output says that evidence was missing.",
        ),
        Question(
            "From chapter 2: shuffled labels gave an accuracy far above chance. That meant",
            {
                "a": Option("a leak: something in the evaluation tells the answer"),
                "b": Option("a very good model", "There was nothing to learn. Good at what?"),
                "c": Option("too few epochs", "More training can't make random labels predictable."),
            },
            key="a",
            why="The same suspicion serves here: let a model see the site alone. If it does well, the images may not be what is read.",
        ),
    ],
)

learning.register(
    precision,
    genotype,
    folding_shapes,
    one_to_two,
    sorting,
    contact_card_question,
    variant_card_question,
    picking_card_question,
    skin_card_question,
    chain,
    who_calls,
    who_picks,
    elsewhere,
    recall,
)
