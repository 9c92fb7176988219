-- The parts of one table against its total: apart by no more than half a last printed digit for each of them. Only tables
-- that have all their parts; taxes belong to them where the card says so. Shares without a total add to 100.
WITH one AS (
    SELECT o.indicator, o.ref_area, o.area_valid_from, o.freq, o.time_period, o.base_per, o.source_id, o.vintage, i.parts,
           i.unit_measure,
           any_value(o.obs_id) FILTER (activity = 'total') AS row_id,
           any_value(o.obs_id) AS any_id,
           any_value(obs_value) FILTER (activity = 'total') AS total,
           sum(obs_value) FILTER (activity IN ('agriculture', 'industry_construction', 'services')
               OR (activity = 'taxes_less_subsidies' AND i.parts = 'sectors_taxes')) AS parts_sum,
           count(*) FILTER (activity IN ('agriculture', 'industry_construction', 'services')
               OR (activity = 'taxes_less_subsidies' AND i.parts = 'sectors_taxes')) AS parts_count,
           max(last_digit) AS last_digit
    FROM core.observation o
    JOIN core.indicator i USING (indicator)
    WHERE i.parts IS NOT NULL
    GROUP BY ALL
)
SELECT coalesce(row_id, any_id) AS row_id
FROM one
WHERE parts_count = CASE parts WHEN 'sectors' THEN 3 ELSE 4 END
  AND abs(parts_sum - coalesce(total, CASE WHEN unit_measure = 'PC' THEN 100 END))
      > 0.5 * (parts_count + 1) * last_digit * (1 + 1e-9) + 1e-9
