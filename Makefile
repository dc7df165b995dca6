# Everything runs from the lock file in .venv; only python3 (3.11 or later) with venv, and make, must be present.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SEED ?= 1
N ?= 1000
PRIOR ?= neutral
export PYTHONHASHSEED := 0
export PYTHONPATH := $(CURDIR)
# A cohort is named to one command; tests and editors must not meet it by chance.
unexport COHORT CLAIMS
# Its name goes through the environment, so that a shell reads it neither as a command nor as an option.
book pdf check new ledger serve: export NAMED = $(value COHORT)
new ledger ensemble: export CLAIMED = $(value CLAIMS)
ledger ensemble: export WRITTEN = $(value OUT)
new: export LIKED = $(value LIKE)
given = $(if $(filter command environment,$(origin $(1))),$(1))
COHORT_OPTION = $(if $(call given,COHORT),--cohort="$$NAMED")
CLAIMS_OPTION = $(if $(call given,CLAIMS),--claims="$$CLAIMED")
OUT_OPTION = $(if $(value OUT),--out="$$WRITTEN")
export MPLBACKEND := agg
# Many processes import the same modules: each is compiled once, and not by every process anew.
unexport PYTHONDONTWRITEBYTECODE
# The matrices are small: threads within one process only get in the way of processes side by side.
export OPENBLAS_NUM_THREADS := 1

# An environment holds its own path, and the lock file's date says nothing on a fresh checkout: it is set up
# anew where its folder or the lock file is another one.
WANTED := $(CURDIR) $(shell cksum < requirements.txt)
ifneq ($(shell cat $(READY) 2>/dev/null),$(WANTED))
.PHONY: $(READY)
endif
$(READY): export STAMP = $(WANTED)
$(READY):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed; set PYTHON=..."; exit 1; }
	@mkdir .venv-setup 2>/dev/null || { echo "Another make sets up .venv: wait for its end. If there is none, remove the folder .venv-setup." >&2; exit 1; }
	@trap 'rmdir .venv-setup' EXIT; trap 'exit 130' INT TERM; set -e; \
		echo "Setting up .venv from the lock file (about a minute, once)"; \
		$(PYTHON) -m venv --clear .venv; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-compile -r requirements.txt; \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .; \
		printf '%s\n' "$$STAMP" > $@

.PHONY: book pdf test simulations mutate perturb agreement check new ledger attainable ensemble reach sensitivity cohort notebooks edit kernel serve lint lock bench kernels reproduce clean help

book: $(READY) ## build the site into _build/html; COHORT=folder builds it from other data into _build/cohorts/<name>/html
	@$(BIN)/python build.py book $(COHORT_OPTION)

pdf: book ## build the site, and print it as one PDF into _build/book.pdf (needs Chromium); COHORT=folder as for book
	@$(BIN)/python pdf.py $(COHORT_OPTION)

test: $(READY) ## build the book, then run every test; what a notebook gives now is compared with what is committed
	@$(BIN)/python build.py book
	@$(BIN)/python -m pytest -p no:nbval -n 2 --dist loadfile --no-loadscope-reorder --doctest-modules \
		--passed-before skip tests helpers building

simulations: $(READY) ## run every test of the ensemble, and record for which code, data and lock file they passed (minutes)
	@$(BIN)/python -m pytest -p no:nbval -n 2 --dist loadfile --no-loadscope-reorder --passed-before record \
		tests/evidence/ensemble

kernels: $(READY) ## run the committed notebooks in Jupyter's own kernels, and compare with nbval (minutes)
	@$(BIN)/python -m pytest --nbval --nbval-current-env -n 2 --dist loadscope notebooks

reproduce: $(READY) ## build the last commit twice, elsewhere and under other settings, and compare every byte (minutes)
	@$(BIN)/python -m building.reproduce

