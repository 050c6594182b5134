# Golden values of TMM, upper quartile, filterByExpr (edgeR) and quantile normalisation (limma).
#
#   Rscript tests/normalization/golden/edger_limma.R tests/normalization/golden
#
# They were made with R 4.2.2, edgeR 3.40.2 and limma 3.54.1 (r-bioc-edger, r-bioc-limma of
# Debian 12). All files are genes x samples. Numbers are written with 17 digits.
suppressMessages({
  library(edgeR)
  library(limma)
})
folder <- commandArgs(trailingOnly = TRUE)[1]
save <- function(table, name) {
  text <- apply(as.matrix(table), c(1, 2), function(x) sprintf("%.17g", x))
  rows <- data.frame(id = rownames(as.matrix(table)), text, check.names = FALSE)
  write.csv(rows, file.path(folder, name), row.names = FALSE, quote = FALSE)
}

# Small counts, so that there are zeros and ties; two genes without any read; depths that differ
# 20-fold; one sample with a few genes that take most of its reads.
set.seed(20)
genes <- 120
depth <- c(1, 0.5, 2, 1.3, 0.8, 4, 0.2, 1, 1.1, 3, 0.9, 1.6)
level <- rgamma(genes, shape = 0.6, scale = 40)
counts <- sapply(depth, function(d) rnbinom(genes, size = 4, mu = level * d))
counts[1:6, 8] <- counts[1:6, 8] + 4000
counts[c(17, 90), ] <- 0
dimnames(counts) <- list(sprintf("G%03d", 1:genes), sprintf("S%02d", seq_along(depth)))
save(counts, "counts.csv")

factors <- function(method) calcNormFactors(counts, method = method)
save(cbind(tmm = factors("TMM"), upper_quartile = factors("upperquartile")), "factors.csv")
for (method in c(tmm = "TMM", upper_quartile = "upperquartile")) {
  name <- if (method == "TMM") "cpm_tmm.csv" else "cpm_upper_quartile.csv"
  save(cpm(calcNormFactors(DGEList(counts), method = method)), name)
}
save(cpm(counts), "cpm.csv")
save(cbind(kept = as.integer(suppressMessages(filterByExpr(counts)))) |>
       (\(x) { rownames(x) <- rownames(counts); x })(), "filter_by_expr.csv")
save(normalizeQuantiles(log2(cpm(counts) + 1), ties = TRUE), "quantile.csv")
