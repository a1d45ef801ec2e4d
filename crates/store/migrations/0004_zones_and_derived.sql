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

-- What follows from the rows: for those who read the tables; the service reads none of it.
CREATE TABLE essaim.agregats (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  niveau text NOT NULL,
  code text NOT NULL,
  libelle text NOT NULL,
  structures bigint NOT NULL,
  au_numero bigint NOT NULL,
  a_la_voie bigint NOT NULL,
  non_localisees bigint NOT NULL,
  masquees bigint NOT NULL,
  emplois_bas bigint NOT NULL,
  emplois_central double precision,
  emplois_haut bigint,
  emplois_sans_tranche bigint NOT NULL,
  population double precision,
  superficie_km2 double precision,
  densite_km2 double precision,
  pour_10000_habitants double precision,
  PRIMARY KEY (version_id, rang)
);

CREATE TABLE essaim.cascade (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  etape text NOT NULL,
  libelle_etape text NOT NULL,
  nature text NOT NULL,
  code text NOT NULL,
  libelle text NOT NULL,
  lignes bigint NOT NULL,
  PRIMARY KEY (version_id, rang)
);

CREATE TABLE essaim.sources (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  role text NOT NULL,
  titre text NOT NULL,
  producteur text NOT NULL,
  millesime text NOT NULL,
  licence text,
  fichier text NOT NULL,
  sha256 text NOT NULL,
  lignes bigint NOT NULL,
  version_jeu text NOT NULL,
  PRIMARY KEY (version_id, rang)
);
