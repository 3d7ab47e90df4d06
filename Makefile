# The everyday commands. Each target that builds first installs missing system packages (scripts/install-dependencies).
.PHONY: demo test lint test-release reports check-reports validation check-validation slow stories sweeps bench help

help:             ## this list
	@sed -n 's/^\([a-z-]*\): *##/\1	/p' Makefile | expand -t 16

demo:             ## build in release mode and run the album launch; reports go to out/
	@./scripts/demo

test:             ## all tests (swift test)
	@./scripts/test

lint:             ## formatting rules of .swift-format, strictly
	swift format lint --strict -r Sources Tests

test-release:     ## the regression tests as release code: same trace hashes, same report bytes
	@./scripts/install-dependencies
	swift test -c release -Xswiftc -enable-testing --filter RegressionTests

slow:             ## the same with the long proofs switched on
	@./scripts/install-dependencies
	HIGHWATER_SLOW=1 swift test -c release -Xswiftc -enable-testing --filter RegressionTests

reports:          ## run every shipped scenario and rewrite reports/
	@./scripts/reports write

check-reports:    ## run every shipped scenario and fail if a byte differs from reports/
	@./scripts/reports check

validation:       ## set known figures beside simulated ones and rewrite docs/validation.md
	@./scripts/validation write

check-validation: ## the same, and fail if docs/validation.md is not current
	@./scripts/validation check

stories:          ## test every rule of the shipped scenarios
	@./scripts/stories

sweeps:           ## prove that a sweep killed 20 times, and one in a Slurm array of seven, have the bytes of a plain one
	@./scripts/sweeps

bench:            ## benchmarks beside the C++ baseline and SimPy (see docs/benchmarks.md)
	@./scripts/bench
