-- Which sources agree on a structure, what a correction changed, why it waits for a person's eye.
-- Rows of the versions published before get the plainest value: they were kept by their form.
ALTER TABLE essaim.structures
  ADD COLUMN accord_sources text NOT NULL DEFAULT 'forme',
  ADD COLUMN corrige text,
  ADD COLUMN a_verifier text;
ALTER TABLE essaim.structures ALTER COLUMN accord_sources DROP DEFAULT;
