# The only entry. « make » alone lists what can be asked.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
.PHONY: help demo viewer cc release test packages bench fuzz lint api-spec reference clean-demo

LISTEN ?= 127.0.0.1:8080
TARGET := $(or $(CARGO_TARGET_DIR),target)

help: ## Liste les commandes
	@echo "Essaim : l’économie sociale et solidaire d’un territoire, des fichiers officiels à la carte."
	echo
	sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20
	echo
	echo "  make demo LISTEN=127.0.0.1:8081    sur un autre port"
	echo "  make test RING=1                   un seul anneau de tests (1 à 5)"

demo: ## Construit tout, fabrique la démonstration et la sert (LISTEN=127.0.0.1:8080)
	@if [ -x "$(TARGET)/release/essaim" ]
	then echo "Démonstration : quelques secondes, le programme est déjà construit ; une minute ou deux si ses sources ont changé."
	else echo "Démonstration : au plus 8 minutes à froid sur 2 cœurs, le temps de construire le programme."
	fi
	$(MAKE) -s --no-print-directory viewer cc
	# Without the heavy formats (Parquet, FlatGeobuf, Shapefile, XLSX), which the demonstration does not read.
	cargo build --release -p essaim --locked --no-default-features
	exec "$(TARGET)/release/essaim" demo --listen "$(LISTEN)"

viewer: viewer/node_modules/.package-lock.json

# Absent npm or network is no failure: the service draws its own SVG map.
viewer/node_modules/.package-lock.json: $(wildcard viewer/package-lock.json)
	@svg="la carte SVG dessinée par le service servira à la place."
	if [ ! -f viewer/package-lock.json ]
	then echo "Carte interactive : sources absentes ; $$svg"
	elif ! command -v node npm >/dev/null
	then echo "Carte interactive : Node et npm absents ; $$svg"
	elif ! (cd viewer && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
	then echo "Carte interactive : npm a échoué ; $$svg"
	fi

# SQLite is compiled from its C sources.
cc:
	@command -v cc >/dev/null || bash tests/run/packages.sh build-essential
	command -v cc >/dev/null || { echo "Il manque un compilateur C : installer gcc et make (Debian : build-essential)." >&2; exit 1; }

release: cc
	@cargo build --release -p essaim --locked

test: cc ## Installe ce qu’il faut et lance les cinq anneaux de tests (RING=1 pour un seul)
	@bash tests/run/packages.sh
	# After the packages: on a bare machine they are what brings npm.
	$(MAKE) --no-print-directory viewer
	bash tests/run/rings.sh $(RING)

packages: ## Installe seulement les paquets Debian dont les tests ont besoin
	@bash tests/run/packages.sh

bench: cc ## Mesure (critère et scripts de benches/)
	@if compgen -G "crates/*/benches/*.rs" >/dev/null
	then cargo bench --workspace --locked --bench '*'
	fi
	$(MAKE) -s --no-print-directory release
	for script in $(wildcard benches/*.sh)
	do echo "$$script"; bash "$$script"
	done
	echo "Mesures détaillées : $(TARGET)/criterion ; relevés commentés : benches/"

fuzz: ## Éprouve les lecteurs sur des octets au hasard, 30 secondes chacun (DUREE=300 pour plus)
	@bash tests/run/fuzz.sh $(or $(DUREE),30)

lint: ## Mise en forme, clippy, licences et provenances des dépendances
	@cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	if command -v cargo-deny >/dev/null
	then cargo deny check bans licenses sources
	else echo "cargo-deny absent : licences non vérifiées (cargo install --locked cargo-deny)"
	fi

api-spec: ## Récrit api-spec/openapi.json et api-spec/problems.json d’après le code
	@ESSAIM_WRITE_API_SPEC=1 cargo test --workspace --locked --quiet --test api_spec

reference: ## Récrit docs/configuration.md d’après les options
	@ESSAIM_WRITE_REFERENCE=1 cargo test -p essaim --locked --quiet --bins the_kept_page

clean-demo: ## Efface la démonstration construite
	@rm -rf demo