mutate: $(READY) ## change numbers and comparisons in the source and count what no test notices: MODULE=evidence.ensemble
	@$(BIN)/python tests/mutation.py $(MODULE)

perturb: $(READY) ## perturb every number that an estimator returns and count what no test notices: MODULE=survival
	@$(BIN)/python tests/perturbation.py $(MODULE)

agreement: $(READY) ## compare the estimators with R anew, for the table in tests/reference/README.md
	@$(BIN)/python tests/reference/agreement.py

check: $(READY) ## validate a cohort: COHORT=folder
	@$(BIN)/python -m helpers.ground.check $(COHORT_OPTION)

new: $(READY) ## write a folder to fill in: COHORT=folder (LIKE=file proposes which of that table's columns are which) or CLAIMS=folder
	@case "$(call given,COHORT)$(call given,CLAIMS)" in \
		COHORT) $(BIN)/python -m helpers.ground.template $(COHORT_OPTION) $(if $(LIKE),--like="$$LIKED") ;; \
		CLAIMS) $(BIN)/python -m evidence.claims.template $(CLAIMS_OPTION) ;; \
		*) echo "usage: make new COHORT=folder [LIKE=file] (patients) or make new CLAIMS=folder (an abstract)" >&2; exit 2 ;; \
	esac

ledger: $(READY) ## print every published figure beside the recomputed one; CLAIMS=folder judges any abstract: OUT=folder
	@$(BIN)/python ledger.py $(CLAIMS_OPTION) $(COHORT_OPTION) $(OUT_OPTION)

attainable: $(READY) ## search anew which odds ratios and P values each model can reach, into data/attainable (minutes)
	@$(BIN)/python -m data.attainable.search
	@$(BIN)/python -m data.attainable.bound

ensemble: $(READY) ## draw cohorts that print every figure as the methods page reads it: N=1000 SEED=1 PRIOR=neutral CLAIMS=file OUT=file
	@$(BIN)/python -m evidence.ensemble --members $(N) --seed $(SEED) --prior "$(PRIOR)" \
		$(CLAIMS_OPTION) $(OUT_OPTION)

reach: $(READY) ## search anew how far the open results reach, into data/ensemble (half an hour): SEED=1
	@$(BIN)/python reach.py --seed $(SEED)

sensitivity: $(READY) ## range the open results under other priors and other readings, into data/ensemble (minutes)
	@$(BIN)/python -m evidence.ensemble.sensitivity

cohort: $(READY) ## rebuild the default cohort from the published figures, with its ranges: SEED=1
	@$(BIN)/python ranges.py --seed $(SEED)

notebooks: $(READY) ## execute the .py sources and refresh the committed .ipynb files
	@$(BIN)/python build.py notebooks

edit: $(READY) ## open the notebooks in JupyterLab, paired with their .py sources
	@$(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root) notebooks

# Binder's own Jupyter, which NB_PYTHON_PREFIX names, may look there before it looks at the user's kernels.
kernel: $(READY) ## let a Jupyter that is there already (Binder, a dev container) run the notebooks in .venv
	@$(BIN)/python -m ipykernel install $(if $(NB_PYTHON_PREFIX),--prefix="$(NB_PYTHON_PREFIX)",--user) --name python3 --display-name "Python 3 (ipykernel)"

serve: $(READY) ## show the site at http://127.0.0.1:8000, build it again when a source changes and reload the page
	@$(BIN)/python -m building.serve $(COHORT_OPTION)

lint: $(READY) ## style, types, docstrings and imports of the code, and notebooks in step with their sources
	@$(BIN)/pre-commit run --all-files

lock: $(READY) ## resolve the lock file anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --universal --python-version 3.11 \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet -o requirements.txt

bench: $(READY) ## time the build, small ensembles and the searches, and seed errors: PARTS="engine claims"
	@$(BIN)/python benchmark.py $(PARTS)

clean: ## remove everything that was built, and the environment
	@rm -rf _build .venv *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
