-- A year before the area's boundary existed is somebody's recomputation: it carries the flag, and nothing else does.
SELECT obs_id AS row_id
FROM core.observation
WHERE back_cast <> (CAST(left(time_period, 4) AS INTEGER) < year(area_valid_from))
