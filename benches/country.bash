# Sourced by the benches that need a large atlas: a fictive country, its structures multiplied.

# country FILE STRUCTURES [ATLAS]: writes an atlas of so many structures over the zones of ATLAS, or of a fictive country.
country() {
  local file="$1" structures="$2" atlas="${3:-}" bin="${CARGO_TARGET_DIR:-target}/release" made
  cargo build --release --locked -q -p essaim
  cargo build --release --locked -q -p store --example multiply
  if [ -z "$atlas" ]; then
    made="$(dirname "$file")/pays"
    "$bin/essaim" synth --establishments 200000 --seed 1 --out "$made" 2>/dev/null
    atlas="$made.gpkg"
    "$bin/essaim" ingest --atlas "$atlas" --territoire departement:01 --fictif \
      --etablissements "$made/StockEtablissement_utf8.csv" --unites-legales "$made/StockUniteLegale_utf8.csv" \
      --geolocalisation "$made/GeolocalisationEtablissement_Sirene_pour_etudes_statistiques_utf8.csv" \
      --iris "$made/iris.gpkg" --communes "$made/communes.gpkg" 2>/dev/null
  fi
  "$bin/examples/multiply" "$atlas" "$file" "$structures"
}
