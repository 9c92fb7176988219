-- A figure outside its definition card's plausible range: most often a growth rate (8.5) where an index (108.5) is meant,
-- or a unit a thousand times too large. A card without a bound never offends on that side.
SELECT o.obs_id AS row_id
FROM core.observation o
JOIN core.indicator i USING (indicator)
WHERE o.obs_value < i.lower OR o.obs_value > i.upper
