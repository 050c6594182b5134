"""What methods and steps are called in a paper's methods section, and whom they are due to."""

REFERENCES = {
    "abid": "Abid A et al. Exploring patterns enriched in a dataset with contrastive principal "
    "component analysis. Nat Commun 2018. doi:10.1038/s41467-018-04608-8",
    "bahri": "Bahri D et al. SCARF: self-supervised contrastive learning using random feature "
    "corruption. ICLR 2022. arXiv:2106.15147",
    "biton": "Biton A et al. Independent component analysis uncovers the landscape of the bladder "
    "tumor transcriptome. Cell Rep 2014. doi:10.1016/j.celrep.2014.10.035",
    "bolstad": "Bolstad BM et al. A comparison of normalization methods for high density "
    "oligonucleotide array data. Bioinformatics 2003. doi:10.1093/bioinformatics/19.2.185",
    "brunet": "Brunet JP et al. Metagenes and molecular pattern discovery using matrix "
    "factorization. PNAS 2004. doi:10.1073/pnas.0308531101",
    "bullard": "Bullard JH et al. Evaluation of statistical methods for normalization and "
    "differential expression in mRNA-Seq experiments. BMC Bioinformatics 2010. "
    "doi:10.1186/1471-2105-11-94",
    "cox": "Cox DR. Regression models and life-tables. J R Stat Soc B 1972. "
    "doi:10.1111/j.2517-6161.1972.tb00899.x",
    "davison": "Davison AC, Hinkley DV. Bootstrap methods and their application. Cambridge 1997. "
    "doi:10.1017/CBO9780511802843",
    "dradjat": "Dradjat K et al. Self-supervised learning on gene expression data. 2025. "
    "arXiv:2507.13912",
    "efron": "Efron B. Bootstrap methods: another look at the jackknife. Ann Stat 1979. "
    "doi:10.1214/aos/1176344552",
    "glass": "Glass GV. Primary, secondary, and meta-analysis of research. Educ Res 1976. "
    "doi:10.3102/0013189X005010003",
    "grill": "Grill JB et al. Bootstrap your own latent: a new approach to self-supervised "
    "learning. NeurIPS 2020. arXiv:2006.07733",
    "harrell": "Harrell FE, Lee KL, Mark DB. Multivariable prognostic models. Stat Med 1996. "
    "doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4",
    "higgins": "Higgins I et al. beta-VAE: learning basic visual concepts with a constrained "
    "variational framework. ICLR 2017",
    "holm": "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979; "
    "6:65-70",
    "hotelling": "Hotelling H. Relations between two sets of variates. Biometrika 1936. "
    "doi:10.1093/biomet/28.3-4.321",
    "hyvarinen": "Hyvärinen A. Fast and robust fixed-point algorithms for independent component "
    "analysis. IEEE Trans Neural Netw 1999. doi:10.1109/72.761722",
    "jiang": "Jiang S, Hassanpour S. Transformer-based representation learning for robust gene "
    "expression modeling and cancer prognosis. 2025. arXiv:2504.09704",
    "johnson": "Johnson WE, Li C, Rabinovic A. Adjusting batch effects in microarray expression "
    "data using empirical Bayes methods. Biostatistics 2007. doi:10.1093/biostatistics/kxj037",
    "kingma": "Kingma DP, Welling M. Auto-encoding variational Bayes. ICLR 2014. arXiv:1312.6114",
    "lee": "Lee DD, Seung HS. Learning the parts of objects by non-negative matrix factorization. "
    "Nature 1999. doi:10.1038/44565",
    "loshchilov": "Loshchilov I, Hutter F. Decoupled weight decay regularization. ICLR 2019. "
    "arXiv:1711.05101",
    "pearson": "Pearson K. On lines and planes of closest fit to systems of points in space. "
    "Philos Mag 1901. doi:10.1080/14786440109462720",
    "quon": "Quon G et al. Computational purification of individual tumor gene expression profiles "
    "leads to significant improvements in prognostic prediction. Genome Med 2013. "
    "doi:10.1186/gm433",
    "robinson": "Robinson MD, Oshlack A. A scaling normalization method for differential "
    "expression analysis of RNA-seq data. Genome Biol 2010. doi:10.1186/gb-2010-11-3-r25",
    "vaswani": "Vaswani A et al. Attention is all you need. NeurIPS 2017. arXiv:1706.03762",
    "verweij": "Verweij PJM, van Houwelingen HC. Cross-validation in survival analysis. Stat Med "
    "1993. doi:10.1002/sim.4780122407",
    "vincent": "Vincent P et al. Extracting and composing robust features with denoising "
    "autoencoders. ICML 2008. doi:10.1145/1390156.1390294",
    "wang": "Wang Z et al. Transcriptome deconvolution of heterogeneous tumor samples with immune "
    "infiltration. iScience 2018. doi:10.1016/j.isci.2018.10.028",
    "weinberger": "Weinberger E, Lin C, Lee SI. Isolating salient variations of interest in "
    "single-cell data with contrastiveVI. Nat Methods 2023. doi:10.1038/s41592-023-01955-3",
    "yoon": "Yoon J et al. VIME: extending the success of self- and semi-supervised learning to "
    "tabular domain. NeurIPS 2020; 33",
    "zbontar": "Zbontar J et al. Barlow Twins: self-supervised learning via redundancy reduction. "
    "ICML 2021. arXiv:2103.03230",
    "zheng": "Zheng, Bryson. TwinPurify. 2026. arXiv:2601.18640",
}

