-- EPT, EPCI, departments and regions have the same columns; the official number of communes may be unknown.
ALTER TABLE essaim.communes ADD COLUMN siren_epci text;
ALTER TABLE essaim.epts RENAME COLUMN siren TO code;
ALTER TABLE essaim.epts ALTER COLUMN communes_officielles DROP NOT NULL;
ALTER TABLE essaim.departements
  ADD COLUMN nom text,
  ADD COLUMN alias text,
  ADD COLUMN communes_officielles bigint;
-- Rows of the versions published before.
UPDATE essaim.departements SET nom = 'Département ' || code;
ALTER TABLE essaim.departements ALTER COLUMN nom SET NOT NULL;

CREATE TABLE essaim.epcis (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  code text NOT NULL,
  nom text NOT NULL,
  alias text,
  communes text NOT NULL,
  communes_officielles bigint,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX epcis_geom ON essaim.epcis USING gist (geom);

CREATE TABLE essaim.regions (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  code text NOT NULL,
  nom text NOT NULL,
  alias text,
  communes text NOT NULL,
  communes_officielles bigint,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX regions_geom ON essaim.regions USING gist (geom);
