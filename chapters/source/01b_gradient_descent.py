# %% [markdown]
# ## 1 · Slopes by hand
#
# Chapter 1 trained networks and did not say how. This companion opens the box, with nothing but NumPy. You need it for none of the
# later chapters; it is for those who want to have done it once.
#
# A network with one hidden layer of ReLU neurons computes $f(x) = c + \sum_i v_i\,\mathrm{ReLU}(w_i x + b_i)$.
#
# In words: each neuron scales and shifts the input, passes what is positive, and the output adds them up with a weight each.
#
# The *loss* is the mean squared gap between $f(x)$ and the measured lengths. Training asks of every weight: if I grow a little, does
# the loss rise or fall, and how steeply? That slope is called a *gradient*. Here it is in full, from the course's package.

# %%
show_source(approximation.gradients)

# %% [markdown]
# Three sources must give the same slopes: this code, PyTorch's automatic differentiation, and the crude way, which moves one weight a
# little and looks what the loss does.

# %% tags=["worked", "nbval-check-output"]
ryegrass, card = data.load("ryegrass")
x = approximation.log_dose(ryegrass["dose_mM"])
x, y = (x - x.mean()) / x.std(), ryegrass["root_length_cm"].to_numpy()
start = approximation.Weights.random(5, seed=0)
loss, by_hand = approximation.gradients(x, y, start)

w, b, v, c = (torch.tensor(p, dtype=torch.float64, requires_grad=True) for p in start.as_list())
((torch.relu(torch.tensor(x)[:, None] * w + b) @ v + c - torch.tensor(y)) ** 2).mean().backward()
print("like PyTorch:", np.allclose(by_hand.w, w.grad) and np.allclose(by_hand.v, v.grad))

moved = approximation.Weights(start.w, start.b, start.v, start.c + 1e-6)
crude = (approximation.gradients(x, y, moved)[0] - loss) / 1e-6
print(f"slope for c: by hand {by_hand.c:.2f}, by moving c a little {crude:.2f}")

# %% [markdown]
# ## 2 · A ball that rolls
#
# Plain gradient descent takes a step against the slope. *Momentum* keeps part of the last step, like a ball that keeps rolling, and gets through
# flat valleys faster.
#
# **Exercise.** Write one step. Input: a weight, its slope, the last step (`velocity`), `learning_rate` and `momentum`, all numbers.
# Output: the new weight and the new velocity. The new velocity is `momentum` times the old one minus `learning_rate` times the slope;
# the new weight is the old one plus the new velocity.

# %% tags=["exercise", "independent"]
def my_step(weight, slope, velocity, learning_rate, momentum):
    # BEGIN SOLUTION
    velocity = momentum * velocity - learning_rate * slope
    return weight + velocity, velocity
    # STUB
    # velocity = ...
    # return ..., velocity
    # END SOLUTION


check("approximation.b1", my_step)

# %%
_, plain = approximation.descend(x, y, start, learning_rate=0.02, momentum=0.0, num_steps=2000)
_, rolling = approximation.descend(x, y, start, learning_rate=0.02, momentum=0.9, num_steps=2000)
fig = approximation.pictures.losses({"no momentum": plain, "momentum 0.9": rolling})
show(
    fig,
    alt="Mean squared error against training step, both axes logarithmic. With momentum the loss falls earlier than without.",
    data={"step": [1, 100, 2000], "no momentum": plain[[0, 99, 1999]].round(2), "momentum 0.9": rolling[[0, 99, 1999]].round(2)},
)

# %% [markdown]
# ## 3 · Why five neurons stay stuck
#
# In chapter 1 five small networks ended with one and the same RSS of 26.2 cm², although weights with 5.19 exist. Walk in a straight line
# through the space of weights, from where training stopped to the weights placed by hand, and look at the RSS on the way.

# %%
dose, length = ryegrass["dose_mM"].to_numpy(), y
stuck = approximation.train_networks(approximation.log_dose(dose), length, width=5)
share, rss = approximation.path_to_hand_placed(dose, length, stuck)
fig = approximation.pictures.path(share, rss)
show(
    fig,
    alt="RSS along the straight way from the trained to the hand-placed weights, five curves. "
    "Each leaves its start uphill, passes a ridge, and falls to 5.19 only at the end.",
    data={"way": share[::10].round(2), **{f"start {i}": r[::10].round(1) for i, r in enumerate(rss)}},
)

# %% [markdown]
# Training only walks downhill, so it cannot cross a ridge; the good valley lies behind it. (A straight line is only one of many ways
# through 16 weights. A ridge on it does not exclude a detour, but nothing tells training where that would be.)
#
# With more neurons there are more bends at the start, and more ways around. That is one reason why networks are made larger than
# the smallest that could fit.

# %% [markdown]
# ## 4 · Take the activation away
#
# Is ReLU a detail? Leave it out, and train 200 neurons.

# %% tags=["nbval-check-output"]
line = approximation.train_networks(approximation.log_dose(dose), length, width=200, activation="none", seeds=[0])
straight = np.polyfit(approximation.log_dose(dose), length, 1)
rss_line = ((np.polyval(straight, approximation.log_dose(dose)) - length) ** 2).sum()
print(f"200 neurons without activation: RSS {line.rss[0]:.1f} cm²")
print(f"one straight line:              RSS {rss_line:.1f} cm²")

# %% [markdown]
# Two hundred neurons, one straight line. Lines of lines are lines; the bend is what makes a network more than that.
