"""Chapter 7, graph convolution: neighbours tell each other what they are, on molecules, proteins and networks."""

from bioml_helpers.gcn.layers import (
    GCNLayer,
    GINLayer,
    adjacency,
    edge_list,
    gcn_layer_dense,
    gcn_layer_scatter,
    global_add,
    global_max,
    global_mean,
    normalized_adjacency,
    one_way_edges,
)

__all__ = [
    "GCNLayer",
    "GINLayer",
    "adjacency",
    "edge_list",
    "gcn_layer_dense",
    "gcn_layer_scatter",
    "global_add",
    "global_max",
    "global_mean",
    "normalized_adjacency",
    "one_way_edges",
]
