# make run, make test: all that is needed is Python 3.11 and pip.

PORT ?= 8080
PACKAGES := bot handlers domain storage messages
BIN := .venv/bin

# a start that has to compile every module again takes half a second longer
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check fix bench faults mutants access walks ledger limits fuzz docs lock venv venv-dev clean

help: ## list what can be made
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

run: venv ## open the demo on this machine; PORT=8081 chooses the port, RESET=1 starts over
	@exec $(BIN)/python -m bot demo --port $(PORT) $(if $(filter-out 0,$(RESET)),--reset)

test: venv-dev ## run all tests with coverage; ARGS="-k words" chooses some
	@$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term $(ARGS)

check: venv-dev ## style, types, the order of the packages, and a sentence for each test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy $(PACKAGES)
	$(BIN)/lint-imports
	$(BIN)/interrogate --quiet tests

fix: venv-dev ## format, and mend what can be mended by itself
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

bench: venv-dev ## measure against the floor of the same run
	@$(BIN)/python -m benchmarks $(ARGS)

faults: venv-dev ## kill, cut and starve it, N kills over both engines (320); SEED=7 begins with the same choices again
	@KILLS=$(or $(N),320) $(BIN)/python -m pytest --timeout 0 tests/faults $(ARGS)

mutants: venv-dev ## break each rule of access and each promise in a copy of the code, and see that a test notices
	@MUTANTS=all $(BIN)/python -m pytest --timeout 0 tests/mutants $(ARGS)

access: venv-dev ## try every seat, action, state and way of pressing on every platform, not only a sample of them
	@ACCESS=all $(BIN)/python -m pytest --timeout 0 tests/conversations/test_access_fronts.py $(ARGS)

walks: venv-dev ## let chance act for everybody, N times on each engine (100); SEED=7 walks one again
	@WALKS=$(or $(N),100) STEPS=400 $(BIN)/python -m pytest --timeout 0 tests/conversations/test_properties.py $(ARGS)

ledger: venv-dev ## let chance act on the ledger, N steps (5000000), a tenth on PostgreSQL; SEED=8 is another chance
	@LEDGER_STEPS=$(or $(N),5000000) LEDGER_SEED=$(or $(SEED),7) $(BIN)/python -m pytest --timeout 0 tests/storage/test_ledger_walk.py $(ARGS)

fuzz: venv-dev ## read N spoiled updates of Telegram and callbacks of WeChat (1000000 each), without a fault and none slowly; SEED=8 spoils others
	@FUZZ_UPDATES=$(or $(N),1000000) FUZZ_SEED=$(or $(SEED),7) $(BIN)/python -m pytest --timeout 0 tests/channels/test_telegram_fuzz.py tests/channels/test_tencent_fuzz.py $(ARGS)

limits: venv-dev ## send N messages (100000) through a platform's limits on a clock of their own, a tenth on PostgreSQL
	@SENDS=$(or $(N),100000) $(BIN)/python -m pytest --timeout 0 tests/faults/test_limits.py $(ARGS)

docs: venv ## draw docs/states.md and docs/referrals.md anew from the tables of transitions
	@$(BIN)/python -m bot docs

lock: ## resolve the dependencies anew
	@scripts/lock

venv: ## make .venv for running
	@scripts/venv requirements.lock
	@$(BIN)/python -m compileall -q $(PACKAGES)

venv-dev: ## make .venv for tests and checks
	@scripts/venv requirements.lock requirements-dev.lock

clean: ## remove what make made; keeps data/
	rm -rf .venv .venv-lock .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage htmlcov build
