# Two commands on a fresh machine: `make demo` and `make test`. Python 3.11 or later is all they need.
PYTHON ?= python3
COHORT ?= demo
TRANSFER ?=
FOREIGN ?=
REFERENCE ?=
COHORTS ?=
LABEL ?= subtype
PRETRAIN ?=
RAW ?= data/01_raw
MODEL ?= models:/twinpurify@champion
PORT ?= 4141

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
comma := ,
# Kedro cuts --params at commas, so the names of several cohorts are joined by a plus.
PARAMS := cohort=$(COHORT),raw=$(RAW)$(if $(TRANSFER),$(comma)transfer=$(subst $(comma),+,$(TRANSFER)))$(if $(FOREIGN),$(comma)foreign=$(subst $(comma),+,$(FOREIGN)))$(if $(REFERENCE),$(comma)$(COHORT).reference_normals.cohort=$(REFERENCE))

export DO_NOT_TRACK = true
export MLFLOW_DISABLE_TELEMETRY = true

.PHONY: help install demo fetch run score compare mixtures impute panels anchors attribution labels viz mlflow test results lint clean

help:          ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

install: $(INSTALLED)  ## create the environment and install

$(INSTALLED): pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or later is needed: make PYTHON=python3.11"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable ".[dev]"
	touch $(INSTALLED)

demo: install  ## purify the simulated cohort and write its report
	$(BIN)/kedro run --params evaluation.n_splits=3

fetch: install ## download a public cohort: make fetch COHORT=tcga_brca SOURCE=gdc RAW=<folder>
	$(BIN)/python -m twinpurify.fetch $(COHORT) --raw "$(RAW)"$(if $(SOURCE), --source $(SOURCE))$(if $(BASE_URL), --base-url "$(BASE_URL)")

run: install   ## purify a cohort: make run COHORT=tcga_brca TRANSFER=scanb RAW=<folder>
	$(BIN)/kedro run --params "$(PARAMS)"

score: install ## score a cohort with a registered model: make score COHORT=scanb RAW=<folder>
	$(BIN)/kedro run --pipelines scoring --params "cohort=$(COHORT),raw=$(RAW),scoring.model=$(MODEL)$(if $(MISSING_GENES),$(comma)scoring.missing_genes=$(MISSING_GENES))"

compare: install ## put finished runs on one page: make compare COHORTS=tcga_brca,scanb
	$(BIN)/kedro run --pipelines compare --params "compare=$(subst $(comma),+,$(COHORTS))"

mixtures: install ## measure mixtures of known proportions: make mixtures RAW=<folder>
	$(BIN)/kedro run --pipelines mixtures --params "raw=$(RAW)"

impute: install ## hide values and fill them in: make impute COHORT=tcga_pancancer RAW=<folder>
	$(BIN)/kedro run --pipelines imputation --params "$(PARAMS)"

panels: install ## tell classes from random panels of genes: make panels COHORT=tcga_pancancer RAW=<folder>
	$(BIN)/kedro run --pipelines gene_panels --params "$(PARAMS)"

anchors: install ## predict survival by genes that are restored: make anchors COHORT=tcga_pancancer RAW=<folder>
	$(BIN)/kedro run --pipelines restored_anchors --params "$(PARAMS)"

attribution: install ## which genes tell a class: make attribution COHORT=tcga_pancancer RAW=<folder>
	$(BIN)/kedro run --pipelines gene_attribution --params "$(PARAMS)"

labels: install ## study how few labels are needed: make labels COHORT=tcga_brca RAW=<folder> LABEL=subtype
	$(BIN)/kedro run --pipelines label_efficiency --params "cohort=$(COHORT),raw=$(RAW),label_efficiency.label=$(LABEL)$(if $(PRETRAIN),$(comma)label_efficiency.pretraining_cohort=$(PRETRAIN))$(if $(REFERENCE),$(comma)$(COHORT).reference_normals.cohort=$(REFERENCE))"

viz: install   ## build the lineage page of the last demo run and serve it
	$(BIN)/kedro viz build --include-hooks --include-previews
	@echo "Lineage on http://localhost:$(PORT) (end with Ctrl+C)"
	$(BIN)/python -m http.server $(PORT) --bind 127.0.0.1 --directory build

mlflow: install ## open the runs and the model registry
	$(BIN)/kedro mlflow ui

test: install  ## run all tests
	$(BIN)/python -m pytest

results: install  ## run the protocol on the cohorts of docs/results.md and write that page
	$(BIN)/python -m pip install --quiet --editable ".[results]"
	$(BIN)/python benchmarks/write_results.py --raw "$(RAW)"

lint: install  ## check style and format
	$(BIN)/ruff check src tests benchmarks
	$(BIN)/ruff format --check src tests benchmarks

clean:         ## remove the environment; data and runs stay
	rm -rf $(VENV) build
