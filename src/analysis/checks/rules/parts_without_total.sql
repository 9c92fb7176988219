-- All the parts of a table and no total: the sum passes unseen, for there is nothing to compare it with.
SELECT min(o.obs_id) AS row_id
FROM core.observation o
JOIN core.indicator i USING (indicator)
WHERE i.parts IS NOT NULL AND i.unit_measure NOT IN ('PC', 'PP')
GROUP BY o.indicator, o.ref_area, o.area_valid_from, o.freq, o.time_period, o.base_per, o.source_id, o.vintage
HAVING count(*) FILTER (activity = 'total') = 0
   AND count(*) FILTER (activity IN ('agriculture', 'industry_construction', 'services')) = 3
