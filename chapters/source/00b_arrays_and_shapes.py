# %% [markdown]
# ## 1 · Lists, loops, functions
#
# This notebook repeats what chapter 0 asks of your Python. Run each cell, change something in it, and run it again: that is how one learns it.
#
# A *list* holds things in order, and counting begins at 0. A *loop* does something with each of them. A *dictionary* looks something up.

# %% tags=["worked", "nbval-check-output"]
codons = ["ATG", "GCC", "TAA"]
print(codons[0], codons[-1], len(codons))  # the first, the last, how many

for codon in codons:
    print(codon, "begins with", codon[0])

pair = {"A": "T", "C": "G", "G": "C", "T": "A"}
print("opposite to A stands", pair["A"])

# %% [markdown]
# A *function* takes inputs and gives something back, by `return`. Without `return` it gives back `None`, the most frequent mistake of all.
#
# **Exercise b1.** Write `my_other_strand(sequence)`: input a text of A, C, G and T; output the other strand, read in its own direction. So `"AACG"` becomes `"CGTT"`.


# %% tags=["exercise", "independent"]
def my_other_strand(sequence):
    # BEGIN SOLUTION
    other = ""
    for letter in reversed(sequence):
        other = other + pair[letter]
    return other
    # STUB
    # other = ""
    # ...  # a loop over the letters, from the last to the first
    # return ...
    # END SOLUTION


check("start.b1", my_other_strand)

# %% [markdown]
# ## 2 · Arrays
#
# A list of numbers cannot be added or multiplied as a whole; a NumPy *array* (数组) can. Its `shape` says how many rows and columns it has. Below, a plate of 96 wells, invented for this notebook: 8 rows, 12 columns.

# %% tags=["worked", "nbval-check-output"]
plate = start.remedies.PLATE  # optical density of 96 wells
print("shape", plate.shape)
print("well A1", plate[0, 0], "· well B3", plate[1, 2])
print("row A", plate[0, :])
print("mean of each column", plate.mean(axis=0).round(2))  # (12,) axis 0 runs down a column

# %% [markdown]
# **Exercise b2.** What is the mean of the **third** column of `plate`? A number (tolerance 0.1 %).

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
third = plate[:, 2].mean()
# STUB
# third = ...
# END SOLUTION
check("start.b2", third)

# %% [markdown]
# ## 3 · Broadcasting
#
# The columns to the right read higher: the plate dried from one side. We subtract from each column its own mean. `plate` has shape (8, 12), the means (12,); NumPy repeats the means for every row.
# Read two shapes from the right: equal sizes fit, and a 1 or a missing axis is repeated.

# %% tags=["worked"]
level = plate - plate.mean(axis=0)  # (8, 12) − (12,) → (8, 12)
show(
    start.pictures.plates(plate, level),
    alt="Two plates of 8 rows and 12 columns. As measured, optical density rises from about 1.0 at the left to 1.5 at the right. After each column's mean was subtracted, no side stands out.",
)

# %% [markdown]
# **Exercise b3.** Write `my_standardise(X)`. Input: an array of shape (n, p), a row for each molecule and a column for each property. Output: the same shape, each column with mean 0
# and standard deviation 1, as `X.std(axis=0)` computes it (tolerance 1e-6).


# %% tags=["exercise", "independent"]
def my_standardise(X):
    # BEGIN SOLUTION
    return (X - X.mean(axis=0)) / X.std(axis=0)
    # STUB
    # return ...
    # END SOLUTION


check("start.b3", my_standardise)

# %% [markdown]
# ## 4 · Letters as numbers
#
# A network computes with numbers, and DNA is made of letters. Were A, C, G, T written as 0, 1, 2, 3, then T would be three times C, which is nonsense. So each letter gets a row of its own: *one-hot encoding* (独热编码).
#
# **Exercise b4.** Write `my_one_hot(sequence)`. Input: a text of A, C, G, T. Output: an array of shape (4, length), rows in the order A, C, G, T, with a 1 where the letter stands and 0 elsewhere.


# %% tags=["exercise", "independent"]
def my_one_hot(sequence):
    # BEGIN SOLUTION
    encoded = np.zeros((4, len(sequence)))
    for position, letter in enumerate(sequence):
        encoded["ACGT".index(letter), position] = 1
    return encoded
    # STUB
    # encoded = np.zeros((4, len(sequence)))
    # ...  # a loop that puts a 1 in each column
    # return ...
    # END SOLUTION


check("start.b4", my_one_hot)

# %% [markdown] tags=["keypoints"]
# ## 5 · To keep
#
# - Counting begins at 0; `X[:, 0]` is the first column.
# - `axis=0` runs down the columns, `axis=1` along the rows.
# - Shapes are compared from the right; a 1 or a missing axis is repeated.
# - No `return`, no result.
