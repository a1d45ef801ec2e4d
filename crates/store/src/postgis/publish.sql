INSERT INTO essaim.publication (version_id) VALUES ($1)
ON CONFLICT (seule) DO UPDATE SET version_id = EXCLUDED.version_id
