SET LOCAL statement_timeout = '30min';
SELECT pg_advisory_xact_lock(hashtext('essaim.publication'));
