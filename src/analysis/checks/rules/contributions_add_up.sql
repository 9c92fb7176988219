-- The contributions of the activities (taxes among them) against the growth that the same page prints.
WITH one AS (
    SELECT ref_area, area_valid_from, freq, time_period, source_id, vintage, min(obs_id) AS row_id,
           sum(obs_value) AS total, count(*) AS parts, max(last_digit) AS last_digit
    FROM core.observation
    WHERE indicator = 'grdp_contribution'
      AND activity IN ('agriculture', 'industry_construction', 'services', 'taxes_less_subsidies')
    GROUP BY ALL
)
SELECT one.row_id
FROM one
JOIN core.observation g USING (ref_area, area_valid_from, freq, time_period, source_id, vintage)
WHERE g.indicator = 'grdp_growth_index' AND g.activity = 'total' AND parts = 4
  AND abs(total - (g.obs_value - 100)) > 0.5 * (parts + 1) * greatest(one.last_digit, g.last_digit) + 1e-9
