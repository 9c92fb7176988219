-- The newest yearly figure of a series of an area that still exists ended more than `threshold` years before the year of knowledge.
SELECT arg_max(o.obs_id, o.time_period) AS row_id
FROM core.standing o
JOIN core.area a ON a.ref_area = o.ref_area AND a.valid_from = o.area_valid_from AND a.valid_to IS NULL
WHERE o.freq = 'A'
GROUP BY o.indicator, o.ref_area, o.area_valid_from, o.activity
HAVING max(CAST(o.time_period AS INTEGER)) < (SELECT year(as_of) - threshold FROM run.parameter)
