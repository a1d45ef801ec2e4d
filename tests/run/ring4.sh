#!/usr/bin/env bash
# Ring 4: QGIS and GDAL, as Debian ships them, read the file and the service.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/run/steps.sh
XDG_RUNTIME_DIR="$TEST_WORK/run"
mkdir -p -m 700 "$XDG_RUNTIME_DIR"
export XDG_RUNTIME_DIR QT_QPA_PLATFORM=offscreen

build_release || exit 0
serve_demo || exit 0
step "le fichier dans QGIS et GDAL" "$PYTHON" tests/qgis/check_geopackage.py "$DEMO_DIR/pemb-demo.gpkg" || true
step "le service dans QGIS et GDAL" "$PYTHON" tests/qgis/check_service.py "$BASE_URL" || true
step "les tuiles dans QGIS et GDAL" "$PYTHON" tests/qgis/check_tiles.py "$BASE_URL" || true
if "$PYTHON" -c 'from osgeo_utils.samples import validate_gpkg' 2>/dev/null; then
  step "GeoPackage conforme (validate_gpkg.py de GDAL)" \
    "$PYTHON" -m osgeo_utils.samples.validate_gpkg -k --extra --warning-as-error "$DEMO_DIR/pemb-demo.gpkg" || true
else
  skip "GeoPackage conforme" "python3-gdal absent"
fi
