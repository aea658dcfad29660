# Needs only make and Python 3.10 or newer. PYTHON= names another interpreter, VENV= another place
# for the environment.
PYTHON ?= python3
VENV ?= .venv
ARGS ?=

ifeq ($(strip $(VENV)),)
$(error VENV= must name a directory)
endif

export MPLBACKEND = Agg
export PIP_DISABLE_PIP_VERSION_CHECK = 1
export PIP_USER = 0

run = "$(VENV)/bin/python"
install = $(run) -m pip install -qq --use-pep517 -e

# Two notes in the environment: the PYTHON that this Makefile made it with, and what was installed.
# The second is written last, so an interrupted installation lacks it and is made anew. Only what
# carries the first note is ever deleted.
made_with = $(VENV)/.made-with
installed = $(VENV)/.installed
python_given = $(filter-out file,$(origin PYTHON))

# Where PYTHON really is: it may be named through an activated environment that is about to be made
# anew.
own_path = import os, sys; sys.version_info >= (3, 10) or sys.exit(1); \
    print(sys.executable if sys.prefix == sys.base_prefix else os.path.realpath(sys.executable))

.PHONY: help report test test-long demos bench lint clean venv

help:  ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile
	@echo "Options: PYTHON=python3.12  VENV=.venv312"
	@echo "         ARGS='passed on by report, test, test-long, demos and bench'"

report: venv  ## the section reproduced: tables, figures and report/index.html
	@$(run) -m gibbspool report $(ARGS)

test: venv  ## the quick tests
	@$(run) -m pytest $(ARGS)

test-long: venv  ## the long statistical tests
	@$(run) -m pytest -m long $(ARGS)

demos: venv  ## run every script in demos/, two at a time (ARGS=NAME runs one)
	@$(run) tests/run_demos.py $(ARGS)

bench: venv  ## time the samplers, beside JAGS and PyMC where they are (ARGS="sweeps exact")
	@PYTHONPATH=tests $(run) -m benchmarks $(ARGS)

lint: venv  ## check the style with ruff
	@$(run) -m ruff --version >/dev/null 2>&1 || $(install) ".[lint]"
	@$(run) -m ruff check --isolated --target-version py310 --line-length 100 \
	    --select E,F,W,I gibbspool tests demos setup.py

clean:  ## remove the environment, report/ and everything built
	@if [ -e "$(made_with)" ]; then rm -rf "$(VENV)"; \
	elif [ -e "$(VENV)" ]; then echo "$(VENV) was not made by this Makefile: left alone."; fi
	@rm -rf report build dist *.egg-info .pytest_cache .ruff_cache
	@find gibbspool tests demos -name __pycache__ -type d -prune -exec rm -rf {} +

venv:
	@fail() { echo "$$*" >&2; exit 1; }; \
	contents() { echo "$(CURDIR)"; cat setup.cfg; }; \
	usable() { \
	    [ -e "$(VENV)/pyvenv.cfg" ] && $(run) -c "" 2>/dev/null || return 1; \
	    [ -e "$(installed)" ] || [ ! -e "$(made_with)" ] || return 1; \
	    [ -z "$(python_given)" ] || echo "$(PYTHON)" | cmp -s - "$(made_with)"; \
	}; \
	if usable; then \
	    if contents | cmp -s - "$(installed)"; then exit 0; fi; \
	    echo "Bringing $(VENV) up to date with setup.cfg..."; \
	else \
	    python=$$("$(PYTHON)" -c '$(own_path)' 2>/dev/null) || \
	        fail "$(PYTHON) is not a working Python 3.10 or newer: install one, or name it, as in:" \
	            "make test PYTHON=python3.12"; \
	    if [ -e "$(made_with)" ]; then rm -rf "$(VENV)"; fi; \
	    if [ -e "$(VENV)" ] && ! rmdir "$(VENV)" 2>/dev/null; then \
	        fail "$(VENV) was not made by this Makefile: remove it, or name another place, as in:" \
	            "make test VENV=.venv2"; \
	    fi; \
	    echo "Setting up $(VENV) (once; takes a minute or two)..."; \
	    mkdir -p "$(VENV)" && echo "$(PYTHON)" > "$(made_with)" && "$$python" -m venv "$(VENV)" || \
	        fail "$(PYTHON) cannot make a virtual environment: install its venv module" \
	            "(Debian, Ubuntu: sudo apt install python3-venv)."; \
	fi; \
	rm -f "$(installed)"; \
	$(run) -m pip install -qq "pip>=21.3" && $(install) ".[test]" || \
	    fail "Installing into $(VENV) failed, see above: is there a network connection?"; \
	contents > "$(installed)"
