# Everything that a person does with this checkout. `make` alone lists it.
SHELL  := /bin/bash
PYTHON ?= python3
PORT   ?= 8000
IMAGE  ?= call-center-ai-assistant:local
UV     := uv==0.13.9

VENV := .venv
BIN  := $(VENV)/bin

# Without the buildx plugin the classic builder has to be asked for; the Dockerfile suits both.
export DOCKER_BUILDKIT ?= $(shell docker buildx version >/dev/null 2>&1 && echo 1 || echo 0)

.DEFAULT_GOAL := help
.PHONY: help install run test check e2e bench image lock clean

help: ## this list
	@echo "Usage: make TARGET     (another Python: make PYTHON=python3.13 TARGET)"
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  %-9s %s\n' "$$name" "$$text"; done

install: $(VENV)/installed ## the locked packages into .venv, and the weights; again only when a lock changes

run: install ## all five services in one process on http://localhost:8000 (PORT=8001 for another port)
	HTTP_PORT=$(PORT) exec $(BIN)/python -m services

test: $(VENV)/installed-tests ## every test but e2e; puts RabbitMQ, Redis, PostgreSQL and Chromium in place if they are missing
	@missing="$$($(BIN)/python -m tests.brokers)"; [ -z "$$missing" ] || { $(call packages,$$missing); }
	$(BIN)/python -m pytest -m "not compose" $(ARGS)

check: $(VENV)/installed-tests ## lint, format, types, the rules of the house, a valid compose file
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_architecture.py tests/contract
	@if docker compose version >/dev/null 2>&1; then $(call valid,) && $(call valid,production) && $(call valid,production tls); \
	else echo "docker-compose.yml is not checked: there is no 'docker compose' here"; fi

e2e: $(VENV)/installed-tests ## the whole deployment under docker compose: requests, scaling, a killed worker
	$(BIN)/python -m pytest -m compose tests/e2e/test_compose.py $(ARGS)

bench: $(VENV)/installed-tests ## how fast it is on this machine
	$(BIN)/python -m tests.benchmarks $(ARGS)

image: ## the one image of all five services
	docker build --tag $(IMAGE) .

lock: install ## remake the lock files from pyproject.toml; UPGRADE=--upgrade takes the newest versions
	$(BIN)/pip install --quiet $(UV)
	$(call compile,--output-file requirements.lock)
	$(call compile,--extra test --constraint requirements.lock --output-file tests/requirements.lock)

clean: ## remove .venv, the weights and every cache; `docker compose down --volumes` removes the containers and their data
	rm -rf $(VENV) .models .node .mypy_cache .ruff_cache .pytest_cache .hypothesis *.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The venv is made anew when a lock changes, so that it never holds what the lock no longer names.
$(VENV)/installed: requirements.lock services/agent/weights/weights.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	|| { echo "Python 3.11 or newer is needed, but $(PYTHON) is $$($(PYTHON) --version 2>&1). Name another: make PYTHON=python3.13 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { $(call packages,python3-venv); }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@printf '#!/bin/sh\nPYTHONPATH="%s" exec "%s/python" -m services.cli "$$@"\n' "$(CURDIR)" "$(CURDIR)/$(BIN)" >$(BIN)/callcenter && chmod +x $(BIN)/callcenter
	$(BIN)/python -m services.agent.weights
	@$(BIN)/python -c 'from services.agent import build; build()' # learns the phrasings now, so that the first start is quick
	@touch $@

$(VENV)/installed-tests: $(VENV)/installed tests/requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --requirement tests/requirements.lock
	@touch $@

# One deployment: docker-compose.yml and what goes on top of it, with something in place of each setting that it demands.
valid = SERVICE_IMAGE=a:1 RABBITMQ_IMAGE=b:1 REDIS_IMAGE=c:1 ALLOWED_HOSTS=d.example SECRETS=. CERTIFICATES=. \
	docker compose --file docker-compose.yml $(1:%=--file docker-compose.%.yml) config --quiet && echo "docker-compose.yml $(1) is valid"

# Debian packages: root gets them installed, anyone else is told the command.
packages = if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	then echo "Installing $(1)"; apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends $(1) >/dev/null; \
	else echo "Missing: $(1). On Debian or Ubuntu: sudo apt-get install --no-install-recommends $(1)" >&2; exit 1; fi

compile = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-emit-index-url \
	--custom-compile-command "make lock" $(UPGRADE) pyproject.toml $(1)
