-- More people insured than there are, more schools at standard than schools: the pairs of identity.csv, figures that stand.
SELECT p.obs_id AS row_id
FROM core.identity
JOIN core.standing p ON p.indicator = part
JOIN core.standing w ON w.indicator = whole AND w.ref_area = p.ref_area AND w.area_valid_from = p.area_valid_from
    AND w.activity = p.activity AND w.freq = p.freq AND w.time_period = p.time_period AND w.illustrative = p.illustrative
WHERE p.obs_value > w.obs_value + 0.5 * (p.last_digit + w.last_digit)
