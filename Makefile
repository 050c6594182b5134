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
# For the versions of one environment: CONSTRAINTS=constraints.txt
CONSTRAINTS ?=

VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
TWINPURIFY := $(BIN)/twinpurify
CHECKED := src tests benchmarks docs/site_pages.py setup.py
# What all commands on a cohort take.
OF_COHORT = $(COHORT) --raw "$(RAW)"$(if $(REFERENCE), --reference $(REFERENCE))

export DO_NOT_TRACK = true
export MLFLOW_DISABLE_TELEMETRY = true

.PHONY: help install demo fetch check run score compare mixtures impute panels anchors attribution labels viz mlflow test results lint types docs clean

help:          ## list the commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

install: $(INSTALLED)  ## create the environment and install

$(INSTALLED): pyproject.toml
	$(PYTHON) -c 'import sys; assert sys.version_info >= (3, 11), "Python 3.11 or later is needed: make PYTHON=python3.11"'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(if $(CONSTRAINTS),--constraint $(CONSTRAINTS) )--editable ".[dev]"
	touch $(INSTALLED)

demo: install  ## purify the simulated cohort and write its report
	$(TWINPURIFY) demo

fetch: install ## download a public cohort: make fetch COHORT=tcga_brca SOURCE=gdc RAW=<folder>
	$(TWINPURIFY) fetch $(COHORT) --raw "$(RAW)"$(if $(SOURCE), --source $(SOURCE))$(if $(BASE_URL), --base-url "$(BASE_URL)")

check: install ## say what of a cohort's files would be used: make check COHORT=mine RAW=<folder>
	$(TWINPURIFY) check $(COHORT) --raw "$(RAW)"

run: install   ## purify a cohort: make run COHORT=tcga_brca TRANSFER=scanb RAW=<folder>
	$(TWINPURIFY) run $(OF_COHORT)$(if $(TRANSFER), --transfer "$(TRANSFER)")$(if $(FOREIGN), --foreign "$(FOREIGN)")

score: install ## score a cohort with a registered model: make score COHORT=scanb RAW=<folder>
	$(TWINPURIFY) score $(COHORT) --raw "$(RAW)" --model $(MODEL)$(if $(MISSING_GENES), --missing-genes $(MISSING_GENES))

compare: install ## put finished runs on one page: make compare COHORTS=tcga_brca,scanb
	$(TWINPURIFY) compare "$(COHORTS)"

mixtures: install ## measure mixtures of known proportions: make mixtures RAW=<folder>
	$(TWINPURIFY) study mixtures --raw "$(RAW)"

impute: install ## hide values and fill them in: make impute COHORT=tcga_pancancer RAW=<folder>
	$(TWINPURIFY) study impute $(OF_COHORT)$(if $(TRANSFER), --transfer "$(TRANSFER)")

panels: install ## tell classes from random panels of genes: make panels COHORT=tcga_pancancer RAW=<folder>
	$(TWINPURIFY) study panels $(OF_COHORT)

anchors: install ## predict survival by genes that are restored: make anchors COHORT=tcga_pancancer RAW=<folder>
	$(TWINPURIFY) study anchors $(OF_COHORT)

attribution: install ## which genes tell a class: make attribution COHORT=tcga_pancancer RAW=<folder>
	$(TWINPURIFY) study attribution $(OF_COHORT)

labels: install ## study how few labels are needed: make labels COHORT=tcga_brca RAW=<folder> LABEL=subtype
	$(TWINPURIFY) study labels $(OF_COHORT) --label $(LABEL)$(if $(PRETRAIN), --pretrain $(PRETRAIN))

viz: install   ## build the lineage page of the last demo run and serve it
	$(TWINPURIFY) viz --port $(PORT)

mlflow: install ## open the runs and the model registry
	$(TWINPURIFY) mlflow

test: install  ## run all tests
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile

results: install  ## run the protocol on the cohorts of docs/results.md and write that page
	$(BIN)/python -m pip install --quiet --editable ".[results]"
	$(BIN)/python benchmarks/write_results.py --raw "$(RAW)"

lint: install  ## check style and format
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

types: install ## check the types of the public interface
	$(BIN)/mypy

docs: install  ## build the documentation as a site: site/index.html
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

clean:         ## remove the environment; data and runs stay
	rm -rf $(VENV) build site
