"""What steps are called in a paper's methods section, and whom they and the statistics are due to.

What methods do, and whom they are due to, they say themselves.
"""

REFERENCES = {
    "bolstad": "Bolstad BM et al. A comparison of normalization methods for high density "
    "oligonucleotide array data. Bioinformatics 2003. doi:10.1093/bioinformatics/19.2.185",
    "bullard": "Bullard JH et al. Evaluation of statistical methods for normalization and "
    "differential expression in mRNA-Seq experiments. BMC Bioinformatics 2010. "
    "doi:10.1186/1471-2105-11-94",
    "cox": "Cox DR. Regression models and life-tables. J R Stat Soc B 1972. "
    "doi:10.1111/j.2517-6161.1972.tb00899.x",
    "davison": "Davison AC, Hinkley DV. Bootstrap methods and their application. Cambridge 1997. "
    "doi:10.1017/CBO9780511802843",
    "efron": "Efron B. Bootstrap methods: another look at the jackknife. Ann Stat 1979. "
    "doi:10.1214/aos/1176344552",
    "glass": "Glass GV. Primary, secondary, and meta-analysis of research. Educ Res 1976. "
    "doi:10.3102/0013189X005010003",
    "harrell": "Harrell FE, Lee KL, Mark DB. Multivariable prognostic models. Stat Med 1996. "
    "doi:10.1002/(SICI)1097-0258(19960229)15:4<361::AID-SIM168>3.0.CO;2-4",
    "holm": "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979; "
    "6:65-70",
    "johnson": "Johnson WE, Li C, Rabinovic A. Adjusting batch effects in microarray expression "
    "data using empirical Bayes methods. Biostatistics 2007. doi:10.1093/biostatistics/kxj037",
    "robinson": "Robinson MD, Oshlack A. A scaling normalization method for differential "
    "expression analysis of RNA-seq data. Genome Biol 2010. doi:10.1186/gb-2010-11-3-r25",
    "verweij": "Verweij PJM, van Houwelingen HC. Cross-validation in survival analysis. Stat Med "
    "1993. doi:10.1002/sim.4780122407",
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
