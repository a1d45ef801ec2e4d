-- The version published before stays, for replicas that are still reading it.
DELETE FROM essaim.version WHERE version_id < (
  SELECT max(version_id) FROM essaim.version WHERE version_id < $1
)
