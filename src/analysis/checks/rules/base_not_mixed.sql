-- Constant prices of two base years in one series, constant prices without a base year, or current prices with one.
SELECT obs_id AS row_id
FROM core.observation
WHERE (prices = 'Q' AND NOT regexp_full_match(base_per, '\d{4}'))
   OR (prices <> 'Q' AND regexp_full_match(base_per, '\d{4}'))
UNION
SELECT obs_id AS row_id
FROM core.observation
WHERE prices = 'Q'
WINDOW series AS (PARTITION BY indicator, ref_area, area_valid_from, activity, freq)
QUALIFY min(base_per) OVER series <> max(base_per) OVER series
