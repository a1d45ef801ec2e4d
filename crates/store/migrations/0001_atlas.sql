-- An atlas in PostGIS: the columns of `tables.rs`, several dataset versions side by side.
-- `rang` is the order of the rows in the atlas, whatever the collation of the server.
-- Making an extension takes longer than a statement may elsewhere.
SET LOCAL statement_timeout = '10min';

-- Named, or a role called essaim would get it in its own schema, where readers do not look.
CREATE EXTENSION IF NOT EXISTS postgis WITH SCHEMA public;

CREATE TABLE essaim.version (
  version_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  version text NOT NULL,
  manifeste jsonb NOT NULL,
  publiee_le timestamptz NOT NULL DEFAULT now()
);

-- One row at most: the version that is served.
CREATE TABLE essaim.publication (
  seule boolean PRIMARY KEY DEFAULT true CHECK (seule),
  version_id bigint NOT NULL REFERENCES essaim.version
);

CREATE TABLE essaim.structures (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(Point),
  siret text NOT NULL,
  siren text NOT NULL,
  nom text NOT NULL,
  enseigne text,
  famille text NOT NULL,
  famille_libelle text NOT NULL,
  regle text NOT NULL,
  categorie_juridique text NOT NULL,
  code_ape text,
  nomenclature_ape text,
  division_naf text,
  secteur text NOT NULL,
  ape_a_decider boolean NOT NULL,
  tranche_effectifs text,
  tranche_libelle text,
  annee_effectifs bigint,
  caractere_employeur boolean,
  mention_ess boolean,
  siege boolean NOT NULL,
  date_creation date,
  adresse text,
  code_postal text,
  code_commune text NOT NULL,
  nom_commune text,
  code_iris text,
  qualite_position text NOT NULL,
  couronne boolean NOT NULL,
  fictif boolean NOT NULL,
  source_position text,
  lon double precision,
  lat double precision,
  PRIMARY KEY (version_id, rang),
  UNIQUE (version_id, siret)
);
CREATE INDEX structures_geom ON essaim.structures USING gist (geom);
CREATE INDEX structures_commune ON essaim.structures (version_id, code_commune);

CREATE TABLE essaim.communes (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  code text NOT NULL,
  nom text NOT NULL,
  population double precision,
  annee_population bigint,
  siren_ept text,
  couronne boolean NOT NULL,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX communes_geom ON essaim.communes USING gist (geom);

CREATE TABLE essaim.iris (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  code text NOT NULL,
  nom text NOT NULL,
  type_iris text NOT NULL,
  code_commune text NOT NULL,
  population double precision,
  annee_population bigint,
  couronne boolean NOT NULL,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX iris_geom ON essaim.iris USING gist (geom);

CREATE TABLE essaim.epts (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  siren text NOT NULL,
  nom text NOT NULL,
  alias text,
  communes text NOT NULL,
  communes_officielles bigint NOT NULL,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX epts_geom ON essaim.epts USING gist (geom);

CREATE TABLE essaim.departements (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  geom geometry(MultiPolygon) NOT NULL,
  code text NOT NULL,
  communes text NOT NULL,
  superficie_km2 double precision NOT NULL,
  PRIMARY KEY (version_id, rang)
);
CREATE INDEX departements_geom ON essaim.departements USING gist (geom);

CREATE TABLE essaim.masques (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  code_commune text NOT NULL,
  famille text NOT NULL,
  secteur text NOT NULL,
  tranche_effectifs text,
  couronne boolean NOT NULL,
  effectif bigint NOT NULL,
  PRIMARY KEY (version_id, rang)
);

CREATE TABLE essaim.economie_reference (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  code_commune text NOT NULL,
  division_naf text NOT NULL,
  tranche_effectifs text,
  secteur_institutionnel text NOT NULL,
  ess boolean NOT NULL,
  etablissements bigint NOT NULL,
  PRIMARY KEY (version_id, rang)
);
