# %% [markdown]
# ## 1 · Logarithms and slopes
#
# A culture that doubles every hour *multiplies*. On a *logarithmic* (对数) axis equal factors are equal distances, so multiplying becomes adding, and growth becomes a straight line. Its *slope* (斜率) is the growth rate.

# %% tags=["worked"]
hours = np.arange(6)
density = 0.05 * 2.0**hours  # doubles each hour
show(
    start.pictures.straightened(hours, density),
    alt="The same culture twice. On an ordinary axis optical density bends upwards, from 0.05 to 1.6 in five hours. On a logarithmic axis it is a straight line.",
    data={"hours": hours, "optical density": density},
)

# %% tags=["worked", "nbval-check-output"]
slope = (np.log(density[3]) - np.log(density[0])) / (hours[3] - hours[0])
print(f"slope of the logarithm {slope:.3f} per hour, ln 2 = {np.log(2):.3f}")
print("so it takes one hour until the logarithm has grown by ln 2: one doubling")

# %% [markdown]
# **Exercise c1.** Write `my_doubling_time(first, last, hours)`. Inputs: optical density at the beginning and at the end, and the hours between. Output: the doubling time in hours (tolerance 0.01 %).


# %% tags=["exercise", "independent"]
def my_doubling_time(first, last, hours):
    # BEGIN SOLUTION
    doublings = np.log2(last / first)
    return hours / doublings
    # STUB
    # doublings = ...
    # return ...
    # END SOLUTION


check("start.c1", my_doubling_time)

# %% [markdown]
# ## 2 · Odds and log-odds
#
# A probability lies between 0 and 1. Models that add things up need a scale with no ends. The *odds* (几率) are p / (1 − p): 0.8 becomes 4, "four to one". Their logarithm, the *log-odds* (对数几率), goes from −∞ to ∞ and is 0 at p = 0.5.

# %% tags=["worked", "nbval-check-output"]
for p in (0.01, 0.2, 0.5, 0.8, 0.99):
    print(f"probability {p:.2f}   odds {p / (1 - p):6.2f}   log-odds {np.log(p / (1 - p)):6.2f}")

# %% [markdown]
# **Exercise c2.** Go back. Write `my_probability(z)`. Input: log-odds, any number. Output: the probability (tolerance 1e-6).


# %% tags=["exercise", "independent"]
def my_probability(z):
    # BEGIN SOLUTION
    odds = np.exp(z)
    return odds / (1 + odds)
    # STUB
    # odds = ...
    # return ...
    # END SOLUTION


check("start.c2", my_probability)

# %% [markdown]
# ## 3 · Mean, variance, correlation
#
# The *mean* (均值) is the middle, the *variance* (方差) the mean squared distance from it. A *correlation* (相关) says how well a straight line describes one by the other, and nothing else.

# %% tags=["worked", "nbval-check-output"]
temperature = np.linspace(10, 50, 41)  # °C
activity = 1 - ((temperature - 30) / 20) ** 2  # an enzyme that works best at 30 °C
print(f"mean temperature {temperature.mean():.0f} °C, variance {temperature.var():.0f} °C²")
print(f"correlation of temperature and activity {abs(np.corrcoef(temperature, activity)[0, 1]):.2f}")

# %% [markdown]
# Temperature decides the activity completely, and the correlation is 0: the curve rises as much as it falls.
#
# ## 4 · Right and wrong alarms
#
# *Sensitivity* (灵敏度) is the share of the ill who are found. *Precision* (精确率) is the share of the alarms that are right. Whoever calls everybody ill has a sensitivity of 1.
#
# **Exercise c3.** Write `my_shares(y, prediction)`. Inputs: two arrays of 0 and 1, the truth and the test. Output: sensitivity and precision, in this order (tolerance 1e-6).


# %% tags=["exercise", "independent"]
def my_shares(y, prediction):
    # BEGIN SOLUTION
    found = ((y == 1) & (prediction == 1)).sum()
    return found / (y == 1).sum(), found / (prediction == 1).sum()
    # STUB
    # found = ...
    # return ..., ...
    # END SOLUTION


check("start.c3", my_shares)

# %% [markdown]
# **Why a test set?** The next cell gives random labels to random patients, so there is nothing to learn. A model that looks up the most similar patient is right every time on the patients it knows, and no better than a coin on new ones. Only the second number counts.

# %% tags=["worked", "nbval-check-output"]
rng = np.random.default_rng(0)
X, y = rng.normal(size=(400, 5)), rng.integers(0, 2, 400)  # labels by the coin
known, new = slice(0, 200), slice(200, 400)
for name, rows in {"known": known, "new": new}.items():
    distance = ((X[rows, None] - X[None, known]) ** 2).sum(axis=2)  # (200, 200) to each known patient
    looked_up = y[known][distance.argmin(axis=1)]
    print(f"{name} patients: {100 * (looked_up == y[rows]).mean():.0f} % right")

# %% [markdown]
# ## 5 · What a p-value is not
#
# A *p-value* is computed **as if there were no effect**: how often would data come that are at least this extreme? It is no probability that there is no effect.
#
# **Exercise c4.** Two groups of ten are drawn from the *same* population and compared by a t-test, a thousand times over. In about how many comparisons will p be below 0.05? Answer first, then run the cell below.

# %% tags=["exercise", "independent"]
# BEGIN SOLUTION
below = 50
# STUB
# below = ...
# END SOLUTION
check("start.c4", below)

# %%
from scipy.stats import ttest_ind

rng = np.random.default_rng(5)
values = ttest_ind(rng.normal(size=(10, 1000)), rng.normal(size=(10, 1000))).pvalue  # (1000,) one a comparison
print("below 0.05:", (values < 0.05).sum(), "of 1000")
show(
    start.pictures.p_values(values),
    alt="A histogram of a thousand p-values without any effect, in twenty bins. All bins are about equally high, near fifty, the one below 0.05 too.",
)

# %% [markdown] tags=["keypoints"]
# ## 6 · To keep
#
# - On a logarithmic axis multiplying is adding; the slope is a rate.
# - Log-odds of 0 mean a probability of one half.
# - A correlation sees straight lines only.
# - Sensitivity looks at the ill, precision at the alarms.
# - Judge on examples the model has not seen. A p-value is about data, given no effect.