# Name of a method -> what it does to a profile, and keys of REFERENCES.
METHODS = {
    "raw": ("expression itself, all genes standardised", ()),
    "pca": ("principal components of the training tumours", ("pearson",)),
    "ica": ("independent components", ("hyvarinen", "biton")),
    "nmf": ("non-negative matrix factorisation", ("lee", "brunet")),
    "mean_subtraction": (
        "removal of the direction from the mean tumour to the mean normal, then principal "
        "components",
        (),
    ),
    "subspace_removal": (
        "removal of the main directions of the normals, then principal components",
        (),
    ),
    "contrastive_pca": ("contrastive principal components", ("abid",)),
    "linear_twin": (
        "canonical correlation of twin views of the same tumour, the linear counterpart of "
        "TwinPurify",
        ("hotelling",),
    ),
    "two_component": (
        "subtraction of a mixture of normals from each profile, then principal components",
        ("quon", "wang"),
    ),
    "autoencoder": ("a denoising auto-encoder", ("vincent",)),
    "vae": ("a β-variational auto-encoder", ("kingma", "higgins")),
    "contrastive_vae": ("a contrastive variational auto-encoder", ("weinberger",)),
    "barlow_generic": ("Barlow Twins with noise in the place of normal tissue", ("zbontar",)),
    "scarf": (
        "contrastive learning between a tumour and a copy with genes replaced",
        ("bahri", "dradjat"),
    ),
    "vime": ("finding and restoring replaced genes", ("yoon", "dradjat")),
    "byol": (
        "prediction of what a moving average of the network makes of a copy with genes replaced",
        ("grill", "dradjat"),
    ),
    "masked_transformer": (
        "a transformer that restores genes which a random panel doesn't show",
        ("jiang", "vaswani"),
    ),
    "untrained": ("the encoder with its initial weights", ()),
    "twin_network": (
        "a network trained on twin views of each tumour, into which normal tissue of a few "
        "training patients was mixed in linear space, by the Barlow Twins objective",
        ("zheng", "zbontar", "loshchilov"),
    ),
    "twinpurify": (
        "directions of the excess over normal tissue in which twin views of each tumour agree, "
        "after normal tissue of a few training patients was mixed into them in linear space "
        "(Barlow Twins, solved for a linear encoder), uncorrelated with a score of infiltration",
        ("zheng", "zbontar", "hotelling"),
    ),
}

# Name of a step of the normalisation -> what it does, and keys of REFERENCES.
STEPS = {
    "count_filter": ("genes with few reads were left out", ()),
    "cpm": ("counts were divided by the library size (counts per million)", ()),
    "tmm": ("counts were scaled by trimmed means of M-values", ("robinson",)),
    "upper_quartile": ("counts were scaled by their upper quartile", ("bullard",)),
    "tpm": ("counts were brought to transcripts per million", ()),
    "fpkm": ("counts were brought to fragments per kilobase and million", ()),
    "vst": ("counts were brought to a scale of stable variance", ()),
    "log2": ("values were transformed by log2(x + 1)", ()),
    "quantile": ("samples were brought to the mean distribution", ("bolstad",)),
    "combat": ("batches were taken out", ("johnson",)),
    "standardize": ("genes were standardised", ()),
    "expression_filter": ("genes of low expression were left out", ()),
    "variance_filter": ("genes of low variance were left out", ()),
    "variable_genes": ("the most variable genes were kept", ()),
}
