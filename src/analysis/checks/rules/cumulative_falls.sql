-- A figure that runs from January below an earlier one of the same year: a quarter alone has been written as cumulative.
SELECT o.obs_id AS row_id
FROM core.standing o
JOIN core.indicator i USING (indicator)
WHERE o.freq = 'YTD' AND i.part_year = 'cumulative' AND i.transform IN ('log', 'count') AND i.unit_measure <> 'IX_PY100'
QUALIFY o.obs_value < lag(o.obs_value) OVER (
    PARTITION BY o.indicator, o.ref_area, o.area_valid_from, o.activity, left(o.time_period, 4), o.illustrative
    ORDER BY o.time_period)
