# %% [markdown]
# ## 1 · Reading an article ⏱ 15 min
#
# Companion 09b let you commit the usual leaks. Here you look for them where they count: in a published study, in a sentence of a press release, and in your own work.
#
# First, the order of an honest study. Two of the lines do not belong.

# %% tags=["parsons"]
from bioml_helpers.practice import dome, honest_exercises, honest_pictures

order("practice.e9")

# %% [markdown]
# **An article (10 minutes).** Open [the abstract of Zech and colleagues](https://doi.org/10.1371/journal.pmed.1002683) (open access): networks that screen chest radiographs for
# pneumonia, trained in some hospitals, tested in others. These are its numbers:

# %% tags=["seed:S55", "nbval-check-output"]
radiographs = honest_exercises.radiographs()
print(radiographs.to_string(index=False))

# %% [markdown]
# Six questions, as one would put them to any such paper.

# %% tags=["quiz", "seed:S55"]
quiz("practice.earticle")

# %% [markdown]
# Sorting by hospital alone can be computed from that table: every image of Mount Sinai scores 1, every image of NIH scores 0.

# %% tags=["seed:S55", "caution", "nbval-check-output"]
cases = (radiographs["images"] * radiographs["pneumonia"]).round().astype(int)[:2]
y = np.repeat([1, 0, 1, 0], [cases[0], radiographs["images"][0] - cases[0], cases[1], radiographs["images"][1] - cases[1]])
from_mount_sinai = np.repeat([1, 0], radiographs["images"][:2])
print(f"AUROC of the hospital's name: {evaluation.auroc(y, from_mount_sinai):.2f} from all images (published, on the test images: 0.861)")

# %% tags=["static", "seed:S55"]
show(
    honest_pictures.name_alone(y, from_mount_sinai),
    alt="An ROC curve with one corner: whoever calls every image of Mount Sinai pneumonia finds 92 percent of the pneumonias and calls 20 percent of the other images. The area under the curve is 0.86; that of a coin is 0.50.",
    data=pd.DataFrame(
        {
            "images": ["with pneumonia", "without"],
            "Mount Sinai": [from_mount_sinai[y == 1].sum(), from_mount_sinai[y == 0].sum()],
            "NIH": [(1 - from_mount_sinai[y == 1]).sum(), (1 - from_mount_sinai[y == 0]).sum()],
        }
    ),
)

# %% [markdown]
# No pixel was looked at. Whatever a network reports on the joint set has to be read beside that number, and not beside 0.5.
#
# ## 2 · Words ⏱ 6 min
#
# **Exercise 1.** Rewrite this press release as one sentence that can be defended; use these numbers, all of Tox21's assay SR-MMP under the scaffold split: a random forest AUROC 0.82 (five seeds: 0.82 to 0.83), logP alone 0.75: "A breakthrough: our network understands mitochondrial toxicity." <!-- allow: breakthrough --> <!-- allow: understands -->

# %% tags=["exercise", "independent", "honesty"]
# BEGIN SOLUTION
my_sentence = (
    "For Tox21's assay SR-MMP a random forest ranks active molecules of scaffolds unseen in training "
    "with AUROC 0.82 (range of five seeds 0.82 to 0.83), against 0.75 for logP alone."
)
# STUB
# my_sentence = ...
# END SOLUTION
check("practice.e8", my_sentence)

# %% [markdown]
# ## 3 · Cards ⏱ 16 min
#
# The DOME recommendations ask every study the same questions: about its *data*, its *optimisation*, its *model*, its *evaluation*. **Exercise 2.** Below is such a card of the paper by Zech and colleagues, filled in from its abstract; five fields are left to you.
# Type into the form and press *Check*; or fill in the dictionary in the next cell.

# %% tags=["widget", "optional"]
published = learning.card_form("practice.e10", honest_exercises.published(), parts=dome.parts_of(dome.DOME))
published

# %% tags=["exercise", "faded"]
# BEGIN SOLUTION
mine = {name: honest_exercises.PUBLISHED[name] for name in dome.TO_FILL}
# STUB
# mine = {}  # such as {"splits": "…"}: what stands here counts more than what stands in the form
# END SOLUTION
check("practice.e10", {**published, **mine})

# %% [markdown]
# Kapoor and Narayanan ask authors to *argue* that nothing leaked. **Exercise 3.** Fill in such a sheet for your own work: your thesis, or section 5 of companion 09b. The check sees that every field says something; a model sheet for that section follows.

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
my_sheet = dict(honest_exercises.SHEET_EXAMPLE)
# STUB
# my_sheet = learning.card_form("practice.e11", parts=dome.parts_of(dome.SHEET))
# END SOLUTION
check("practice.e11", my_sheet)

# %% tags=["optional", "widget"]
my_form = learning.card_form("practice.e11", my_sheet, parts=dome.parts_of(dome.SHEET))
my_form

# %% [markdown]
# ## 4 · Capstone ⏱ 15 min
#
# And some days at home. A small question of your own, on a data set of the course or your own data; a notebook of at most four pages. It holds: the DOME card, a baseline, the reason for the split, the log of `overfit_batch`, three seeds or more, an interval, a box that says what it does not show, and the manifest
# that chapter 9 prints. This is how it is weighed:

# %% tags=["static"]
print(dome.rubric().to_string(index=False, justify="left"))

# %% [markdown]
# A zero in a critical row means: revise and hand in again. **Exercise 4.** Write the plan first. Where a model plan is shown, weigh it by the rubric: which row would you give a 2?

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
my_plan = dict(honest_exercises.CAPSTONE_EXAMPLE)
# STUB
# my_plan = learning.card_form("practice.e12")
# END SOLUTION
check("practice.e12", my_plan)

# %% [markdown] tags=["keypoints"]
# ## 5 · Recap ⏱ 5 min
#
# - Ask every study: split by what, fitted on what, compared with what, how sure, and is it all there?
# - A site, a batch, a date can stand for the label. A table of site against label shows it before any training.
# - A sentence that names its test can be corrected. One that promises cannot.
# - A card is an argument, field by field; "not known" is an answer, and the next thing to check.
#
# **Words:** benchmark (基准测试), generalisation (泛化), state of the art (最先进性能).

# %% tags=["quiz"]
quiz("practice.dquiz")

# %% [markdown] tags=["references"]
# **References**
#
# - The review this course follows: Greener, Kandathil, Moffat & Jones 2022, [doi:10.1038/s41580-021-00407-0](https://doi.org/10.1038/s41580-021-00407-0)
# - The article read: Zech and colleagues 2018, [doi:10.1371/journal.pmed.1002683](https://doi.org/10.1371/journal.pmed.1002683)
# - Cards: Walsh and colleagues 2021 (DOME), [doi:10.1038/s41592-021-01205-4](https://doi.org/10.1038/s41592-021-01205-4); Kapoor & Narayanan 2023 (model info sheets), [doi:10.1016/j.patter.2023.100804](https://doi.org/10.1016/j.patter.2023.100804)
