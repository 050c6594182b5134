"""Contestants of studies that are neither methods nor imputers: how readers meet them."""

from twinpurify.interface.presentation import GREEN, GREY, PURPLE, VERMILLION, Look, Presentation

CONTESTANTS = {
    "scratch": Presentation(
        "Encoder from scratch",
        Look(PURPLE, "longdash", "star-square"),
        place=210,
    ),
    "support_vectors": Presentation(
        "Support vectors",
        Look(PURPLE, "dash", "star-diamond"),
        place=270,
    ),
    "panel_network": Presentation(
        "Network on the panel",
        Look(VERMILLION, "dash", "star-diamond"),
        place=280,
    ),
    "true_anchors": Presentation(
        "True anchors",
        Look(GREY, "solid", "star-square-dot"),
        place=290,
    ),
    "observed_best": Presentation(
        "Best observed genes",
        Look(GREEN, "dash", "diamond-cross"),
        place=300,
    ),
    "observed_all": Presentation(
        "All observed genes",
        Look(PURPLE, "solid", "pentagon"),
        place=310,
    ),
}
