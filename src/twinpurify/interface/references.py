"""Works that several methods are due to; what one alone is due to stands with it."""

DRADJAT = (
    "Dradjat K et al. Self-supervised learning on gene expression data. 2025. arXiv:2507.13912"
)
HOTELLING = (
    "Hotelling H. Relations between two sets of variates. Biometrika 1936. "
    "doi:10.1093/biomet/28.3-4.321"
)
ZBONTAR = (
    "Zbontar J et al. Barlow Twins: self-supervised learning via redundancy reduction. ICML "
    "2021. arXiv:2103.03230"
)
ZHENG = "Zheng, Bryson. TwinPurify. 2026. arXiv:2601.18640"
