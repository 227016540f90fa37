# The commands of the project. Needed: python3 (3.11 or newer, with venv) and make.
PYTHON ?= python3

.PHONY: run test check sweep fix seed shell screenshots quality bench desk edits audit torture help

run: ## start the site with the sample record on http://127.0.0.1:8000 (PORT, HOST)
	@$(PYTHON) bin/start.py --sample --tied

test: ## everything: checks, tests on SQLite and PostgreSQL, a real browser
	@$(PYTHON) bin/test.py

check: ## style, types, templates, layers, settings, migrations, known holes in libraries
	@$(PYTHON) bin/test.py check

sweep: ## the long form of the sweep: every address of the sample record as every role (about half an hour)
	@$(PYTHON) bin/test.py sweep

fix: ## put into shape what can be put into shape by itself
	@$(PYTHON) bin/test.py fix

seed: ## load what is missing of the sample record
	@$(PYTHON) bin/manage.py seed

shell: ## a Python shell on the record
	@$(PYTHON) bin/manage.py shell

screenshots: ## pictures of the main pages of a running site (ADDRESS=http://127.0.0.1:8000)
	@$(PYTHON) bin/test.py screenshots

quality: ## how good the suggested quotations are, on both halves of the corpus (HALF=development for one)
	@$(PYTHON) tests/statements/capture/quality.py $(if $(HALF),--half $(HALF))

bench: ## speed as ratios to a floor measured in the same run (SCALE=0.01 for a hundredth of the million statements)
	@$(PYTHON) bin/test.py bench

desk: ## count the actions of entering an article at the desk (ARTICLE=path; PLAN=path says what it holds)
	@ARTICLE="$(ARTICLE)" PLAN="$(PLAN)" $(PYTHON) bin/test.py desk

edits: ## the long form of concurrent edits of one note and one statement: 2 × 200, none lost
	@$(PYTHON) bin/test.py edits

audit: ## count what must never happen, in the long form: figure reached, figure wanted (under an hour)
	@$(PYTHON) bin/test.py audit

torture: ## kill server and PostgreSQL 200 times each at work: nothing acknowledged lost, nothing half done (hours)
	@$(PYTHON) bin/test.py torture

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 14
