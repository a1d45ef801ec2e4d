SELECT v.version FROM essaim.publication AS p JOIN essaim.version AS v USING (version_id)
