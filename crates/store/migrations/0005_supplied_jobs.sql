-- Jobs of the census or of a partner. What secrecy hides is written nowhere: such a cell has no value.
CREATE TABLE essaim.emplois_fournis (
  version_id bigint NOT NULL REFERENCES essaim.version ON DELETE CASCADE,
  rang bigint NOT NULL,
  code_commune text NOT NULL,
  champ text NOT NULL,
  famille text,
  annee bigint NOT NULL,
  etablissements bigint,
  emplois double precision,
  secret boolean NOT NULL,
  PRIMARY KEY (version_id, rang),
  CHECK (secret = (emplois IS NULL))
);
