INSERT INTO essaim.version (version, manifeste) VALUES ($1, $2::jsonb) RETURNING version_id
