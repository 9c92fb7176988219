-- A yearly change far from the series' own (more than `threshold` median deviations from its median change).
WITH change AS (
    SELECT o.obs_id, o.indicator, o.ref_area, o.area_valid_from, o.activity,
           CASE WHEN i.transform = 'log' AND o.obs_value > 0 AND lag(o.obs_value) OVER series > 0
                THEN ln(o.obs_value / lag(o.obs_value) OVER series)
                ELSE o.obs_value - lag(o.obs_value) OVER series END AS step
    FROM core.standing o
    JOIN core.indicator i USING (indicator)
    WHERE o.freq = 'A' AND i.transform <> 'flag'
    WINDOW series AS (PARTITION BY o.indicator, o.ref_area, o.area_valid_from, o.activity ORDER BY o.time_period)
)
SELECT obs_id AS row_id
FROM change
WINDOW series AS (PARTITION BY indicator, ref_area, area_valid_from, activity)
QUALIFY count(step) OVER series >= 6
    AND mad(step) OVER series > 0
    AND abs(step - median(step) OVER series) > (SELECT threshold FROM run.parameter) * mad(step) OVER series
