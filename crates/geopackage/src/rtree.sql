-- R-tree extension of GeoPackage 1.3 (annex F.3). T, C and I stand for the table, its geometry column
-- and its identifier: the builder puts names of type `Name` there, and nothing else.
CREATE TRIGGER "rtree_{T}_{C}_insert" AFTER INSERT ON "{T}"
  WHEN (new."{C}" NOT NULL AND NOT ST_IsEmpty(NEW."{C}"))
BEGIN
  INSERT OR REPLACE INTO "rtree_{T}_{C}" VALUES (
    NEW."{I}", ST_MinX(NEW."{C}"), ST_MaxX(NEW."{C}"), ST_MinY(NEW."{C}"), ST_MaxY(NEW."{C}")
  );
END;
CREATE TRIGGER "rtree_{T}_{C}_update1" AFTER UPDATE OF "{C}" ON "{T}"
  WHEN OLD."{I}" = NEW."{I}" AND (NEW."{C}" NOTNULL AND NOT ST_IsEmpty(NEW."{C}"))
BEGIN
  INSERT OR REPLACE INTO "rtree_{T}_{C}" VALUES (
    NEW."{I}", ST_MinX(NEW."{C}"), ST_MaxX(NEW."{C}"), ST_MinY(NEW."{C}"), ST_MaxY(NEW."{C}")
  );
END;
CREATE TRIGGER "rtree_{T}_{C}_update2" AFTER UPDATE OF "{C}" ON "{T}"
  WHEN OLD."{I}" = NEW."{I}" AND (NEW."{C}" ISNULL OR ST_IsEmpty(NEW."{C}"))
BEGIN
  DELETE FROM "rtree_{T}_{C}" WHERE id = OLD."{I}";
END;
CREATE TRIGGER "rtree_{T}_{C}_update3" AFTER UPDATE ON "{T}"
  WHEN OLD."{I}" != NEW."{I}" AND (NEW."{C}" NOTNULL AND NOT ST_IsEmpty(NEW."{C}"))
BEGIN
  DELETE FROM "rtree_{T}_{C}" WHERE id = OLD."{I}";
  INSERT OR REPLACE INTO "rtree_{T}_{C}" VALUES (
    NEW."{I}", ST_MinX(NEW."{C}"), ST_MaxX(NEW."{C}"), ST_MinY(NEW."{C}"), ST_MaxY(NEW."{C}")
  );
END;
CREATE TRIGGER "rtree_{T}_{C}_update4" AFTER UPDATE ON "{T}"
  WHEN OLD."{I}" != NEW."{I}" AND (NEW."{C}" ISNULL OR ST_IsEmpty(NEW."{C}"))
BEGIN
  DELETE FROM "rtree_{T}_{C}" WHERE id IN (OLD."{I}", NEW."{I}");
END;
CREATE TRIGGER "rtree_{T}_{C}_delete" AFTER DELETE ON "{T}"
  WHEN old."{C}" NOT NULL
BEGIN
  DELETE FROM "rtree_{T}_{C}" WHERE id = OLD."{I}";
END;
