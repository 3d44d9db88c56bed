"""Chapter 4, convolutional networks: filters that slide over sequences, images and volumes."""

from bioml_helpers.cnn.layers import (
    Conv1d,
    Conv2d,
    Conv3d,
    LocallyConnected1d,
    ResidualBlock,
    conv,
    conv1d,
    conv2d,
    conv3d,
    conv_loops,
    global_max_pool,
    max_pool,
    output_size,
    pwm_scan,
    pwm_to_filter,
    receptive_field,
    reverse_complement_filter,
    unfold,
)
