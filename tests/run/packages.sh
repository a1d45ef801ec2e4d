#!/usr/bin/env bash
# Installs the Debian packages that are absent: those named, or all that the tests need.
# No call to apt when everything is there; when installing is impossible, says so and goes on.
set -euo pipefail

wanted=("$@")
if [ ${#wanted[@]} -eq 0 ]; then
  wanted=(postgresql postgresql-postgis gdal-bin python3-gdal python3-qgis qgis-providers python3-venv chromium)
  command -v cc >/dev/null || wanted+=(build-essential)
  command -v npm >/dev/null || wanted+=(nodejs npm)
fi

if ! command -v dpkg >/dev/null; then
  echo "Ce système n’est pas une Debian ; à installer à la main : ${wanted[*]}"
  exit 0
fi
absent=()
for package in "${wanted[@]}"; do
  dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || absent+=("$package")
done
[ ${#absent[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
    as_root=(sudo)
  else
    echo "Paquets absents, et ni root ni sudo sans mot de passe : ${absent[*]} ; les tests qui en ont besoin seront sautés."
    exit 0
  fi
fi
echo "Installation de : ${absent[*]}"
export DEBIAN_FRONTEND=noninteractive
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq "$@" >/dev/null; }
if ! { apt update && apt install -y --no-install-recommends "${absent[@]}"; }; then
  echo "apt a échoué ; les tests qui ont besoin de ${absent[*]} seront sautés."
fi
